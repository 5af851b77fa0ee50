"""One write a key: the same body gives the same answer, another body is a conflict, two at once write once."""

from __future__ import annotations

import json
import threading

import pytest
from api_callers import NOW, TERMS, Caller, expect_problem, new_key
from django.db import connection

from kaopu.book.models import Debt, Event
from kaopu.kernel.models import AuditRow, IdempotentAnswer
from kaopu.party.models import Party

PAYMENT = {"kind": "payment", "on": "2026-02-15", "amount": 5_000}


def test_the_same_key_and_body_give_the_same_answer(caller, debt_id):
    first, again = (caller.post(f"/debts/{debt_id}/events", PAYMENT, key="once") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert Event.objects.filter(debt=debt_id).count() == 1
    assert AuditRow.objects.filter(act="record_event").count() == 1


def test_the_order_of_fields_says_nothing(caller, debt_id):
    first = caller.post(f"/debts/{debt_id}/events", PAYMENT, key="once").json()
    turned = json.dumps(dict(reversed(PAYMENT.items())), indent=2)
    assert caller.post(f"/debts/{debt_id}/events", turned, key="once").json() == first


@pytest.mark.parametrize("more", [{"amount": 5_001}, {"payload": {}}, {"component": None}])
def test_another_body_is_a_conflict(caller, debt_id, more):
    caller.post(f"/debts/{debt_id}/events", PAYMENT, key="once")
    other = caller.post(f"/debts/{debt_id}/events", PAYMENT | more, key="once")
    expect_problem(other, 409, "key-used-with-other-body")
    assert Event.objects.filter(debt=debt_id).count() == 1


def test_a_key_of_another_address_is_a_conflict(caller, debt_id, party_id):
    caller.post(f"/debts/{debt_id}/events", PAYMENT, key="once")
    other = caller.book(party_id)
    expect_problem(caller.post(f"/debts/{other}/events", PAYMENT, key="once"), 409, "key-used-with-other-body")
    body = {"terms": TERMS, "party_id": party_id, "external_id": "new"}
    expect_problem(caller.post("/debts", body, key="once"), 409, "key-used-with-other-body")


def test_callers_do_not_share_keys(caller, caller_with, debt_id):
    other = caller_with("events:write")
    answers = {one.post(f"/debts/{debt_id}/events", PAYMENT, key="once").json()["event_id"] for one in (caller, other)}
    assert len(answers) == 2


@pytest.mark.parametrize("path", ["/debts", "/debts/1/events"])
def test_a_write_without_a_key_is_a_problem(caller, path):
    body = PAYMENT if "events" in path else {"terms": TERMS, "party_id": 1, "external_id": "x"}
    problem = expect_problem(caller.post(path, body, key=None), 422, "bad-input")
    assert [error["field"] for error in problem["errors"]] == ["Idempotency-Key"]


def test_a_key_may_have_128_characters(caller, debt_id):
    assert caller.post(f"/debts/{debt_id}/events", PAYMENT, key="k" * 128).status_code == 201
    expect_problem(caller.post(f"/debts/{debt_id}/events", PAYMENT, key="k" * 129), 422, "bad-input")
    assert Event.objects.filter(debt=debt_id).count() == 1


def test_a_refused_key_may_be_used_again(caller, debt_id):
    expect_problem(caller.post(f"/debts/{debt_id}/events", PAYMENT | {"amount": 0}, key="k"), 409, "refused")
    assert caller.post(f"/debts/{debt_id}/events", PAYMENT, key="k").status_code == 201


def test_a_debt_is_booked_once(caller, party_id):
    body = {"terms": TERMS, "party_id": party_id, "external_id": "one"}
    first, again = (caller.post("/debts", body, key="b") for _ in range(2))
    assert first.json() == again.json()
    assert Debt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_write_from_two_connections_at_once_records_once():
    party = Party.objects.create(kind="person", external_id="twice", created_at=NOW)
    token = new_key()[1]
    debt_id = Caller(token).book(party.pk)
    gate, answers = threading.Barrier(2), []

    def submit():
        try:
            gate.wait()
            answers.append(Caller(token).post(f"/debts/{debt_id}/events", PAYMENT, key="same"))
        finally:
            connection.close()

    for _ in range(5):
        threads = [threading.Thread(target=submit) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == 10
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["event_id"] for answer in answers}) == 1
    assert Event.objects.count() == IdempotentAnswer.objects.filter(key="same").count() == 1
