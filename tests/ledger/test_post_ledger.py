"""Posting: differences of cumulative sums, once; corrections of closed days with both dates; nothing torn."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from kaopu.kernel.core.errors import BadInput
from kaopu.ledger import statements, store
from kaopu.ledger.core.cause import BY_CODE, BY_NAME
from kaopu.ledger.core.vectors import balance, carrying_amount
from kaopu.ledger.models import CORRECTION, OWN, JournalRow, PostingRun, RunTotal

pytestmark = pytest.mark.django_db(transaction=True)


def sums(day="2026-12-31", currency="CNY"):
    """Posted sums by name of the cause."""
    found = store.totals_between(None, date.fromisoformat(day)).get(currency, {})
    return {BY_CODE[code].name: amount for code, amount in found.items() if amount}


def balances(day="2026-12-31"):
    """Balances by account, debit above 0."""
    found = statements.sums_to(date.fromisoformat(day))
    lines = statements.trial_balance_of(found, "CNY").lines
    return {line.account.code: line.debit - line.credit for line in lines if line.debit or line.credit}


def test_what_was_lent_and_paid_is_booked_once(booked, record, post):
    debt = booked()
    record(debt, "payment", "2026-02-15", 10_662)
    first = post("2026-02-28")
    assert (first.from_on, first.debts, first.corrections, first.repeated) == (None, 1, 0, False)
    assert sums()["lent"] == debt.principal
    assert sums()["paid"] == 10_662
    assert balances()["1301"] == debt.principal - sums()["received_principal"]
    again = post("2026-02-28")
    assert (again.run, again.repeated) == (first.run, True)
    assert PostingRun.objects.count() == 1
    second = post("2026-03-01")
    assert second.from_on == date(2026, 2, 28)
    assert not RunTotal.objects.filter(run_id=second.run, nature=CORRECTION).exists()
    assert sum(row.debit for row in statements.trial_balance_of(statements.sums_to(date(2026, 3, 1)), "CNY").lines) > 0


def test_a_day_before_the_last_posting_is_refused_and_says_what_to_do(booked, post):
    booked()
    post("2026-03-31")
    with pytest.raises(
        BadInput, match="as of 2026-03-30: the ledger is posted to 2026-03-31; expected that day or a later"
    ):
        post("2026-03-30")


def test_a_correction_of_closed_days_appears_once_with_both_dates(booked, record, post):
    debt, other = booked(), booked()
    record(debt, "payment", "2026-02-15", 10_662)
    post("2026-03-31")
    before = sums()
    record(debt, "payment", "2026-03-10", 5_000)
    record(other, "payment", "2026-04-20", 7_000)
    run = post("2026-04-30")
    assert run.corrections == 1
    row = JournalRow.objects.get(run_id=run.run, nature=CORRECTION)
    assert (row.debt_id, row.effective_on, row.run.as_of) == (debt.pk, date(2026, 3, 10), date(2026, 4, 30))
    assert dict(zip(row.codes, row.amounts, strict=True))[BY_NAME["paid"].code] == 5_000
    own = RunTotal.objects.get(run_id=run.run, nature=OWN, code=BY_NAME["paid"].code)
    assert own.amount == 7_000
    assert sums()["paid"] == before["paid"] + 12_000
    assert post("2026-05-31").corrections == 0
    told = statements.period(date(2026, 4, 1), date(2026, 4, 30))
    assert told.sums.basis == "journal"
    assert [(each.debt_id, str(each.posted_on), str(each.effective_on)) for each in told.corrections] == [
        (debt.pk, "2026-04-30", "2026-03-10")
    ]
    assert statements.period(date(2026, 5, 1), date(2026, 5, 31)).corrections == ()


def test_a_reversal_of_a_closed_day_is_a_correction_of_the_reversals_own_day(booked, record, post):
    debt = booked()
    paid = record(debt, "payment", "2026-02-15", 10_662)
    post("2026-03-31")
    record(debt, "reversal", "2026-03-20", reverses=paid.event_id)
    run = post("2026-03-31")
    assert (run.repeated, run.corrections, run.debts) == (False, 1, 0)
    assert JournalRow.objects.get(run_id=run.run).effective_on == date(2026, 3, 20)
    assert "paid" not in sums()


def test_what_an_undone_import_took_along_is_posted_back(booked, post, own_home):
    from kaopu.book.actions.import_book import ImportBook, import_book
    from kaopu.book.actions.undo_import import undo_import
    from kaopu.book.snapshot.synthetic import write_snapshot

    kept = booked()
    write_snapshot(own_home / "native", 30, 0, date(2026, 3, 1))
    now = datetime(2026, 3, 2, tzinfo=UTC)
    imported = import_book(ImportBook("native", own_home / "native"), "test", now)
    post("2026-03-31")
    assert JournalRow.objects.count() == 31
    undo_import(imported.batch, "test", now)
    run = post("2026-04-30")
    assert run.corrections == 30
    assert sums()["lent"] == kept.principal
    assert post("2026-04-30").repeated


def test_a_debt_off_the_balance_sheet_is_not_booked_and_one_that_leaves_it_is_booked_back(booked, post):
    from kaopu.book.models import Debt

    debt = booked()
    post("2026-03-31")
    assert sums()["lent"] == debt.principal
    Debt.objects.filter(pk=debt.pk).update(on_balance=False)
    assert post("2026-04-30").corrections == 1
    assert sums() == {}


@pytest.mark.parametrize("statement", [
    "UPDATE ledger_journalrow SET amounts = amounts", "DELETE FROM ledger_runtotal", "TRUNCATE ledger_postingrun CASCADE",
    "UPDATE ledger_chartversion SET name = 'x'",
])  # fmt: skip
def test_the_database_refuses_to_change_what_was_posted(booked, post, statement):
    booked()
    post("2026-03-31")
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_posting_that_fails_leaves_nothing(booked, post, monkeypatch):
    from kaopu.ledger.actions import post_ledger as module

    booked()
    monkeypatch.setattr(module.audit, "record", lambda **_: (_ for _ in ()).throw(RuntimeError("the disk is full")))
    with pytest.raises(RuntimeError):
        post("2026-03-31")
    monkeypatch.undo()
    assert not JournalRow.objects.exists()
    assert not PostingRun.objects.exists()


def test_receipts_in_suspense_and_their_way_out_are_booked(booked, post, monkeypatch):
    from kaopu.ledger import sources

    booked()
    told = {
        date(2026, 3, 31): {"receipts_received": 900},
        date(2026, 4, 30): {"receipts_received": 900, "receipts_matched": 600, "receipts_returned": 100},
    }
    monkeypatch.setattr(sources, "_sources", {"test": lambda day: {"CNY": told[day]}})
    post("2026-03-31")
    assert balances()["2241"] == -900
    bank = balances()["1002"]
    post("2026-04-30")
    assert balances()["2241"] == -200
    assert balances()["1002"] == bank - 700  # the 600 that were matched come back as a payment of the debt
    told[date(2026, 4, 30)] = {"receipts_received": 1_000, "receipts_matched": 600, "receipts_returned": 100}
    post("2026-04-30")
    assert balances()["2241"] == -300


def test_receipts_of_the_bank_and_revolving_accounts_are_booked_by_their_own_rooms(booked, post):
    from kaopu.ledger.core.cause import SOURCE_CAUSES
    from kaopu.party.models import Party
    from kaopu.revolving import store as revolving
    from kaopu.revolving.sample.load import load_sample

    booked()
    for number in range(96):  # the sample gives an account to one in four
        Party.objects.create(
            kind="person", source="sample", external_id=f"S-{number}", created_at=datetime(2024, 1, 1, tzinfo=UTC)
        )
    load_sample(date(2026, 3, 31), datetime(2026, 4, 1, tzinfo=UTC), accounts=24)
    post("2026-03-31")
    (of,) = revolving.ledger_totals(date(2026, 3, 31)).values()
    drawn = sum(of.balance[name] for name in ("purchase", "cash", "instalment"))
    found = balances("2026-03-31")
    assert found["1303"] == drawn > 0
    assert found.get("2203", 0) == -of.credit_balance
    names = {cause.name for cause in SOURCE_CAUSES}
    assert set(sums()) & names >= {
        "revolving_drawn",
        "revolving_paid",
        "revolving_impairment",
        "revolving_vat_interest",
    }
    assert post("2026-03-31").repeated


def test_the_allowance_follows_the_class_of_every_rule_even_without_a_new_row_of_the_debt(booked, record, post):
    sound = booked(rules={"retail": False})
    bad = booked(rules={"retail": False}, party_id=sound.party_id)
    for month in range(2, 9):
        record(sound, "payment", f"2026-{month:02d}-15", 10_662)
    post("2026-08-31")  # the other debt has paid nothing since February: non-performing, more than 10 % of what is owed

    def allowance(debt):
        found = store.posted_sums([debt.pk]).sums(np.array([debt.pk]))
        return -int(balance(found, "allowance")[0]), int(carrying_amount(found)[0])

    required, carrying = allowance(sound)
    assert required >= carrying // 4 - 1  # substandard at least, though it was never late
    record(bad, "early_settlement", "2026-08-20", 200_000)
    run = post("2026-09-01")
    assert {row.debt_id for row in JournalRow.objects.filter(run_id=run.run, nature=CORRECTION)} >= {bad.pk}
    required, carrying = allowance(sound)
    assert required < carrying // 4


def test_of_two_postings_at_once_one_waits_and_finds_it_done(booked, post):
    from concurrent.futures import ThreadPoolExecutor

    for _ in range(3):
        booked()

    def one(_):
        try:
            return post("2026-03-31")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, range(2)))
    assert sorted(each.repeated for each in found) == [False, True]
    assert PostingRun.objects.count() == 1
    assert JournalRow.objects.count() == 3


def test_a_new_kernel_compares_every_debt(booked, post, monkeypatch):
    from kaopu.ledger.actions import post_ledger as module

    booked()
    post("2026-03-31")
    monkeypatch.setattr(module, "_kernel", lambda: "another")
    assert post("2026-04-30").corrections == 0
    assert PostingRun.objects.order_by("-pk").first().kernel == "another"
