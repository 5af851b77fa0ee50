"""What stands behind the imports page: the uploaded file, the worker's job, the rejects file, the way back."""

from __future__ import annotations

import csv
import os
import secrets
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kaopu.book.actions.undo_import import Refusal as UndoRefusal
from kaopu.book.actions.undo_import import undo_import
from kaopu.book.imports import mapping, reading
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile
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


def mappings() -> tuple[str, ...]:
    """Names of the mappings that kaopu brings, the native form first."""
    return tuple(sorted(mapping.RECIPES, key=lambda name: (name != "native", name)))


def start(request: HttpRequest) -> Outcome:
    """Keep the files below the home, readable by their owner alone, look whether the mapping fits, queue the job."""
    files, chosen = request.FILES.getlist("file"), request.POST.get("mapping", "")
    if not files or chosen not in mappings():
        return Outcome(problem=gettext("Choose a file and a mapping."))
    code = _code(files[0].name or "upload")
    folder = home() / "uploads" / code
    folder.mkdir(mode=0o700, parents=True)
    for file in files:
        _keep(file, folder / Path(file.name or "upload").name)
    try:
        for spec in mapping.load(chosen).files:
            reading.find(folder, spec)
    except BadInput as fault:
        shutil.rmtree(folder, ignore_errors=True)
        return Outcome(problem=gettext("Nothing was taken in: %(why)s") % {"why": fault})
    app.configure_task("book.import").defer(upload=code, mapping=chosen, actor=f"staff:{request.user.pk}")
    return Outcome(words=gettext("Received. The import runs in the background and appears below."))


def _code(name: str) -> str:
    # Letters and digits of the file's name, so that the list says which file it was, and some chance against repeats.
    return "".join(filter(str.isalnum, Path(name).stem))[:40] + secrets.token_hex(4)


def _keep(file: UploadedFile, path: Path) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        for block in file.chunks():
            kept.write(block)


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
