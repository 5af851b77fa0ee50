"""What the quote promises is what the book holds on the first day."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings

from kaopu.book.core.history import DebtRules, History, InstalmentRow
from kaopu.book.core.position import position
from kaopu.book.core.quote import quote
from kaopu.book.core.schedule import build
from kaopu.kernel.core.money import to_major
from tests.book.schedule_terms import terms


@settings(max_examples=150, deadline=None)
@given(agreed=terms())
def test_the_position_on_the_start_day_is_the_quote(agreed):
    told, schedule = quote(agreed), build(agreed)
    rows = tuple(InstalmentRow(r.seq, r.due_on, r.principal, r.interest, r.fee) for r in schedule.rows)
    rules = DebtRules(1, 1, schedule.currency, schedule.start, schedule.principal_minor)
    seen = position(History(rules, rows, ()), schedule.start)
    for name in ("principal", "interest", "fee"):
        assert to_major(getattr(seen.outstanding, name), schedule.currency) == told["totals"][name]
    assert (seen.days_past_due, seen.overdue.total, seen.accrued_interest) == (0, 0, 0)
    last = position(History(rules, rows, ()), schedule.rows[-1].due_on + timedelta(days=1))
    assert last.overdue == last.outstanding == seen.outstanding
