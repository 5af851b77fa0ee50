"""`kaopu outreach templates …`: the texts in use, and whether a file of texts is sound."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.outreach.core.template import Template

app = typer.Typer(no_args_is_help=True, help="Texts: list them, show one, check a file.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


@app.command("list")
def show_list(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Every text in use: code, language, level, to whom and for what."""
    _ready()
    from kaopu.outreach import store

    rows = [_row(each) for each in store.templates()]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(
            f"{row['code']}  {row['language']}  {row['level']}  {'/'.join(row['roles'])}  {'/'.join(row['purposes'])}"
        )


@app.command("show")
def show(
    code: str,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """One text with its blanks."""
    _ready()
    from kaopu.outreach import store

    found = store.template(code, language)
    if found is None:
        raise BadInput(f"{code} in {language}: no such text, expected one of `kaopu outreach templates list`")
    row = _row(found) | {"subject": found.subject, "text": found.text, "values": {n: k.value for n, k in found.blanks}}
    if as_json:
        typer.echo(json.dumps(row, ensure_ascii=False))
        return
    typer.echo("\n".join(f"{name}: {value}" for name, value in row.items()))


@app.command("check")
def check(path: Annotated[Path, typer.Argument(metavar="TOML")], as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Whether a file of texts is sound; what is wrong is said template by template."""
    from kaopu.outreach.core.template_file import read_templates

    try:
        found = read_templates(path.read_text(encoding="utf-8"), path.name)
    except OSError as problem:
        raise BadInput(f"{path.name}: {problem.strerror}, expected a TOML file") from None
    rows = [_row(each) for each in found]
    typer.echo(json.dumps(rows, ensure_ascii=False) if as_json else f"{len(rows)} texts, sound")


def _row(template: Template) -> dict[str, Any]:
    return {
        "code": template.code, "language": template.language, "version": template.version, "level": template.level,
        "roles": list(template.roles), "purposes": list(template.purposes), "digest": template.digest,
    }  # fmt: skip


def _ready() -> None:
    from kaopu.kernel.boot import boot

    boot()
