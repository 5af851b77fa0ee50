"""REST for the ledger: balances and the journal in minor units, page by page."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

FOLDER = str(Path(__file__).resolve().parents[1] / "api")
if FOLDER not in sys.path:
    sys.path.insert(0, FOLDER)

from api_callers import Caller, new_key  # noqa: E402 - needs the lines above

from kaopu.kernel.api.scope import Scope  # noqa: E402 - same

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def caller(transactional_db):
    return Caller(new_key(Scope.LEDGER_READ)[1])


@pytest.fixture
def debts(booked, record, post):
    rows = [booked() for _ in range(3)]
    record(rows[0], "payment", "2026-02-15", 10_662)
    post("2026-02-28")
    record(rows[1], "payment", "2026-02-20", 900)
    post("2026-03-31")
    return rows


def test_the_trial_balance_in_minor_units(caller, debts):
    answer = caller.get("/ledger/trial-balance?as_of=2026-03-31").json()
    assert (answer["balanced"], answer["posted_to"], answer["currency"]) == (True, "2026-03-31", "CNY")
    rows = {row["code"]: row for row in answer["accounts"]}
    assert rows["1002"]["credit"] == 360_000 - 10_662 - 900
    assert sum(row["debit"] for row in rows.values()) == sum(row["credit"] for row in rows.values())
    nothing = caller.get("/ledger/trial-balance?as_of=2026-01-01").json()
    assert (nothing["posted_to"], nothing["accounts"], nothing["balanced"]) == (None, [], True)
    assert caller.get("/ledger/trial-balance?as_of=2026-03-31&currency=XXX").status_code == 422


def test_the_journal_page_by_page(caller, debts):
    first = caller.get("/ledger/journal?limit=2").json()
    second = caller.get(f"/ledger/journal?limit=500&cursor={first['next_cursor']}").json()
    assert len(first["items"]) == 2
    assert second["next_cursor"] is None
    rows = first["items"] + second["items"]
    assert len(rows) == 3 + 3 + 1
    assert len({(row["posting_id"], row["debt_id"], row["correction"]) for row in rows}) == 7
    (correction,) = [row for row in rows if row["correction"]]
    assert (correction["debt_id"], correction["effective_on"], correction["posted_on"]) == (
        debts[1].pk, "2026-02-20", "2026-03-31",
    )  # fmt: skip
    paid = next(each for each in correction["bookings"] if each["cause"] == "paid")
    assert (paid["debit"], paid["credit"], paid["amount"]) == ("1002", "2203", 900)
    mine = caller.get(f"/ledger/journal?debt_id={debts[0].pk}").json()["items"]
    assert {row["debt_id"] for row in mine} == {debts[0].pk}
    assert caller.get("/ledger/journal?cursor=nonsense").status_code == 422


def test_postings_in_order(caller, debts):
    rows = caller.get("/ledger/postings").json()["items"]
    assert [(row["as_of"], row["from_on"], row["corrections"]) for row in rows] == [
        ("2026-02-28", None, 0),
        ("2026-03-31", "2026-02-28", 1),
    ]


def test_a_key_without_the_scope_is_refused(debts):
    other = Caller(new_key(Scope.DEBTS_READ)[1])
    for where in ("trial-balance?as_of=2026-03-31", "journal", "postings"):
        assert other.get(f"/ledger/{where}").status_code == 403
