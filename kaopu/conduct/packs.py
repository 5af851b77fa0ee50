"""Rule packs from files: a TOML file, a folder of them, or the ones that are shipped."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaopu.conduct.core.pack import ordered, read_pack
from kaopu.conduct.core.rulebook import Rulebook
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED = Path(__file__).with_name("packs")


def load_packs(path: Path | None = None) -> Rulebook:
    """The rulebook of a file or folder; without one, the shipped packs (read once a process)."""
    return shipped() if path is None else _load(path)


@lru_cache(maxsize=1)
def shipped() -> Rulebook:
    """The packs that come with the program."""
    return _load(SHIPPED)


def _load(path: Path) -> Rulebook:
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise BadInput(f"{path.name}: no pack in the folder, expected files ending in .toml")
    return load_texts({file.name: _text(file) for file in files})


def load_texts(files: Mapping[str, str]) -> Rulebook:
    """The rulebook that TOML texts say, each under the name of its file."""
    return Rulebook(
        ordered((name, rule) for name in sorted(files) for rule in read_pack(_parsed(files[name], name), name))
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as problem:
        raise BadInput(f"{path.name}: {problem.strerror}, expected a readable TOML file") from None
    except UnicodeDecodeError as problem:
        raise BadInput(f"{path.name}: {problem}, expected TOML in UTF-8") from None


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadInput(f"{name}: {problem}, expected TOML in UTF-8") from None
