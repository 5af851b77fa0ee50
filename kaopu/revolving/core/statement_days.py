"""The days of a revolving account: statements and the days by which their bills are due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from kaopu.book.core.month_day import on_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.revolving.core.terms import Terms


def statement_days(terms: Terms, opened_on: date) -> Iterator[date]:
    """Statement days from the first on or after `opened_on`, each counted from its month: the 31st is 29 February once.

    Raises `OverflowError` or `ValueError` after the year 9999, as `date` does.
    """
    month = opened_on.month - 1
    if on_day(opened_on.year, month, terms.statement_day) < opened_on:
        month += 1
    while True:
        yield on_day(opened_on.year, month, terms.statement_day)
        month += 1


def next_statement_day(terms: Terms, statement_on: date) -> date:
    """The statement day of the month after."""
    return on_day(statement_on.year, statement_on.month, terms.statement_day)


def due_day_of(terms: Terms, statement_on: date) -> date:
    """The day by which the bill of a statement is due; never after the next statement."""
    if terms.due_day is None:
        return statement_on + timedelta(days=terms.due_days)
    same_month = on_day(statement_on.year, statement_on.month - 1, terms.due_day)
    if same_month > statement_on:
        return same_month
    # Short months can push the two days together: statements on the 31st and due the 30th, both 28 February.
    return min(on_day(statement_on.year, statement_on.month, terms.due_day), next_statement_day(terms, statement_on))


def last_day_to_pay(terms: Terms, statement_on: date) -> date:
    """The due day and the days tolerated after it (容时), but not beyond the next statement."""
    tolerated = due_day_of(terms, statement_on) + timedelta(days=terms.tolerance_days)
    return min(tolerated, next_statement_day(terms, statement_on))
