"""Debts in a real PostgreSQL, a home of the test's own, and postings of it."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
for folder in (TESTS / "ledger", TESTS / "book" / "database", TESTS / "receipts"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from agreed_terms import NOW, TERMS  # noqa: E402 - needs the lines above

_number = count(1)


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    """Files of snapshot and posting below a folder of the test; the database stays where it is."""
    from kaopu.ledger import history
    from kaopu.ledger.actions import post_ledger

    for module in (post_ledger, history):
        monkeypatch.setattr(module, "snapshot_folder", lambda: tmp_path / "snapshot")
    return tmp_path


@pytest.fixture
def booked(transactional_db):
    """`booked(terms, **more)`: a debt of a new party."""
    from kaopu.book.actions.book_debt import BookDebt, book_debt
    from kaopu.book.models import Debt
    from kaopu.party.models import Party

    def book(terms=TERMS, **more):
        if "party_id" not in more:
            party = Party.objects.create(kind="person", external_id=f"L-{next(_number)}", created_at=NOW)
            more["party_id"] = party.pk
        command = BookDebt(terms=terms, external_id=f"Y-{next(_number)}", **more)
        return Debt.objects.get(pk=book_debt(command, "test", NOW).debt_id)

    return book


@pytest.fixture
def record():
    """`record(debt, kind, on, amount, **more)`: the outcome of recording it under a new key."""
    from kaopu.book.actions.record_event import RecordEvent, record_event
    from kaopu.book.core.event_kind import EventKind

    def call(debt, kind, on, amount=0, **more):
        key = more.pop("key", f"ledger-{next(_number)}")
        command = RecordEvent(
            debt_id=debt.debt_id, kind=EventKind(kind), on=date.fromisoformat(on), amount=amount, key=key, **more
        )
        return record_event(command, "test", NOW)

    return call


@pytest.fixture
def post(own_home):
    """`post("2026-03-31")`: the ledger posted to a day."""
    from kaopu.ledger.actions.post_ledger import post_ledger

    def call(day, progress=None):
        return post_ledger(date.fromisoformat(day), "test", datetime(2026, 12, 1, tzinfo=UTC), progress)

    return call
