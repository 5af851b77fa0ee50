"""`kaopu conduct rules …`: the rulebook to read, and what differs between two of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kaopu.conduct.core.rule_diff import rule_changes, rule_parts
from kaopu.conduct.packs import load_packs
from kaopu.kernel.core.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Rules: list them, show one, compare two rulebooks.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Packs = Annotated[Path | None, typer.Option(help="A pack or a folder of packs; without it, the shipped ones.")]


class Language(StrEnum):
    """Languages a paraphrase is written in."""

    EN = "en"
    ZH = "zh"


@app.command("list")
def show_list(
    rules: Packs = None,
    jurisdiction: Annotated[str | None, typer.Option(help="CN, US, IN, DEFAULT …")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the paraphrase.")] = Language.EN,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """One rule a line: id, place, confidence, enforced or not, and what it says."""
    rulebook = load_packs(rules)
    found = [rule for rule in rulebook.rules if jurisdiction in {None, rule.source.jurisdiction}]
    if not found:
        known = ", ".join(sorted({rule.source.jurisdiction for rule in rulebook.rules}))
        raise BadInput(f"--jurisdiction: {jurisdiction} has no rule, expected one of {known}")
    rows = [
        {
            "id": rule.id, "jurisdiction": rule.source.jurisdiction, "confidence": rule.source.confidence,
            "state": state(rule.enforced, rule.enforced_by), "says": getattr(rule.source, lang),
        }
        for rule in found
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        typer.echo("\n".join("  ".join(row.values()) for row in rows))


@app.command()
def show(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="As CN-GB-09.")],
    rules: Packs = None,
    lang: Annotated[Language, typer.Option(help="Language of the paraphrase.")] = Language.EN,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """All that is known of one rule, with its questions and their figures."""
    rule = load_packs(rules).by_id.get(rule_id)
    if rule is None:
        raise BadInput(f"{rule_id}: no such rule, expected an id that `kaopu conduct rules list` shows")
    parts = {"id": rule.id, "pack": rule.pack} | rule_parts(rule)
    if as_json:
        typer.echo(json.dumps(parts, ensure_ascii=False))
        return
    other = Language.ZH if lang is Language.EN else Language.EN
    shown = {name: text for name, text in parts.items() if name != other}
    typer.echo("\n".join(f"{name}: {text}" for name, text in shown.items()))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A pack or a folder of packs.")],
    new: Annotated[Path, typer.Argument(help="Another.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Rules that were added, removed or changed, part by part."""
    changes = rule_changes(load_packs(old), load_packs(new))
    if as_json:
        typer.echo(json.dumps([asdict(change) for change in changes], ensure_ascii=False))
        return
    for change in changes:
        typer.echo(f"{change.id}: {change.change}{'' if change.judges else ' (verdicts stay as they were)'}")
        if change.change == "changed":
            for part in change.parts:
                typer.echo(f"  {part.part}: {part.before or '-'} -> {part.after or '-'}")


def state(enforced: bool, enforced_by: tuple[str, ...]) -> str:  # noqa: FBT001 - two facts of a rule
    """Whether permits ask a rule, in words."""
    if enforced:
        return "enforced"
    return "enforced by " + ", ".join(enforced_by) if enforced_by else "not yet enforced"
