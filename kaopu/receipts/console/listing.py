"""The list of receipts: what waits and since when; find, narrow, page, export; files as they are taken in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.receipts import store
from kaopu.receipts.console import upload, words
from kaopu.receipts.console.filters import PAGE_ROWS, STATES, ReceiptFilter, matching
from kaopu.receipts.console.rights import SEE_RECEIPTS, TAKE_RECEIPTS
from kaopu.receipts.core.age import BUCKETS, age_days
from kaopu.receipts.core.mask import mask_account, mask_name, mask_text
from kaopu.receipts.models import Receipt, ReceiptsFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

STATE_WORDS = {
    "waiting": gettext_lazy("in suspense"),
    "matched": gettext_lazy("matched"),
    "returned": gettext_lazy("returned"),
    "all": gettext_lazy("all"),
}
FILE_STATES = {
    "running": ("info", "…", gettext_lazy("running")),
    "done": ("allowed", "✓", gettext_lazy("taken in")),
    "failed": ("refused", "✕", gettext_lazy("failed, nothing was taken in")),
}
FILES_SHOWN = 8
EXPORT_HEAD = (
    "receipt", "booked_on", "age_days", "account", "bank_reference", "currency", "amount", "matched", "returned",
    "suspense", "why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a choice in the filter."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; the payer masked."""

    id: int
    booked_on: date
    age: str
    payer: str
    text: str
    bank_reference: str
    currency: str
    amount: int
    suspense: int
    tone: str
    glyph: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of what the view lets through, one currency."""

    currency: str
    count: int
    amount: int
    suspense: int


@dataclass(frozen=True, slots=True)
class File:
    """One file as shown."""

    id: int
    name: str
    tone: str
    glyph: str
    state: str
    running: bool
    total: int
    done: int
    rejected: int
    repeated: int
    has_rejects: bool
    started_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class ReceiptsPage:
    """The list as shown."""

    answer: str
    chosen: ReceiptFilter
    rows: tuple[Row, ...]
    totals: tuple[Total, ...]
    states: tuple[Choice, ...]
    ages: tuple[Choice, ...]
    files: tuple[File, ...]
    running: bool
    none_yet: bool
    pages: int
    before: str
    after: str
    csv: str
    may_take: bool


@needs(SEE_RECEIPTS)
def receipts(request: HttpRequest) -> HttpResponse:
    """The page, or its list or its files alone for a fragment."""
    chosen, today = ReceiptFilter.read(request.GET), system_clock().now().date()
    found = matching(chosen, today)
    sums = tuple(
        Total(line["currency"], line["n"], line["amount_sum"], line["suspense_sum"])
        for line in found.order_by()
        .values("currency")
        .annotate(n=Count("pk"), amount_sum=Sum("amount"), suspense_sum=Sum("standing__suspense"))
        .order_by("-n")
    )
    count = sum(total.count for total in sums)
    start, pages = (chosen.page - 1) * PAGE_ROWS, max(-(-count // PAGE_ROWS), 1)
    files = files_shown()
    page = ReceiptsPage(
        answer=_answer(chosen, sums, found, today),
        chosen=chosen,
        rows=tuple(_row(row, today) for row in store.with_why(found)[start : start + PAGE_ROWS]),
        totals=sums,
        states=tuple(Choice(code, str(STATE_WORDS[code]), code == chosen.state) for code in STATES),
        ages=tuple(Choice(name, name.replace("-", "–"), name == chosen.age) for name in BUCKETS),
        files=files,
        running=any(file.running for file in files),
        none_yet=not files and not count and not chosen.narrowed,
        pages=pages,
        before=_address(chosen, chosen.page - 1) if chosen.page > 1 else "",
        after=_address(chosen, chosen.page + 1) if chosen.page < pages else "",
        csv=f"{reverse('receipts_export')}?{chosen.address()}",
        may_take=request.user.has_perm(TAKE_RECEIPTS.permission),
    )
    return render(request, _template(request), {"page": page})


def _template(request: HttpRequest) -> str:
    if not request.htmx or request.htmx.boosted:
        return "receipts/receipts.html"
    return "receipts/files.html" if request.htmx.target == "files" else "receipts/list.html"


def _address(chosen: ReceiptFilter, page: int) -> str:
    return f"{reverse('receipts')}?{chosen.address(page=page)}"


def _answer(chosen: ReceiptFilter, sums: tuple[Total, ...], found: QuerySet[Receipt], today: date) -> str:
    count = sum(total.count for total in sums)
    if not count:
        return _("Nothing is in suspense.") if not chosen.narrowed else _("No receipt fits this view.")
    money = _(" + ").join(figures.money(total.suspense, total.currency) for total in sums if total.suspense)
    if chosen.state != "waiting":
        text = ngettext("%(count)s receipt.", "%(count)s receipts.", count) % {"count": figures.number(count)}
        return text + (" " + _("%(money)s of it is in suspense.") % {"money": money} if money else "")
    oldest = found.order_by("booked_on").values_list("booked_on", flat=True)[0]
    values = {"count": figures.number(count), "money": money, "age": figures.days(age_days(oldest, today))}
    return (
        ngettext(
            "%(count)s receipt waits: %(money)s. The oldest is %(age)s old.",
            "%(count)s receipts wait: %(money)s. The oldest is %(age)s old.",
            count,
        )
        % values
    )


def payer_words(row: Receipt) -> tuple[str, str]:
    """The payer and the text, masked."""
    name, account = store.opened(row, "payer_name_sealed"), store.opened(row, "payer_account_sealed")
    payer = " ".join(filter(None, (name and mask_name(name), account and mask_account(account))))
    return payer or _("not told"), mask_text(store.opened(row, "reference_sealed"), name)


def why_words(row: Receipt, why: str | None) -> str:
    """Why it waits, in words; "" when it does not."""
    if not row.standing.suspense:
        return ""
    whole = row.standing.suspense == row.standing.amount
    return str(words.WHYS[why]) if why and (whole or why == "unmatched") else str(words.PART_LEFT)


def _row(row: Receipt, today: date) -> Row:
    payer, text = payer_words(row)
    tone, glyph, state = words.state(row.standing)
    return Row(
        id=row.pk,
        booked_on=row.booked_on,
        age=figures.days(age_days(row.booked_on, today)) if row.standing.suspense else "",
        payer=payer,
        text=text,
        bank_reference=_reference(row),
        currency=row.currency,
        amount=row.amount,
        suspense=row.standing.suspense,
        tone=tone,
        glyph=glyph,
        state=str(state),
        why=why_words(row, row.why),  # type: ignore[attr-defined]
    )


def _reference(row: Receipt) -> str:
    return _("none given") if row.bank_reference.startswith("~") else row.bank_reference


def files_shown() -> tuple[File, ...]:
    """The latest files."""
    return tuple(_file(row) for row in ReceiptsFile.objects.order_by("-pk")[:FILES_SHOWN])


def _file(row: ReceiptsFile) -> File:
    tone, glyph, state = FILE_STATES[row.status]
    return File(
        id=row.pk,
        name=row.file_name,
        tone=tone,
        glyph=glyph,
        state=str(state),
        running=row.status == "running",
        total=row.rows_total,
        done=row.rows_done,
        rejected=row.rejected,
        repeated=row.repeated,
        has_rejects=bool(row.rejects_path),
        started_at=row.started_at,
        error=row.error,
    )


@needs(SEE_RECEIPTS)
def receipts_export(request: HttpRequest) -> HttpResponse:
    """The whole view as CSV, amounts in major units, nothing of the payer."""
    today = system_clock().now().date()
    found = store.with_why(matching(ReceiptFilter.read(request.GET), today))
    return export.csv_file(f"receipts-{today.isoformat()}", EXPORT_HEAD, _export(found, today))


def _export(found: Iterable[Any], today: date) -> Iterator[tuple[Any, ...]]:
    for row in found.iterator(chunk_size=2_000):  # type: ignore[attr-defined]
        standing, waits = row.standing, row.standing.suspense > 0
        money = (to_major(each, row.currency) for each in (row.amount, standing.matched, standing.returned))
        yield (
            row.pk, row.booked_on, age_days(row.booked_on, today) if waits else "", row.account, row.bank_reference,
            row.currency, *money, to_major(standing.suspense, row.currency), (row.why or "part_left") if waits else "",
        )  # fmt: skip


@require_POST
@needs(TAKE_RECEIPTS)
def receipts_upload(request: HttpRequest) -> HttpResponse:
    """Keep the file and let the worker take it in."""
    told = upload.start(request)
    messages.success(request, told.words, "refused" if told.failed else "info")
    return HttpResponseRedirect(reverse("receipts"))


@needs(TAKE_RECEIPTS)
def receipts_rejects(request: HttpRequest, file_id: int) -> HttpResponse:  # noqa: ARG001 - the caller's signature
    """The rejects file as it was written."""
    row = ReceiptsFile.objects.filter(pk=file_id).exclude(rejects_path="").first()
    if row is None or not Path(row.rejects_path).is_file():
        raise Http404
    return FileResponse(Path(row.rejects_path).open("rb"), as_attachment=True, filename=f"rejects-{file_id}.csv")
