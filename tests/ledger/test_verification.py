"""`ledger_balanced` is false for what the journal must never hold, and true for what the next posting will book."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from kaopu.book.actions.verify_book import verify_book

pytestmark = pytest.mark.django_db(transaction=True)


def forge(statement, *values):
    """What the database refuses to everybody, done by a superuser behind its back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)


def test_nothing_posted_is_balanced(booked):
    booked()
    assert verify_book().checks == {"ledger_balanced": True}


def test_a_posted_book_is_balanced_and_so_is_one_with_news(booked, record, post):
    debt = booked()
    record(debt, "payment", "2026-02-15", 10_662)
    post("2026-03-31")
    assert (verify_book().checks, verify_book().findings) == ({"ledger_balanced": True}, ())
    record(debt, "payment", "2026-03-10", 5_000)
    booked()
    assert verify_book().checks == {"ledger_balanced": True}
    post("2026-04-30")
    assert verify_book().checks == {"ledger_balanced": True}


@pytest.mark.parametrize(("statement", "told"), [
    ("UPDATE ledger_runtotal SET amount = amount + 1 WHERE code = 1", "the total says 120001, its rows 120000"),
    ("DELETE FROM ledger_journalrow", "its rows None"),
    ("UPDATE ledger_journalrow SET amounts[1] = amounts[1] + 1", "D-{debt} lent: 120001 posted, 120000 replayed"),
])  # fmt: skip
def test_what_was_changed_behind_the_database_is_found(booked, post, statement, told):
    debt = booked()
    post("2026-03-31")
    forge(statement)
    verdict = verify_book()
    assert verdict.checks == {"ledger_balanced": False}
    assert not verdict.ok
    assert any(told.format(debt=debt.pk) in finding for finding in verdict.findings), verdict.findings


def test_a_posted_debt_that_vanished_is_found(booked, post):
    debt = booked()
    booked()
    post("2026-03-31")
    forge("DELETE FROM book_scheduleversion WHERE debt_id = %s", debt.pk)
    forge("DELETE FROM book_debt WHERE debt_id = %s", debt.pk)
    assert any("posted, but not in the book" in finding for finding in verify_book().findings)


@pytest.mark.parametrize("posted", [False, True])
def test_a_receipt_changed_behind_the_database_is_found(booked, post, posted):
    from receipt_files import NOW, csv_bytes

    from kaopu.receipts.actions.take_receipts import take_content

    booked()
    take_content(csv_bytes([{"amount": "88.80", "bank_reference": "L1"}]), "bank.csv", "test", NOW)
    if posted:
        post("2026-03-31")
    assert verify_book().checks == {"ledger_balanced": True}
    forge("UPDATE receipts_receipt SET amount = amount + 1")
    assert verify_book().checks == {"ledger_balanced": False}
    assert any("its standing is not the sum of its rows" in finding for finding in verify_book().findings)
