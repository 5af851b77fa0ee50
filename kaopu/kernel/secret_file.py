"""A secret kept in a file that only its owner can read."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def read_or_create(path: Path, make: Callable[[], str]) -> str:
    """The secret in `path`; made once by `make`, 0600. Two processes that start at once agree on one secret."""
    if not path.exists():
        candidate = _written_beside(path, make())
        # A hard link fails where the name is taken: the first one in wins, and no reader sees half a file.
        with contextlib.suppress(FileExistsError):
            os.link(candidate, path)
        candidate.unlink()
    return path.read_text(encoding="utf-8").strip()


def replace(path: Path, text: str) -> None:
    """Put `text` in the place of what `path` holds; a reader sees the old or the new, never a part."""
    _written_beside(path, text).replace(path)


def _written_beside(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    candidate = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(candidate, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    return candidate
