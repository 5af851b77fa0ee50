"""Income and cash of a period, by cause, and the corrections of earlier days that were posted in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_major
from kaopu.ledger import statements, store
from kaopu.ledger.console.balance import asked_day
from kaopu.ledger.console.rights import SEE_LEDGER
from kaopu.ledger.console.words import CAUSES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.ledger.statements import Correction, Period

CORRECTIONS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One cause; below 0 is expense, or money out."""

    words: str
    amount: str


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One correction with both of its dates."""

    debt_id: int
    posted_on: date
    effective_on: date | None
    what: str
    url: str


@dataclass(frozen=True, slots=True)
class PeriodPage:
    """The page as shown."""

    answer: str
    first: date
    last: date
    currency: str
    currencies: tuple[str, ...]
    income: tuple[CauseRow, ...]
    income_total: str
    cash: tuple[CauseRow, ...]
    cash_total: str
    corrections: tuple[CorrectionRow, ...]
    more: int
    basis: str
    export: str


def _days(request: HttpRequest) -> tuple[date, date]:
    """The days asked for; else the month of the last posting up to it."""
    run = store.last_run()
    last = asked_day(request, "to", run.as_of if run else system_clock().now().date() - timedelta(days=1))
    first = asked_day(request, "from", last.replace(day=1))
    return min(first, last), last


@needs(SEE_LEDGER)
def period(request: HttpRequest) -> HttpResponse:
    """The page."""
    first, last = _days(request)
    found = statements.period(first, last)
    currency = _currency(found, request)
    result = found.result(currency)
    mine = [each for each in found.corrections if each.currency == currency]
    words = {
        "income": figures.money(sum(result.income.values()), currency),
        "cash": figures.money(sum(result.cash.values()), currency),
    }
    query = urlencode({"from": first.isoformat(), "to": last.isoformat(), "currency": currency})
    page = PeriodPage(
        answer=_("Income less expense %(income)s, cash %(cash)s.") % words,
        first=first,
        last=last,
        currency=currency,
        currencies=found.sums.currencies,
        income=_rows(result.income, currency),
        income_total=words["income"],
        cash=_rows(result.cash, currency),
        cash_total=words["cash"],
        corrections=tuple(_correction(each) for each in mine[:CORRECTIONS_SHOWN]),
        more=max(len(mine) - CORRECTIONS_SHOWN, 0),
        basis=_basis(found),
        export=f"{reverse('ledger_period_export')}?{query}",
    )
    return render(request, "ledger/period.html", {"page": page})


def _currency(found: Period, request: HttpRequest) -> str:
    asked = request.GET.get("currency", "")
    try:
        return found.sums.currency(asked or None)
    except BadInput:
        return found.sums.currency(None)


def _rows(amounts: dict[str, int], currency: str) -> tuple[CauseRow, ...]:
    return tuple(CauseRow(str(CAUSES[name]), figures.money(amount, currency)) for name, amount in amounts.items())


def _basis(found: Period) -> str:
    if found.sums.basis == statements.JOURNAL:
        return _("From the journal, as posted.")
    return _("From the history of the debts as known now: the journal has no posting at both ends of this period.")


def _correction(each: Correction) -> CorrectionRow:
    parts = [
        f"{CAUSES[name]} {figures.money(amount, each.currency)}" for name, amount in list(each.amounts.items())[:4]
    ]
    return CorrectionRow(
        each.debt_id, each.posted_on, each.effective_on, _(", ").join(parts),
        reverse("ledger_debt", args=[each.run, each.debt_id]),
    )  # fmt: skip


@needs(SEE_LEDGER)
def period_export(request: HttpRequest) -> HttpResponse:
    """Income and cash as a table."""
    first, last = _days(request)
    found = statements.period(first, last)
    currency = _currency(found, request)
    result = found.result(currency)
    rows = [
        (part, name, currency, to_major(amount, currency))
        for part, amounts in (("income", result.income), ("cash", result.cash))
        for name, amount in amounts.items()
    ]
    name = f"period-{first.isoformat()}-{last.isoformat()}"
    return export.csv_file(name, ("part", "cause", "currency", "amount"), rows)
