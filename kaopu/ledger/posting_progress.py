"""How far the posting that runs in the background is: a small file in the home, for the page that waits for it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from kaopu.kernel import database

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `of` debts, posting to `as_of`; `problem` says why the last one could not."""

    as_of: str
    done: int = 0
    of: int = 0
    problem: str = ""


def note(progress: Progress) -> None:
    """Put it where `read` finds it."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(progress)), encoding="utf-8")
    part.replace(path)


def read() -> Progress | None:
    """The last that was noted."""
    try:
        return Progress(**json.loads(_path().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _path() -> Path:
    return database.home() / "ledger" / "posting.json"
