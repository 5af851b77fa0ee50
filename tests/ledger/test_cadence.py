"""The same book posted daily, monthly or once, with news of days closed before: the same sums, each correction once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ledger_random_book import Told, forget_book, forget_postings

from kaopu.book.actions.verify_book import verify_book
from kaopu.ledger import statements, store
from kaopu.ledger.core.trial_balance import period_result
from kaopu.ledger.models import CORRECTION, JournalRow
from tests.book.histories import START

pytestmark = pytest.mark.django_db(transaction=True)
LAST = START + timedelta(days=150)
FROM, TO = START + timedelta(days=30), START + timedelta(days=60)


def days(step):
    return [START + timedelta(days=n) for n in range(0, 150, step)] + [LAST]


def totals():
    return {code: amount for code, amount in store.totals_between(None, LAST).get("CNY", {}).items() if amount}


@pytest.mark.parametrize("seed", range(2))
def test_income_and_cash_of_a_period_do_not_depend_on_how_often_it_is_closed(seed, post, transactional_db):
    book = Told(seed, 40, lag=0)
    book.tell(LAST)
    found = []
    for step in (3, 30):
        forget_postings()
        for day in days(step):
            post(day.isoformat())
        assert not JournalRow.objects.filter(nature=CORRECTION).exists()
        sums = store.totals_between(FROM, TO)["CNY"]
        found.append((period_result(store.packaged_chart(), sums), totals()))
        assert statements.period(FROM + timedelta(days=1), TO).sums.basis == "journal"
    forget_postings()
    told = statements.period(FROM + timedelta(days=1), TO)  # out of the history: nothing is posted
    assert told.sums.basis == "history"
    post(LAST.isoformat())
    assert found[0] == found[1] == (told.result("CNY"), totals())


@pytest.mark.parametrize("seed", range(2))
def test_what_becomes_known_late_is_posted_once_whatever_the_cadence(seed, post, own_home, transactional_db):
    found = []
    for step in (7, 30, 150):
        forget_book()
        book, corrected = Told(seed, 40, lag=50), 0
        for day in days(step):
            book.tell(day)
            corrected += post(day.isoformat()).corrections
        book.tell(LAST + timedelta(days=100))
        corrected += post(LAST.isoformat()).corrections
        assert post(LAST.isoformat()).repeated
        assert corrected == JournalRow.objects.filter(nature=CORRECTION).count()
        for row in JournalRow.objects.filter(nature=CORRECTION).select_related("run"):
            assert row.effective_on <= row.run.as_of
        found.append(totals())
        assert verify_book().checks == {"ledger_balanced": True}, verify_book().findings
        if step == 7:
            assert corrected > 0
    assert found[0] == found[1] == found[2]
