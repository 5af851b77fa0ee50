"""Imports: what was taken in, what was rejected and why, and the way back while nothing was built on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaopu.book.console import import_upload
from kaopu.book.console.rights import IMPORT_BOOK
from kaopu.book.imports import upload
from kaopu.book.models import ImportBatch
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

STATUS = {
    "running": ("info", "…", gettext_lazy("running")),
    "done": ("allowed", "✓", gettext_lazy("taken in")),
    "failed": ("refused", "✕", gettext_lazy("failed, nothing was taken in")),
    "undone": ("refer", "↶", gettext_lazy("undone")),
}
LIST_ROWS = 100
REJECTS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """One import as shown. The sum is always whole: file = taken + rejected + repeated."""

    id: int
    file_name: str
    mapping: str
    tone: str
    glyph: str
    status: str
    is_running: bool
    is_done: bool
    total: int
    accepted: int
    rejected: int
    repeated: int
    debts: int
    events: int
    started_at: datetime
    took: str
    by: str
    has_rejects: bool
    error: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were rejected, and how many."""

    words: str
    count: int


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One import with its rejects."""

    batch: Batch
    answer: str
    reasons: tuple[Reason, ...]
    rejects: import_upload.Rejects


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """The list and the form."""

    answer: str
    batches: tuple[Batch, ...]
    mappings: tuple[str, ...]
    wrong: str


def shown(row: ImportBatch) -> Batch:
    """A row as the pages show it."""
    tone, glyph, status = STATUS[row.status]
    took = (row.finished_at or system_clock().now()) - row.started_at
    return Batch(
        id=row.pk,
        file_name=row.file_name,
        mapping=row.mapping,
        tone=tone,
        glyph=glyph,
        status=str(status),
        is_running=row.status == "running",
        is_done=row.status == "done",
        total=row.rows_total,
        accepted=row.accepted,
        rejected=row.rejected,
        repeated=row.repeated,
        debts=row.debts,
        events=row.events,
        started_at=row.started_at,
        took=f"{took.total_seconds():,.1f} s",
        by=row.started_by,
        has_rejects=bool(row.rejects_path) and row.rejected > 0,
        error=str(row.report.get("error", "")),
    )


@needs(IMPORT_BOOK)
def imports(request: HttpRequest) -> HttpResponse:
    """The list; a posted file is taken in by the worker."""
    wrong = ""
    if request.method == "POST":
        started = import_upload.start(request)
        if not started.problem:
            messages.success(request, started.words, "info")
            return HttpResponseRedirect(reverse("imports"))
        wrong = started.problem
    batches = tuple(shown(row) for row in ImportBatch.objects.order_by("-pk")[:LIST_ROWS])
    page = ImportsPage(_answer(batches), batches, upload.mappings(), wrong)
    fragment = request.htmx and request.method == "GET"
    template = "book/imports_list.html" if fragment else "book/imports.html"
    return render(request, template, {"page": page}, status=422 if wrong else 200)


def _answer(batches: tuple[Batch, ...]) -> str:
    if not batches:
        return _("Nothing was imported yet.")
    rejected = sum(batch.rejected for batch in batches if batch.is_done)
    values = {"n": len(batches), "rejected": figures.number(rejected)}
    return _("%(n)d imports, %(rejected)s rows wait for correction.") % values


@needs(IMPORT_BOOK)
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One import: the sum, the rejects by reason, the rows themselves."""
    row = ImportBatch.objects.filter(pk=batch_id).first()
    if row is None:
        raise Http404
    one = shown(row)
    found = import_upload.read_rejects(Path(row.rejects_path), REJECTS_SHOWN) if one.has_rejects else import_upload.NONE
    sums = {
        "total": figures.number(one.total), "accepted": figures.number(one.accepted),
        "rejected": figures.number(one.rejected), "repeated": figures.number(one.repeated),
    }  # fmt: skip
    answer = _("%(total)s rows = taken %(accepted)s + rejected %(rejected)s + repeated (ignored) %(repeated)s") % sums
    page = BatchPage(one, answer, tuple(Reason(*pair) for pair in found.reasons), found)
    return render(request, "book/import_batch.html", {"page": page})


@needs(IMPORT_BOOK)
def rejects(request: HttpRequest, batch_id: int) -> HttpResponse:  # noqa: ARG001 - the caller's signature
    """The rejects file as it was written."""
    row = ImportBatch.objects.filter(pk=batch_id).exclude(rejects_path="").first()
    if row is None or not Path(row.rejects_path).is_file():
        raise Http404
    return FileResponse(Path(row.rejects_path).open("rb"), as_attachment=True, filename=f"rejects-{batch_id}.csv")


@require_POST
@needs(IMPORT_BOOK)
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take one import back as a whole; refused once something was built on it."""
    outcome = import_upload.undo(batch_id, actor=f"staff:{request.user.pk}", now=system_clock().now())
    messages.success(request, outcome.problem or outcome.words, "refused" if outcome.problem else "allowed")
    return HttpResponseRedirect(reverse("import_batch", args=[batch_id]))
