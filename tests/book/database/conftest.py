"""Debts in a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

import pytest

from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.actions.record_event import RecordEvent, record_event
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.terms import Plan, Terms
from kaopu.book.models import Debt
from kaopu.party.models import Party

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_number = count(1)

# 1,200.00 in twelve equal instalments from 15 January 2026, 12 % a year.
TERMS = Terms(
    plan=Plan.EQUAL_INSTALMENT,
    currency="CNY",
    principal_minor=120_000,
    start=date(2026, 1, 15),
    periods=12,
    rate_annual=Decimal("0.12"),
)


@pytest.fixture
def party(db):
    return Party.objects.create(kind="person", external_id=f"P-{next(_number)}", created_at=NOW)


@pytest.fixture
def booked(party):
    """`booked(terms, **more)`: a debt of the party."""

    def book(terms=TERMS, **more):
        command = BookDebt(terms=terms, party_id=party.pk, external_id=f"X-{next(_number)}", **more)
        return Debt.objects.get(pk=book_debt(command, "test", NOW).debt_id)

    return book


@pytest.fixture
def record():
    """`record(debt, kind, on, amount, **more)`: the outcome of recording it under a new key."""

    def call(debt, kind, on, amount=0, **more):
        key = more.pop("key", f"key-{next(_number)}")
        command = RecordEvent(
            debt_id=debt.debt_id, kind=EventKind(kind), on=date.fromisoformat(on), amount=amount, key=key, **more
        )
        return record_event(command, "test", NOW)

    return call
