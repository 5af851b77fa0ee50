"""What readers ask of the ledger: trial balance, result of a period, one account down to its debts.

Answers come out of the journal; where nothing was posted that could answer, out of the history of the book itself, by
the same sums. `basis` says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction

from kaopu.book.models import Debt, Event
from kaopu.kernel.core.errors import BadInput
from kaopu.ledger import store
from kaopu.ledger.core.cause import BY_CODE
from kaopu.ledger.core.chart import Chart, chart_from_json
from kaopu.ledger.core.trial_balance import PeriodResult, TrialBalance, account_causes, period_result, trial_balance
from kaopu.ledger.models import CORRECTION, JournalRow, PostingRun, RunTotal

JOURNAL, HISTORY = "journal", "history"
CORRECTIONS_SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums by currency and code of the cause, the chart that states them, and where they come from."""

    by_currency: dict[str, dict[int, int]]
    chart: Chart
    basis: str
    posted_to: date | None

    @property
    def currencies(self) -> tuple[str, ...]:
        """Renminbi first, the others by code."""
        return tuple(sorted(self.by_currency, key=lambda name: (name != "CNY", name)))

    def currency(self, asked: str | None) -> str:
        """The currency asked for, else the first. Raises `BadInput` for one that never moved."""
        if asked is None:
            return self.currencies[0] if self.currencies else "CNY"
        if asked not in self.by_currency:
            known = ", ".join(self.currencies) or "none, nothing was booked"
            raise BadInput(f"currency: {asked} given; expected one of {known}")
        return asked


def sums_to(as_of: date) -> Sums:
    """All that was posted up to a day. Where the first posting is later, the history up to that day."""
    run = store.run_at(as_of)
    if run is not None:
        return Sums(store.totals_between(None, as_of), chart_from_json(run.chart.content), JOURNAL, run.as_of)
    (found,) = history((as_of,))
    return Sums(found, store.chart_in_force(), HISTORY, None)


def trial_balance_of(sums: Sums, currency: str) -> TrialBalance:
    """The balances of one currency."""
    return trial_balance(sums.chart, sums.by_currency.get(currency, {}))


@dataclass(frozen=True, slots=True)
class Correction:
    """What one posting booked for one debt's closed days."""

    debt_id: int
    run: int
    posted_on: date
    effective_on: date | None
    currency: str
    amounts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Period:
    """Income and cash from the first day to the last, both included. `corrections` are those posted in it."""

    first: date
    last: date
    sums: Sums
    corrections: tuple[Correction, ...]

    def result(self, currency: str) -> PeriodResult:
        """By cause, in one currency."""
        return period_result(self.sums.chart, self.sums.by_currency.get(currency, {}))


def period(first: date, last: date) -> Period:
    """What was earned and what moved at the bank between two days.

    Raises:
        BadInput: for a last day before the first.
    """
    if last < first:
        raise BadInput(f"to: {last} given; expected {first} or a later day")
    before = first - timedelta(days=1)
    run = PostingRun.objects.select_related("chart").filter(as_of=last).order_by("-pk").first()
    if run is not None and (PostingRun.objects.filter(as_of=before).exists() or _nothing_before(first)):
        found = store.totals_between(before, last)
        sums = Sums(found, chart_from_json(run.chart.content), JOURNAL, run.as_of)
        return Period(first, last, sums, corrections(before, last))
    start, end = history((before, last))
    between = {
        currency: {code: end.get(currency, {}).get(code, 0) - start.get(currency, {}).get(code, 0) for code in codes}
        for currency, codes in _keys(start, end).items()
    }
    return Period(first, last, Sums(between, store.chart_in_force(), HISTORY, None), ())


def corrections(after: date, until: date, most: int = CORRECTIONS_SHOWN) -> tuple[Correction, ...]:
    """Corrections of closed days that were posted after a day up to another, oldest posting first."""
    rows = JournalRow.objects.filter(nature=CORRECTION, run__as_of__gt=after, run__as_of__lte=until)
    found = rows.select_related("run").order_by("run_id", "debt_id")[:most]
    return tuple(
        Correction(
            row.debt_id,
            row.run_id,
            row.run.as_of,
            row.effective_on,
            row.currency,
            {BY_CODE[code].name: amount for code, amount in zip(row.codes, row.amounts, strict=True)},
        )
        for row in found
    )


def _nothing_before(first: date) -> bool:
    """Whether no debt began before a day: what the first posting booked then lies after it."""
    return not Debt.objects.filter(disbursed_on__lt=first).exists()


def _keys(*tables: dict[str, dict[int, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for table in tables:
        for currency, codes in table.items():
            found.setdefault(currency, set()).update(codes)
    return found


def history(days: tuple[date, ...]) -> list[dict[str, dict[int, int]]]:
    """Sums of the book at the end of each day, by what is known now, by currency and cause."""
    from kaopu.ledger.history import sums_on  # loads the kernel, which answers out of the journal do not need

    return sums_on(days)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """What one posting moved on an account for one cause; above 0 is debit."""

    run: int
    posted_on: date
    nature: int
    code: int
    amount: int


def account_lines(chart: Chart, account: str, currency: str, as_of: date) -> list[AccountLine]:
    """An account by posting and cause, newest posting first."""
    sides = account_causes(chart, account)
    rows = RunTotal.objects.filter(currency=currency, code__in=list(sides), run__as_of__lte=as_of)
    values = rows.order_by("-run_id", "nature", "code").values_list("run_id", "run__as_of", "nature", "code", "amount")
    return [AccountLine(run, on, nature, code, sides[code] * amount) for run, on, nature, code, amount in values]


@dataclass(frozen=True, slots=True)
class DebtLine:
    """What a debt moved on an account; above 0 is debit."""

    run: int
    posted_on: date
    nature: int
    effective_on: date | None
    debt_id: int
    code: int
    amount: int


_DEBT_LINES = """
SELECT j.run_id, r.as_of, j.nature, j.effective_on, j.debt_id, u.code, u.amount
FROM ledger_journalrow j JOIN ledger_postingrun r ON r.id = j.run_id, unnest(j.codes, j.amounts) AS u (code, amount)
WHERE j.currency = %(currency)s AND u.code = ANY(%(codes)s) AND r.as_of <= %(as_of)s
  AND (%(run)s::bigint IS NULL OR j.run_id = %(run)s) AND (%(debt)s::bigint IS NULL OR j.debt_id = %(debt)s)
  AND (%(nature)s::smallint IS NULL OR j.nature = %(nature)s)
ORDER BY j.run_id DESC, j.debt_id, j.nature, u.code OFFSET %(skip)s LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines of an account are wanted; None: all."""

    currency: str
    as_of: date
    run: int | None = None
    debt: int | None = None
    code: int | None = None
    nature: int | None = None


def debt_lines(chart: Chart, account: str, asked: Asked, skip: int = 0, most: int = 200) -> list[DebtLine]:
    """An account down to its debts, newest posting first."""
    sides = account_causes(chart, account)
    codes = [code for code in sides if asked.code in {None, code}]
    values = {
        "currency": asked.currency, "codes": codes, "as_of": asked.as_of, "run": asked.run, "debt": asked.debt,
        "nature": asked.nature, "skip": skip, "most": most,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DEBT_LINES, values)
        return [DebtLine(*row[:6], sides[row[5]] * row[6]) for row in cursor.fetchall()]


def events_of(debt_id: int, until: date) -> list[dict[str, object]]:
    """What happened to a debt up to a day, newest first: what stands behind its bookings."""
    rows = Event.objects.filter(debt_id=debt_id, on__lte=until).order_by("-on", "-event_id")
    return [
        {
            "event": event.event_id, "on": event.on.isoformat(), "kind": event.kind, "amount": event.amount,
            "component": event.component, "reverses": event.reverses_id,
        }
        for event in rows
    ]  # fmt: skip
