"""Every refusal is a problem of RFC 9457, whatever was wrong: key, scope, address, method, body, or our own fault."""

from __future__ import annotations

import logging
import re

import pytest
from api_callers import NOW, TERMS, Caller, expect_problem, new_key
from django.test import Client

from kaopu.kernel.api.scope import Scope
from kaopu.web.actions.revoke_api_key import revoke_api_key
from kaopu.web.api import api

OPERATIONS = [
    (method, path, operation)
    for path, methods in api.get_openapi_schema(path_prefix="").get("paths", {}).items()
    for method, operation in methods.items()
]
BODIES = {
    "/quotes": {"terms": TERMS},
    "/debts": {"terms": TERMS, "party_id": 1, "external_id": "x"},
    "/debts/{debt_id}/events": {"kind": "payment", "on": "2026-02-15", "amount": 1},
    "/decisions": {"policy": "application-review", "input": {}},
    "/imports": {"mapping": "native", "files": [{"name": "none.csv", "content": ""}]},
    "/receipts": {"rows": [{"booked_on": "2026-02-15", "amount": "1.00", "bank_reference": "r-1"}]},
    "/receipts/{receipt_id}/match": {"debt_id": 1},
    "/revolving/accounts": {"party_id": 1, "external_id": "card-1", "product": "card", "opened_on": "2026-01-15"},
    "/revolving/accounts/{account_id}/postings": {"kind": "purchase", "on": "2026-02-15", "amount": 100},
    "/webhooks": {"url": "https://127.0.0.1/hook"},
    "/webhooks/{webhook_id}/end": {},
}
NO_ID = "00000000-0000-7000-8000-000000000000"
PLACES = {"{webhook_id}": NO_ID, "{identifier}": NO_ID}  # the other places in addresses are numbers


def call(caller, method, path):
    address = re.sub(r"\{\w+\}", lambda place: PLACES.get(place[0], "1"), path)
    return caller.post(address, BODIES[path]) if method == "post" else caller.get(address, as_of="2026-02-15")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer nothing", "Bearer a.b", "Basic eDp5", "Bearer 界.x"]
)
def test_a_bad_key_is_not_let_in(db, header):
    answer = Client().get("/api/v1/debts", headers={"Authorization": header} if header else {})
    expect_problem(answer, 401, "not-signed-in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_with_another_secret_is_not_let_in(db):
    key_id, token = new_key()
    assert Caller(token).get("/debts").status_code == 200
    expect_problem(Caller(f"{key_id}.{'x' * 43}").get("/debts"), 401, "not-signed-in")


def test_a_revoked_key_opens_nothing(db):
    key_id, token = new_key()
    revoke_api_key(key_id, "test", NOW)
    expect_problem(Caller(token).get("/debts"), 401, "not-signed-in")


def test_an_ended_key_opens_nothing(ended_key):
    expect_problem(Caller(ended_key).get("/debts"), 401, "not-signed-in")


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda value: str(value)[:40])
def test_each_operation_asks_for_the_scope_that_it_names(caller_with, method, path, operation):
    ((_, (scope,)),) = operation["security"][0].items()
    others = [one for one in Scope if one != scope]
    problem = expect_problem(call(caller_with(*others), method, path), 403, "scope-missing")
    assert problem["scope"] == scope
    assert scope in problem["detail"]
    assert call(caller_with(Scope(scope)), method, path).status_code not in {401, 403, 500}


@pytest.mark.parametrize("path", [
    "/", "/nothing", "/debts/", "/debts/abc", "/debts/-1", "/debts/1/nothing", f"/debts/{10**30}", "/debts/999999",
    "/debts/999999/events", "/debts/999999/schedules", "/debts/999999/position?as_of=2026-01-01",
])  # fmt: skip
def test_what_is_not_there_is_a_problem(caller, path):
    expect_problem(caller.get(path), 404, "not-found")


def test_an_event_of_a_debt_that_is_not_there_is_a_problem(caller):
    body = BODIES["/debts/{debt_id}/events"]
    expect_problem(caller.post("/debts/999999/events", body), 404, "not-found")
    expect_problem(caller.post(f"/debts/{10**30}/events", body), 404, "not-found")
    expect_problem(caller.post("/nowhere", body), 404, "not-found")


@pytest.mark.parametrize(("method", "path", "allow"), [
    ("delete", "/debts/1", "GET"), ("put", "/debts", "GET, POST"), ("get", "/quotes", "POST"),
])  # fmt: skip
def test_another_method_is_a_problem(caller, method, path, allow):
    answer = getattr(caller.client, method)(f"/api/v1{path}")
    expect_problem(answer, 405, "method-not-allowed")
    assert set(answer["Allow"].split(", ")) == set(allow.split(", "))


@pytest.mark.parametrize("body", ["", "{", "[]", "null", b"\xff\xfe", '{"terms": 3}', '{"terms": {}, "more": 1}'])
def test_a_body_that_cannot_be_read_is_a_problem(caller, body):
    expect_problem(caller.post("/quotes", body), 422, "bad-input")


@pytest.mark.parametrize(("more", "field"), [
    ({"plan": "x"}, "plan"), ({"principal_minor": -1}, "principal"), ({"principal_minor": 1.5}, "principal_minor"),
    ({"currency": "XXX"}, "XXX"), ({"start": "2026-02-30"}, "start"), ({"periods": 10**9}, "periods"),
    ({"periods": None}, "periods"), ({"rate_annual": "1e999999"}, "rate"), ({"rate_annual": "NaN"}, "rate"),
    ({"rate_annual": 0.1}, "rate_annual"), ({"table": [5]}, "table"), ({"floating": []}, "floating"),
    ({"principal_minor": 10**40}, "principal"), ({"love": 1}, "love"), ({"fee_per_period": 3}, "fee"),
])  # fmt: skip
def test_terms_that_make_no_sense_name_the_field(caller, more, field):
    problem = expect_problem(caller.post("/quotes", {"terms": TERMS | more}), 422, "bad-input")
    assert field in problem["detail"]


@pytest.mark.parametrize(("more", "field"), [
    ({"kind": "love"}, "kind"), ({"on": "2026-13-01"}, "on"), ({"amount": -1}, "amount"), ({"amount": 2**53}, "amount"),
    ({"amount": "1.5"}, "amount"), ({"component": "love"}, "component"), ({"reverses": 1}, "reverses"),
    ({"kind": "restructure"}, "payload"), ({"kind": "reversal"}, "reverses"), ({"typo": 1}, "typo"),
    ({"payload": {"note": "a\x00b"}}, "U+0000"), ({"payload": {"x": float("nan")}}, ""),
])  # fmt: skip
def test_events_that_make_no_sense_name_the_field(caller, debt_id, more, field):
    body = BODIES["/debts/{debt_id}/events"] | more
    problem = expect_problem(caller.post(f"/debts/{debt_id}/events", body), 422, "bad-input")
    assert field in problem["detail"]
    assert caller.get(f"/debts/{debt_id}/events").json()["items"] == []


@pytest.mark.parametrize("more", [
    {"external_id": ""}, {"external_id": "x" * 65}, {"external_id": "a\x00b"}, {"merchant_id": "x" * 65},
    {"opened_at": "2026-01-15T04:05:06"}, {"time_zone": "Mars/Olympus"}, {"party_id": "one"}, {"owner": "me"},
    {"terms": TERMS | {"fee_per_period": {"minor": 10**40}}},
])  # fmt: skip
def test_debts_that_make_no_sense_are_problems(caller, party_id, more):
    body = {"terms": TERMS, "party_id": party_id, "external_id": "x"} | more
    expect_problem(caller.post("/debts", body), 422, "bad-input")


@pytest.mark.parametrize("query", [
    {"limit": 0}, {"limit": 501}, {"limit": "x"}, {"cursor": "x"}, {"cursor": "YWZ0ZXI6eA"}, {"party_id": "x"},
])  # fmt: skip
def test_a_query_that_makes_no_sense_is_a_problem(caller, query):
    expect_problem(caller.get("/debts", **query), 422, "bad-input")


def test_a_position_needs_its_day(caller, debt_id):
    problem = expect_problem(caller.get(f"/debts/{debt_id}/position"), 422, "bad-input")
    assert problem["errors"][0]["field"] == "as_of"


def test_our_own_fault_tells_nothing_but_a_reference(caller, monkeypatch, caplog):
    def fail():
        raise RuntimeError("secret inside")

    monkeypatch.setattr("kaopu.book.store.reference_rates", fail)
    with caplog.at_level(logging.ERROR):
        answer = caller.post("/quotes", {"terms": TERMS})
    problem = expect_problem(answer, 500, "unexpected")
    assert "secret" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert problem["reference"] in problem["detail"]
    assert problem["reference"] in caplog.text
    assert "secret inside" in caplog.text


def test_a_key_is_needed_before_anything_is_said(db):
    for method, path, _ in OPERATIONS:
        expect_problem(call(Caller("no.key"), method, path), 401, "not-signed-in")


def test_the_server_tells_its_instant_without_a_key(db):
    assert Client().get("/api/v1/now").status_code == 200
