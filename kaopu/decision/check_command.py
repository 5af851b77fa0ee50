"""`kaopu policy check`: may this policy be put to work?"""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.decision.actions.check_policy import CheckReport


def check(
    policy: Annotated[Path, typer.Argument(help="Policy file: a JDM graph, with or without a manifest.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Look for contradictions, gaps, missing reasons and forbidden facts, and run the policy's tests."""
    from kaopu.decision.actions.check_policy import check_policy
    from kaopu.decision.core.policy.policy_file import read_policy

    try:
        text = policy.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"{policy.name}: cannot be read as text: {wrong.__class__.__name__}") from wrong
    report = check_policy(read_policy(text, policy.name), policy.parent)
    typer.echo(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else _shown(report))
    raise typer.Exit(0 if report.ok else 1)


def _shown(report: CheckReport) -> str:
    lines = [
        f"{each.kind:28} {each.node or '-'}{f' row {each.row}' if each.row else ''}: {each.message}"
        for each in (*report.findings, *report.notes)
    ]
    lines.append("ok" if report.ok else f"{len(report.findings)} findings")
    lines.append("compiles to columns" if report.compilable else f"does not compile to columns: {report.why_not}")
    return "\n".join(lines)
