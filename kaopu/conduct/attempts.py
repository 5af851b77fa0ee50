"""Attempts that were judged, as lines of permit facts: what a changed rulebook is judged on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kaopu.conduct import judging, rulebooks
from kaopu.conduct.core.rejudge import Rejudge, Tally
from kaopu.conduct.models import Judgement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


def attempt_lines(since: datetime, until: datetime, most: int | None = None) -> Iterator[bytes]:
    """One line for each ask from `since` until before `until`, the newest first: facts and history as then seen."""
    rows = Judgement.objects.filter(moment="issue", at__gte=since, at__lt=until).order_by("-at", "-id")
    for row in rows[:most].iterator(chunk_size=500) if most else rows.iterator(chunk_size=500):
        line = {**judging.facts_of(row), "id": str(row.pk)}
        yield json.dumps(line, ensure_ascii=False).encode()


def impact_of(files: Mapping[str, str], since: datetime, until: datetime, most: int) -> dict[str, int]:
    """How many of the latest `most` attempts these files would have judged otherwise than the rulebook of `until`."""
    old = rulebooks.rules_of(rulebooks.version_at(until))
    judge, tally = Rejudge(old, rulebooks.rulebook_of(files)), Tally()
    for line in attempt_lines(since, until, most):
        judge.line(line, tally)
    shifts = [(shift.before == "allowed", shift.after == "allowed", count) for shift, count in tally.verdicts.items()]
    return {
        "lines": tally.lines,
        "allowed_before": sum(count for was, _is, count in shifts if was),
        "allowed_after": sum(count for _was, now, count in shifts if now),
        "newly_refused": sum(count for was, now, count in shifts if was and not now),
        "newly_allowed": sum(count for was, now, count in shifts if now and not was),
    }
