"""How often each page asks the database: a number that may fall, and that rises only on purpose."""

from __future__ import annotations

import pytest
import small_book
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kaopu.book.core.event_kind import EventKind
from kaopu.kernel.roles import Role

MOST = {
    "/": 8,
    "/debts/": 12,  # numbers in order first, then their rows: faster than one query that sorts whole rows
    "/debts/?bucket=late&q=T-1": 15,  # the words are looked up by outside number and by person before the list
    "/borrowers/": 8,
    "/borrowers/{party}/": 8,
    "/debts/{debt}/": 14,
    "/imports/": 7,
    "/audit/": 8,
}


@pytest.mark.parametrize("address", MOST)
def test_a_page_asks_no_more_often_than_said(sign_in, book, address):
    from kaopu.book.models import Debt

    client = sign_in(Role.ADMINISTRATOR)
    row = Debt.objects.get(pk=book["late"])
    path = address.format(debt=row.pk, party=row.party_id)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        client.get(path)
    assert len(seen) <= MOST[address], "\n".join(query["sql"][:150] for query in seen.captured_queries)


def test_a_longer_history_is_not_asked_for_more_often(sign_in, book):
    client, debt_id = sign_in(Role.AUDITOR), book["on time"]

    def count():
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/debts/{debt_id}/")
        return len(seen)

    few = count()
    for n in range(30):
        small_book.post(debt_id, EventKind.PAYMENT, small_book.AS_OF, 100 + n)
    assert count() == few
