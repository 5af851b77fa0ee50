"""`kaopu contacts asking-effect` and `asking-sample-size`."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def asking_effect(
    asks: Annotated[Path, typer.Option("--asks", help="Parquet, CSV or JSON lines: an episode a row.")],
    held_out: Annotated[float, typer.Option(help="Share of episodes in which nobody was to be asked.")] = 0.5,
    planned: Annotated[
        int | None, typer.Option(min=1, help="Episodes that the protocol plans: before, no effect is shown.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Whether asking a contact changed how many borrowers were found, and what it cost. Exit 1 where the lot failed."""
    from kaopu.contacts.asking_files import read_asks
    from kaopu.contacts.core.asking_effect import Verdict
    from kaopu.contacts.core.asking_report import report_on

    if not 0 < held_out < 1:
        raise BadInput(f"--held-out: {held_out:g} given, expected a share between 0 and 1")
    read = read_asks(asks)
    answer = report_on(read.episodes, held_out, planned)
    answer |= {"further_episodes_left_out": read.further, "not_in_file": read.missing}
    answer |= {"outcome_open": {"asked": read.open[0], "held_out": read.open[1]}}
    typer.echo(json.dumps(answer) if as_json else "\n".join(_told(answer)))
    raise typer.Exit(int(answer["verdict"] == Verdict.NO_LOT))


def asking_sample_size(
    found: Annotated[list[float] | None, typer.Option(help="Share found where nobody is asked; repeatable.")] = None,
    effect: Annotated[list[float] | None, typer.Option(help="Difference worth finding; repeatable.")] = None,
    power: Annotated[float, typer.Option(help="Chance to find it where it is there.")] = 0.8,
    held_out: Annotated[float, typer.Option(help="Share of episodes in which nobody is asked.")] = 0.5,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """How many episodes the protocol needs before it can tell an effect from luck."""
    from kaopu.contacts.core.asking_sample_size import EFFECTS, FOUND, sample_size_table

    rows = sample_size_table(tuple(found or FOUND), tuple(effect or EFFECTS), power, held_out)
    if as_json:
        names = ("found_held_out", "effect", "episodes")
        typer.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows]))
        return
    typer.echo("found, nobody asked   effect   episodes in both arms")
    for one, difference, episodes in rows:
        typer.echo(f"{one:19.0%}   {difference:+6.1%}   {episodes:21,}")


def _told(answer: dict[str, Any]) -> list[str]:
    effect, harms, lot = answer["effect"], answer["harms"], answer["lot"]
    lines = [f"{answer['verdict']}: {answer['episodes']:,} episodes, {lot['planned_share']:.0%} to be held out"]
    if not lot["holds"]:
        lines.append(
            f"held out were {lot['held_out_share']:.1%} (p {lot['p_value']:.2g}): no effect may be read from this"
        )
    if effect is not None:
        lines += [
            f"found within 30 days: {effect['found_asked']:.1%} of {effect['asked']:,} who were asked",
            f"found within 30 days: {effect['found_held_out']:.1%} of {effect['held_out']:,} who were held out",
            f"difference {effect['difference']:+.1%}, 95 % from {effect['low']:+.1%} to {effect['high']:+.1%}",
        ]
    for name in ("complaints_asked", "complaints_held_out", "refused", "withdrew"):
        share = harms[name]
        if share["share"] is not None:
            lines.append(f"{name.replace('_', ' ')}: {share['count']:,} of {share['of']:,} ({share['share']:.2%})")
    lines += ["stop: complaints rose by more than the protocol allows"] if harms["stop"] else []
    lines += [f"not in the file: {', '.join(answer['not_in_file'])}"] if answer["not_in_file"] else []
    return [*lines, answer["note"]]
