"""`kaopu policy backtest`: what would a new policy have done to a past population?"""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.decision.core.policy.policy_file import PolicyFile


def backtest(  # noqa: PLR0917 - one option each
    new: Annotated[Path, typer.Argument(help="The new policy, or a bare JDM graph that answers `outcome`.")],
    against: Annotated[Path, typer.Option(help="The old policy.")],
    population: Annotated[Path, typer.Option(help="Parquet or CSV; its columns are the inputs.")],
    outcome: Annotated[str, typer.Option(help="Column: 1, true or bad; 0, false or good; empty where unknown.")],
    loss: Annotated[str | None, typer.Option(help="Column with the loss, minor units.")] = None,
    profit: Annotated[str | None, typer.Option(help="Column with the profit, minor units.")] = None,
    segment: Annotated[str | None, typer.Option(help="Column with the segment.")] = None,
    month: Annotated[str | None, typer.Option(help="Column with the month or day.")] = None,
    group: Annotated[str | None, typer.Option(help="Column with the group whose approval rates are compared.")] = None,
    amount: Annotated[
        list[str] | None,
        typer.Option(help="Output key with a limit or price, such as limit_fen or annual_rate; repeatable."),
    ] = None,
    affected: Annotated[
        Path | None, typer.Option(help="Write the rows that change here, Parquet or CSV, with the new reasons.")
    ] = None,
    identity: Annotated[str | None, typer.Option("--id", help="Column that names a row in --affected.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report here, one file that needs nothing else.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Compare two policies over a past population: rates, swap sets, bad rate, loss and profit with intervals."""
    from kaopu.decision.engines.backtest import Asked, backtest

    asked = Asked(outcome, loss, profit, month, segment, group, tuple(dict.fromkeys(amount or ())), identity)
    policies, beside = (_read(new), _read(against)), (new.parent, against.parent)
    found = backtest(*policies, population, asked, beside)
    if affected is not None:
        from kaopu.decision.engines.affected import write_affected

        found["affected"] = write_affected(*policies, population, asked, beside, affected)
    if html is not None:
        from kaopu.decision.backtest_report import report_html

        html.write_text(report_html(found, new.stem, against.stem), encoding="utf-8")
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else _shown(found))


def _read(path: Path) -> PolicyFile:
    from kaopu.decision.core.policy.policy_file import read_policy

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"{path.name}: cannot be read as text: {wrong.__class__.__name__}") from wrong
    return read_policy(text, path.name)


def _shown(found: dict[str, Any]) -> str:
    lines = [f"{found['rows']:,} rows, outcome known of {found['known']:,}; {found['seconds']:.2f} s"]
    lines += [
        f"{side:4} " + "  ".join(f"{name} {rate or 0:.2%}" for name, rate in found["rates"][side].items())
        for side in ("old", "new")
    ]
    for name, each in found["swap_sets"].items():
        rate = "unknown" if each["bad_rate"] is None else f"{each['bad_rate']:.2%}"
        lines.append(f"{name:8} {each['rows']:12,} rows  bad rate {rate} of {each['known']:,} known")
    for key, each in found.get("amounts", {}).items():
        mean = "none" if each["change"]["mean"] is None else f"{each['change']['mean']:+,.4g}"
        lines.append(f"{key}: {each['up']:,} up, {each['down']:,} down, {each['equal']:,} equal, mean change {mean}")
    if "affected" in found:
        lines.append(f"affected: {found['affected']:,} rows")
    lines.append(f"decided by the live engine: {found['live_share']:.4%}")
    return "\n".join(lines)
