"""Verification finds a position that is not what the history gives, and only then."""

from __future__ import annotations

from datetime import date

import pytest

from kaopu.book.actions import close_book as close_module
from kaopu.book.actions.close_book import close_book
from kaopu.book.actions.verify_book import verify_book
from kaopu.book.models import PositionRow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed(booked, record, tmp_path, monkeypatch):
    monkeypatch.setattr(close_module, "snapshot_folder", lambda: tmp_path / "snapshot")
    monkeypatch.setattr(close_module, "close_folder", lambda: tmp_path / "close")
    debts = [booked(rules={"penalty_rate_ppm": 100_000, "grace_days": 3}), booked()]
    record(debts[0], "payment", "2026-02-20", 10_662)
    record(debts[1], "early_settlement", "2026-02-20", 60_000, payload={"effect": "lower"})
    close_book(date(2026, 11, 22))
    record(debts[1], "payment", "2026-03-15", 777)
    return debts


def test_an_honest_book_verifies(closed):
    verdict = verify_book()
    assert (verdict.replay_equal, verdict.audit_ok, verdict.findings) == (True, True, ())


def test_an_empty_book_verifies(db):
    assert verify_book().replay_equal


def test_a_changed_row_is_named(closed):
    PositionRow.objects.filter(debt=closed[0]).update(paid_to_date=1)
    verdict = verify_book()
    assert not verdict.replay_equal
    assert verdict.findings == (f"D-{closed[0].pk} paid_to_date: 10662 replayed, 1 in the close",)


def test_a_missing_row_is_named(closed):
    PositionRow.objects.filter(debt=closed[1]).delete()
    assert verify_book().findings == (f"D-{closed[1].pk}: not in the close",)
