"""Files handed in over the web, kept below the home for the job that takes them in."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from kaopu.book.imports import mapping, reading
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from collections.abc import Iterable


def mappings() -> tuple[str, ...]:
    """Names of the mappings that kaopu brings, the native form first."""
    return tuple(sorted(mapping.RECIPES, key=lambda name: (name != "native", name)))


def keep(files: Iterable[tuple[str, Iterable[bytes]]], chosen: str) -> str:
    """Keep named files, readable by their owner alone, and look whether the mapping finds its own among them.

    The code under which the job finds them: letters and digits of the first file's name, so that the list of imports
    says which file it was, and some chance against repeats. Raises `BadInput`, and then nothing is kept.
    """
    if chosen not in mappings():
        raise BadInput(f"mapping: {chosen!r} given, expected {', '.join(mappings())}")
    files = [(Path(name or "upload").name, blocks) for name, blocks in files]
    if not files:
        raise BadInput("files: none given, expected at least one")
    code = "".join(filter(str.isalnum, Path(files[0][0]).stem))[:40] + secrets.token_hex(4)
    folder = home() / "uploads" / code
    folder.mkdir(mode=0o700, parents=True)
    try:
        for name, blocks in files:
            _write(folder / name, blocks)
        for spec in mapping.load(chosen).files:
            reading.find(folder, spec)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return code


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput(f"files: {path.name} is there twice, expected each name once") from None
    with os.fdopen(descriptor, "wb") as kept:
        for block in blocks:
            kept.write(block)
