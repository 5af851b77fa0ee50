"""Receipts by REST: rows or a file once a key, pages by cursor, a match once; refusals as problems."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "api"))

from api_callers import Caller, expect_problem, new_key

from kaopu.book.models import Event
from kaopu.kernel.api.scope import Scope
from kaopu.receipts.models import Receipt

ROWS = {
    "rows": [
        {"booked_on": "2026-02-15", "amount": "100.50", "bank_reference": "A1", "payer_name": "王小明"},
        {"booked_on": "2026-02-15", "amount": "-1", "bank_reference": "A2"},
    ]
}


@pytest.fixture
def caller(db):
    return Caller(new_key()[1])


def test_rows_are_taken_once_a_key_and_bad_ones_are_told(caller):
    first, again = (caller.post("/receipts", ROWS, key="once") for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    answer = first.json()
    assert (answer["total"], answer["suspense"], answer["count"], answer["rejected"]) == ("100.50", "100.50", 1, 1)
    assert answer["rejects"] == [
        {"row": 2, "column": "amount", "expectation": "an amount above 0: money that went out is not a receipt"}
    ]
    other = caller.post("/receipts", ROWS).json()  # another key, the same rows
    assert other["already_taken"] and Receipt.objects.count() == 1


def test_a_file_is_taken_as_text_and_read_page_by_page(caller):
    lines = "".join(f"2026-02-15,{n + 1},F{n}\n" for n in range(5))
    assert caller.post("/receipts", {"csv": f"交易日期,金额,流水号\n{lines}"}).json()["total"] == "15.00"
    seen, cursor = [], None
    while True:
        found = caller.get("/receipts", limit=2, **({"cursor": cursor} if cursor else {})).json()
        seen += [item["bank_reference"] for item in found["items"]]
        cursor = found["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"F{n}" for n in range(5)]
    assert caller.get("/receipts", state="matched").json()["items"] == []
    assert "payer_name" not in caller.get("/receipts").content.decode()
    expect_problem(caller.post("/receipts", {"csv": "who\n1\n"}), 422, "bad-input")
    expect_problem(caller.post("/receipts", {}), 422, "bad-input")


def test_a_receipt_is_matched_once(caller, debt):
    one = debt()
    caller.post("/receipts", ROWS)
    receipt = Receipt.objects.get().pk
    body = {"debt_id": one.pk, "amount": 50}
    first, again = (caller.post(f"/receipts/{receipt}/match", body, key="m1") for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert first.json() == {
        "receipt_id": receipt, "debt_id": one.pk, "event_id": Event.objects.get().pk, "amount": 50, "left": 10_000,
    }  # fmt: skip
    assert caller.get(f"/receipts/{receipt}").json()["why"] == "nothing_known"
    refused = expect_problem(caller.post(f"/receipts/{receipt}/match", body | {"amount": 10_001}), 409, "refused")
    assert refused["reason"] == "above_what_is_left"
    caller.post(f"/receipts/{receipt}/match", {"debt_id": one.pk})
    assert caller.get(f"/receipts/{receipt}").json()["suspense"] == 0
    expect_problem(caller.post("/receipts/999999/match", body), 404, "not-found")
    expect_problem(caller.get("/receipts/999999"), 404, "not-found")


def test_a_key_without_the_scope_is_refused(db):
    reader = Caller(new_key(Scope.RECEIPTS_READ)[1])
    assert reader.get("/receipts").status_code == 200
    expect_problem(reader.post("/receipts", ROWS), 403, "scope-missing")
    expect_problem(Caller(new_key(Scope.DEBTS_READ)[1]).get("/receipts"), 403, "scope-missing")
