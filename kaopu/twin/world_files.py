"""Worlds as TOML files: the shipped ones by name, others by path. One says how it differs from that it is `from`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from kaopu.kernel.core.errors import BadInput
from kaopu.twin.core.world import World, read_world

FOLDER = Path(__file__).parent / "worlds"
DEEPEST = 5


def shipped() -> list[str]:
    """Names of the worlds that come with kaopu."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_world(name: str) -> World:
    """A shipped world by name, or a TOML file by path. BadInput names file, key and expectation."""
    path = world_path(name)
    return read_world(_document(path, DEEPEST), path.stem, path.name)


def world_path(name: str) -> Path:
    """Where a world lies."""
    if name in shipped():
        return FOLDER / f"{name}.toml"
    path = Path(name)
    if path.suffix != ".toml":
        raise BadInput(f"world {name!r}: not known, expected one of {', '.join(shipped())}, or a .toml file")
    return path


def _document(path: Path, deepest: int) -> dict[str, Any]:
    given = _read(path)
    parent = given.pop("from", None)
    if parent is None:
        return given
    if not isinstance(parent, str):
        raise BadInput(f"{path.name}: from: {parent!r} given, expected the name of a world or a .toml file beside it")
    if deepest == 0:
        raise BadInput(f"{path.name}: from: more than {DEEPEST} worlds build on each other, expected a circle-free few")
    below = FOLDER / f"{parent}.toml" if parent in shipped() else path.parent / parent
    return _over(_document(below, deepest - 1), given)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"{path.name}: cannot be read as text: {wrong.__class__.__name__}") from wrong
    except tomllib.TOMLDecodeError as wrong:
        raise BadInput(f"{path.name}: is not TOML: {wrong}") from wrong


def _over(below: dict[str, Any], above: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """`above` laid over `below`. A row of chances (emissions.<via>.<state>) is replaced whole, as it adds up to 1."""
    merged = dict(below)
    for key, value in above.items():
        under = below.get(key)
        both = isinstance(value, dict) and isinstance(under, dict)
        merged[key] = _over(under, value, depth + 1) if both and depth < 2 else value  # type: ignore[arg-type]
    return merged
