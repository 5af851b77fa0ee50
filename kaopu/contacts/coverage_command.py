"""`kaopu contacts coverage`: how far contacts get, what a verified one costs, whether the lost had somebody to ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.contacts.reach_command import AsJson, AsOf, Parameters, given_instant

if TYPE_CHECKING:
    from kaopu.contacts.core.coverage import Coverage


def coverage(
    as_of: AsOf = "",
    parameters: Parameters = None,
    code_cost: Annotated[int, typer.Option(help="What one code costs, in minor units.")] = 5,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Nominated, opened, accepted, verified, still reached after 180 days; lost episodes with a usable contact."""
    from kaopu.book.opened_book import opened_book
    from kaopu.contacts.core import coverage as core
    from kaopu.contacts.reach_parameters import read_parameters

    at, (hazards, _) = given_instant("--as-of", as_of), read_parameters(parameters)
    with opened_book():
        from kaopu.contacts import coverage_facts

        found = core.coverage(coverage_facts.journeys(at, hazards, code_cost))
        usable = core.usable_share(coverage_facts.lost_episodes(at, hazards))
    answer = _answer(found, usable)
    if as_json:
        typer.echo(json.dumps(answer))
        return
    for step, count in answer["steps"].items():
        share = found.shares.get(step)
        typer.echo(f"{step.replace('_', ' ')}: {count:g}" + (f", {share:.1%} of the step before" if share else ""))
    cost = answer["cost_per_verified_minor"]
    typer.echo(f"a verified contact costs {'nothing yet' if cost is None else f'{cost / 100:.2f}'}")
    typer.echo(f"lost episodes with a usable contact: {'none opened' if usable is None else f'{usable:.1%}'}")


def _answer(found: Coverage, usable: float | None) -> dict[str, Any]:
    from kaopu.contacts.core.coverage import STEPS

    counts = (found.nominated, found.opened, found.accepted, found.verified, found.alive_180)
    return {
        "steps": dict(zip(STEPS, counts, strict=True)),
        "shares": found.shares,
        "verified_180_days": found.verified_180_days,
        "cost_per_verified_minor": found.cost_per_verified_minor,
        "lost_with_usable_contact": usable,
    }
