"""`kaopu conduct rejudge`: past facts under a changed rulebook; what would have been refused, what allowed."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.conduct.core.rejudge import ALLOWED, NO_FACTS, REFUSED, Shift
from kaopu.conduct.core.rule_diff import rule_changes
from kaopu.conduct.packs import load_packs
from kaopu.conduct.permit_command import lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.conduct.core.rejudge import Tally
    from kaopu.conduct.core.rulebook import Rulebook

EVERY_SECONDS = 1.0


def rejudge(
    facts: Annotated[Path, typer.Option(help="JSON lines, one wish and its facts a line.")],
    against: Annotated[Path, typer.Option(help="The changed rulebook: a pack or a folder of packs.")],
    rules: Annotated[Path | None, typer.Option(help="The rulebook before; without it, the shipped packs.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; without it, one a processor.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """How many attempts would have been judged otherwise, and by which changed rules."""
    from kaopu.conduct.rejudge_run import rejudge as run

    old, new = load_packs(rules), load_packs(against)
    started = time.perf_counter()
    tally = run(lines(facts), old, new, report=_progress(started), workers=workers)
    seconds = time.perf_counter() - started
    found = impact(tally, old, new) | {
        "seconds": round(seconds, 2), "lines_per_second": round(tally.lines / seconds) if seconds else 0,
    }  # fmt: skip
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else _sentences(found))


def impact(tally: Tally, old: Rulebook, new: Rulebook) -> dict[str, Any]:
    """The tally as it is printed; rules in the order of the difference, those that judge as before left out."""
    moved = tally.verdicts
    return {
        "lines": tally.lines,
        "allowed_before": sum(count for shift, count in moved.items() if shift.before == ALLOWED),
        "allowed_after": sum(count for shift, count in moved.items() if shift.after == ALLOWED),
        "newly_refused": moved[Shift(ALLOWED, REFUSED)] + moved[Shift(ALLOWED, NO_FACTS)],
        "newly_allowed": moved[Shift(REFUSED, ALLOWED)] + moved[Shift(NO_FACTS, ALLOWED)],
        "without_facts_before": sum(count for shift, count in moved.items() if shift.before == NO_FACTS),
        "without_facts_after": sum(count for shift, count in moved.items() if shift.after == NO_FACTS),
        "rules": [
            {
                "id": change.id,
                "change": change.change,
                "shifts": [
                    {"before": shift.before, "after": shift.after, "lines": count}
                    for shift, count in sorted(tally.rules.get(change.id, {}).items())
                ],
                "examples": tally.examples.get(change.id, []),
            }
            for change in rule_changes(old, new)
            if change.judges
        ],
    }


def _progress(started: float) -> Callable[[int], None]:
    shown = started

    def report(done: int) -> None:
        nonlocal shown
        now = time.perf_counter()
        if now - shown >= EVERY_SECONDS:
            shown = now
            sys.stderr.write(f"judged {done:,} lines, {done / (now - started):,.0f} a second\n")
            sys.stderr.flush()

    return report


def _sentences(found: dict[str, Any]) -> str:
    allowed = f"{found['allowed_before']:,} allowed before, {found['allowed_after']:,} after"
    changed = f"{found['newly_refused']:,} newly refused, {found['newly_allowed']:,} newly allowed"
    told = [f"{found['lines']:,} lines: {allowed}; {changed}"]
    for rule in found["rules"]:
        shifts = ", ".join(f"{one['lines']:,} {one['before']} to {one['after']}" for one in rule["shifts"])
        told.append(f"{rule['id']} ({rule['change']}): {shifts or 'no line'}")
    return "\n".join(told)
