"""`kaopu twin worlds list` and `show`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
worlds = typer.Typer(no_args_is_help=True, help="Worlds that a town can be built in.")


@worlds.command("list")
def list_worlds(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """The worlds that come with kaopu."""
    from kaopu.twin.world_files import load_world, shipped

    answer = [{"name": name, "about": load_world(name).about} for name in shipped()]
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for world in answer:
        typer.echo(f"{world['name']}: {world['about']}")


@worlds.command("show")
def show_world(
    name: Annotated[str, typer.Argument(help="Name of a shipped world, or a TOML file.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Every figure of a world, those that it takes over from another too."""
    from kaopu.twin.world_files import load_world

    world = load_world(name)
    sections = {key: asdict(getattr(world, key)) for key in _sections()}
    if as_json:
        head: dict[str, Any] = {"name": world.name, "about": world.about, "start": world.start.isoformat()}
        typer.echo(json.dumps({**head, **sections, "emissions": world.emissions.shares()}, ensure_ascii=False))
        return
    typer.echo(f"# {world.about}\nstart = {world.start}")
    for key, section in sections.items():
        typer.echo(f"\n[{key}]")
        for word, figure in section.items():
            typer.echo(f"{word} = {figure:g}")
    for via, states in world.emissions.shares().items():
        typer.echo(f"\n[emissions.{via}]")
        for state, row in states.items():
            chances = ", ".join(f"{word} = {chance:g}" for word, chance in row.items())
            typer.echo(f"{state} = {{ {chances} }}")


def _sections() -> tuple[str, ...]:
    from kaopu.twin.core.world_sections import SECTIONS

    return tuple(SECTIONS)
