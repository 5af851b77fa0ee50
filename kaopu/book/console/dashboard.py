"""The dashboard: how is the book, and what needs a person today. Reads what the close left; computes nothing heavy."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaopu.book.console import close_reading, rows
from kaopu.book.console.rights import EXPORT_BOOK, IMPORT_BOOK, SEE_BOOK
from kaopu.book.models import ImportBatch
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.console.chart import Chart, FailedPanel

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from kaopu.book.models import CloseRun

log = logging.getLogger(__name__)
STALE_DAYS = 2


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure with what it opens and what it is compared with."""

    key: str
    words: str
    value: str
    exact: str
    change: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that needs a person."""

    words: str
    count: int
    oldest: str
    owner: str
    url: str


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """The page as shown."""

    answer: str
    stale: str
    kpis: tuple[Kpi, ...]
    panels: tuple[Chart | FailedPanel, ...]
    waiting: tuple[Waiting, ...]
    export: str


@needs(SEE_BOOK)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The page of the current close."""
    close = rows.current_close()
    if close is None:
        return render(request, "book/no_book.html", {"title": _("Dashboard")})
    may_export = request.user.has_perm(EXPORT_BOOK.permission)
    reading = close_reading.read(close, dict(rows.products()))
    page = DashboardPage(
        answer=_answer(close, reading),
        stale=_stale(close),
        kpis=kpis(reading),
        panels=panels(reading, may_export=may_export),
        waiting=_waiting(request),
        export=reverse("debts_export", args=["csv"]) if may_export else "",
    )
    return render(request, "book/dashboard.html", {"page": page})


def _answer(close: CloseRun, reading: close_reading.Reading) -> str:
    values = {
        "day": figures.day(close.as_of),
        "closed": figures.instant(close.finished_at),
        "debts": figures.number(reading.debts),
    }
    text = _("Position as of %(day)s, closed %(closed)s. %(debts)s debts.") % values
    if reading.others:
        shown = {"currency": reading.currency, "others": _(", ").join(reading.others)}
        text += " " + _("Figures are of %(currency)s; the book also holds %(others)s.") % shown
    return text


def _stale(close: CloseRun) -> str:
    behind = (system_clock().now().date() - close.as_of).days
    if behind <= STALE_DAYS:
        return ""
    return _("The last close is %(days)s old. Figures below are of its day.") % {"days": figures.days(behind)}


def kpis(reading: close_reading.Reading) -> tuple[Kpi, ...]:
    """The figures that say how the book is."""
    currency, late = reading.currency, reading.share_over_30
    found = [
        Kpi(
            "1", _("Outstanding"), figures.big_money(reading.outstanding, currency),
            figures.money(reading.outstanding, currency), *_change(reading.outstanding_change), reverse("debts"),
        ),
        Kpi(
            "2", _("30+ DPD"), figures.percent(late), figures.money(reading.over_30, currency),
            *_points(reading.over_30_change), f"{reverse('debts')}?bucket=31%2B",
        ),
        Kpi(
            "3", _("Past due"), figures.big_money(reading.overdue, currency), figures.money(reading.overdue, currency),
            figures.number(reading.late_debts), _("debts late"), f"{reverse('debts')}?bucket=late",
        ),
    ]  # fmt: skip
    if reading.first_payment_default is not None:
        share, of = reading.first_payment_default
        note = _("30 days after due, of %(n)s debts") % {"n": figures.number(of)}
        found.append(
            Kpi(
                "4",
                _("First payment default"),
                figures.percent(share),
                "",
                "",
                note,
                _at("vintages"),
            )
        )
    if reading.expected_loss is not None:
        loss, low, high, months = reading.expected_loss
        values = {"months": months, "low": figures.big_money(low, currency), "high": figures.big_money(high, currency)}
        note = _("in %(months)d months, %(low)s to %(high)s") % values
        exact = figures.money(loss, currency)
        found.append(
            Kpi("5", _("Expected loss"), figures.big_money(loss, currency), exact, "", note, _at("roll-rates"))
        )
    return tuple(found)


def _at(panel: str) -> str:
    return f"{reverse('dashboard')}#chart-{panel}"


def _change(change: float | None) -> tuple[str, str]:
    return (figures.signed_percent(change), _("against 30 days before")) if change is not None else ("", "")


def _points(change: float | None) -> tuple[str, str]:
    return (figures.signed_points(change), _("against 30 days before")) if change is not None else ("", "")


def panels(reading: close_reading.Reading, *, may_export: bool) -> tuple[Chart | FailedPanel, ...]:
    """Each panel by itself: one that fails is named and leaves the others."""

    def csv(key: str) -> str:
        return reverse("dashboard_table", args=[key]) if may_export else ""

    wanted: tuple[tuple[str, str, Callable[[str], Chart]], ...] = (
        ("past-due", _("Outstanding of debts past due, by age"), reading.past_due_chart),
        ("vintages", _("Ever 30+ days past due, by month of opening"), reading.vintage_chart),
        ("roll-rates", _("Where balances moved, from bucket to bucket"), reading.roll_rate_chart),
        ("expected-cash", _("Cash expected by the day it falls due"), reading.expected_cash_chart),
        ("concentration", _("Outstanding by product"), reading.concentration_chart),
    )
    return tuple(_panel(key, title, make, csv(key)) for key, title, make in wanted)


def _panel(key: str, title: str, make: Callable[[str], Chart], csv: str) -> Chart | FailedPanel:
    try:
        return make(csv)
    except Exception:  # one failed panel must not blank the page; the log has it
        log.exception("panel %s", key)
        return FailedPanel(key, title)


def _waiting(request: HttpRequest) -> tuple[Waiting, ...]:
    if not request.user.has_perm(IMPORT_BOOK.permission):
        return ()
    found = ImportBatch.objects.filter(status="done", rejected__gt=0).order_by("started_at")
    batches = list(found.values_list("pk", "rejected", "started_at"))
    if not batches:
        return ()
    url = reverse("import_batch", args=[batches[0][0]])
    oldest = figures.age(system_clock().now() - batches[0][2])
    return (Waiting(_("Import rows rejected"), sum(row[1] for row in batches), oldest, _("analyst"), url),)


@needs(EXPORT_BOOK)
def table(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001 - the caller's signature
    """The table of one panel as CSV."""
    close = rows.current_close()
    if close is None:
        raise Http404
    for panel in panels(close_reading.read(close, dict(rows.products())), may_export=True):
        if isinstance(panel, Chart) and panel.key == key:
            return export.csv_file(f"{key}-{close.as_of.isoformat()}", panel.head, panel.rows)
    raise Http404
