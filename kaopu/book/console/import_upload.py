"""What stands behind the imports page: the uploaded file, the worker's job, the rejects file, the way back."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kaopu.book.actions.undo_import import Refusal as UndoRefusal
from kaopu.book.actions.undo_import import undo_import
from kaopu.book.imports import upload
from kaopu.kernel.core.errors import BadInput

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


UNDO_REFUSALS = {
    UndoRefusal.NO_SUCH_IMPORT: _("There is no such import."),
    UndoRefusal.NOT_DONE: _("Only an import that was taken in can be undone."),
    UndoRefusal.LATER_EVENTS: _(
        "Not undone: events were recorded on its debts since. Reverse them one by one instead."
    ),
    UndoRefusal.LATER_SCHEDULES: _("Not undone: its debts got new schedules since."),
}


def start(request: HttpRequest) -> Outcome:
    """Keep the files and queue the job, or say why not."""
    files, chosen = request.FILES.getlist("file"), request.POST.get("mapping", "")
    if not files or chosen not in upload.mappings():
        return Outcome(problem=gettext("Choose a file and a mapping."))
    try:
        code = upload.keep(((file.name or "", file.chunks()) for file in files), chosen)
    except BadInput as fault:
        return Outcome(problem=gettext("Nothing was taken in: %(why)s") % {"why": fault})
    app.configure_task("book.import").defer(upload=code, mapping=chosen, actor=f"staff:{request.user.pk}")
    return Outcome(words=gettext("Received. The import runs in the background and appears below."))


def undo(batch_id: int, *, actor: str, now: datetime) -> Outcome:
    """Take a batch back, or say why not."""
    outcome = undo_import(batch_id, actor, now)
    if isinstance(outcome, UndoRefusal):
        return Outcome(problem=str(UNDO_REFUSALS[outcome]))
    words = gettext("Undone: %(debts)d debts and %(events)d events were taken out.")
    return Outcome(words=words % {"debts": outcome.debts, "events": outcome.events})


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
