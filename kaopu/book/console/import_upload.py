"""What stands behind the imports page: the uploaded file, the worker's job, the rejects file, the way back."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act: `problem` says why not, `words` what happens now."""

    words: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Rejects:
    """The first rows of a rejects file and how often each reason occurs in all of it."""

    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()


NONE = Rejects()


def mappings() -> tuple[str, ...]:
    """Names of the mappings that a file can be read by."""
    return ("native",)


def start(request: HttpRequest) -> Outcome:
    """Keep the file and queue the job."""
    return Outcome(problem="not yet")


def undo(batch_id: int, *, actor: str, now: datetime) -> Outcome:
    """Undo a batch."""
    return Outcome(problem="not yet")


def read_rejects(path: Path, most: int) -> Rejects:
    """At most `most` rows to show, and the reasons over the whole file, the commonest first."""
    if not path.is_file():
        return NONE
    shown: list[tuple[str, ...]] = []
    reasons: Counter[str] = Counter()
    with path.open(newline="", encoding="utf-8") as lines:
        reader = csv.reader(lines)
        head = tuple(next(reader, ()))
        for row in reader:
            if len(shown) < most:
                shown.append(tuple(row))
            named = dict(zip(head, row, strict=False))
            reasons[f"{named.get('column', '')}: {named.get('expectation', '')}".removeprefix(": ")] += 1
    return Rejects(head, tuple(shown), tuple(reasons.most_common(20)))
