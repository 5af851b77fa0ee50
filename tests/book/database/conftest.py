"""Debts in a real PostgreSQL."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from agreed_terms import NOW, TERMS

from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.actions.record_event import RecordEvent, record_event
from kaopu.book.core.event_kind import EventKind
from kaopu.book.models import Debt
from kaopu.party.models import Party

_number = count(1)


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
