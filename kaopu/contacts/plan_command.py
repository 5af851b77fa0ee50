"""`kaopu contacts plan`: which points to re-check this month, by which channel, and why."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated

import typer

from kaopu.contacts.reach_command import AsJson, AsOf, MaybeEvidence, Parameters, given_instant
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.contacts.core.plan import Plan
    from kaopu.contacts.core.plan_channels import Channel


def plan(  # noqa: PLR0917 - options of a command
    budget: Annotated[float, typer.Option(help="Yuan to spend.")],
    evidence: MaybeEvidence = None,
    as_of: AsOf = "",
    exposure: Annotated[
        Path | None, typer.Option(help="borrower_id, exposure_minor: CSV, JSON lines, Parquet. Equal if not given.")
    ] = None,
    costs: Annotated[Path | None, typer.Option(help="TOML of channels: [phone.code] cost, detects.")] = None,
    parameters: Parameters = None,
    horizon_days: Annotated[float, typer.Option(help="How far ahead being lost is looked at.")] = 180.0,
    loss_if_lost: Annotated[float, typer.Option(help="Share of the exposure that a lost borrower costs.")] = 0.02,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Re-checks by expected loss saved per yuan within a budget; a borrower's own number goes before contacts."""
    from kaopu.contacts.core.plan_value import Worth
    from kaopu.contacts.planned import planned

    if not budget >= 0:
        raise BadInput(f"--budget: {budget:g}, expected 0 or more yuan")
    worth = Worth(horizon_days=horizon_days, loss_if_lost=loss_if_lost)
    found = planned(evidence, given_instant("--as-of", as_of), budget, worth, exposure, _channels(costs), parameters)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        _listing(found)


def _channels(path: Path | None) -> dict[str, tuple[Channel, ...]]:
    from kaopu.contacts.core.plan_channels import CHANNELS, read_channels

    if path is None:
        return CHANNELS
    try:
        return read_channels(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError) as wrong:
        raise BadInput(f"{path.name}: {wrong}") from wrong


def _listing(found: Plan) -> None:
    for each in found.items:
        typer.echo(
            f"{each.channel} to point {each.point_id} of borrower {each.borrower_id}: {each.cost:.2f} yuan, saves"
            f" {each.loss_saved:.2f}, {each.value_per_yuan:.1f} a yuan: {each.why}"
        )
    saved = sum(each.loss_saved for each in found.items)
    spent = f"{found.spent:.2f} of {found.budget:.2f} yuan"
    typer.echo(f"{len(found.items)} re-checks, {spent}, expected to save {saved:.2f}")
