"""The OpenAPI description and its page: complete, true to the answers, and readable under the strict policy."""

from __future__ import annotations

import re

import pytest
from api_callers import TERMS
from django.test import Client

from kaopu.kernel.api.problem import Kind
from kaopu.web.security import POLICY


@pytest.fixture
def description(db):
    return Client().get("/api/v1/openapi.json").json()


def operations(description):
    return [one for methods in description["paths"].values() for one in methods.values()]


def test_every_operation_is_described(description):
    assert description["openapi"].startswith("3.1")
    assert {path.removeprefix("/api/v1") for path in description["paths"]} == {
        "/quotes", "/debts", "/debts/{debt_id}", "/debts/{debt_id}/schedules", "/debts/{debt_id}/events",
        "/debts/{debt_id}/position", "/positions",
        "/products", "/products/{code}/versions",
        "/imports", "/imports/{import_id}",
        "/webhooks", "/webhooks/{webhook_id}/end", "/webhook-deliveries",
        "/receipts", "/receipts/{receipt_id}", "/receipts/{receipt_id}/match",
        "/revolving/accounts", "/revolving/accounts/{account_id}", "/revolving/accounts/{account_id}/postings",
        "/revolving/accounts/{account_id}/position", "/revolving/accounts/{account_id}/statements",
        "/decisions", "/decisions/{identifier}", "/policies/{name}",
        "/ledger/trial-balance", "/ledger/postings", "/ledger/journal",
    }  # fmt: skip
    for one in operations(description):
        assert one["summary"] and one["description"] and one["operationId"]
        assert {"401", "403", "422", "500"} <= set(one["responses"])
        for status, answer in one["responses"].items():
            (media_type,) = answer["content"]
            assert media_type == ("application/json" if status < "300" else "application/problem+json")
        for parameter in one["parameters"]:
            assert parameter["in"] in {"path", "query", "header"}
    assert len({one["operationId"] for one in operations(description)}) == len(operations(description))


def test_writes_need_an_idempotency_key_and_may_conflict(description):
    writes = {path: one["post"] for path, one in description["paths"].items() if "post" in one}
    assert writes.pop("/api/v1/quotes"), "a quote stores nothing"
    assert writes.pop("/api/v1/decisions"), "asked again, a decision is taken again: what was asked may have changed"
    assert len(writes) >= 5
    for one in writes.values():
        (header,) = [each for each in one["parameters"] if each["in"] == "header"]
        assert (header["name"], header["required"]) == ("Idempotency-Key", True)
        assert "409" in one["responses"]
        assert {"200", "201", "202"} & set(one["responses"])


def test_the_security_scheme_is_there(description):
    assert description["components"]["securitySchemes"] == {"KeyAuth": {"type": "http", "scheme": "bearer"}}
    assert all(list(one["security"][0]) == ["KeyAuth"] for one in operations(description))


def test_every_reference_resolves(description):
    wanted = set(re.findall(r'"\$ref": ?"#/components/schemas/(\w+)"', __import__("json").dumps(description)))
    assert wanted
    assert wanted <= set(description["components"]["schemas"])


def matches(value, schema, description, where="answer"):
    """A small reader of the part of JSON Schema that the description uses."""
    if reference := schema.get("$ref"):
        return matches(value, description["components"]["schemas"][reference.rsplit("/", 1)[-1]], description, where)
    if several := schema.get("anyOf"):
        assert any(_fits(value, one, description) for one in several), (where, value)
        return None
    if words := schema.get("enum"):
        assert value in words, (where, value)
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "null": type(None),
             "boolean": bool}  # fmt: skip
    assert isinstance(value, kinds[schema.get("type", "object")]), (where, value)
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema.get("required", ())) <= set(value) <= set(schema["properties"]), (where, set(value))
        for name, part in value.items():
            matches(part, schema["properties"][name], description, f"{where}.{name}")
    for part in value if isinstance(value, list) else ():
        matches(part, schema["items"], description, f"{where}[]")
    return None


def _fits(value, schema, description):
    try:
        matches(value, schema, description)
    except AssertionError:
        return False
    return True


def test_answers_are_as_described(caller, debt_id, description):
    caller.pay(debt_id)
    answers = [
        ("/quotes", "post", caller.post("/quotes", {"terms": TERMS}, key=None)),
        ("/debts", "get", caller.get("/debts")),
        ("/debts/{debt_id}", "get", caller.get(f"/debts/{debt_id}")),
        ("/debts/{debt_id}/schedules", "get", caller.get(f"/debts/{debt_id}/schedules")),
        ("/debts/{debt_id}/events", "get", caller.get(f"/debts/{debt_id}/events")),
        ("/debts/{debt_id}/events", "post", caller.pay(debt_id)),
        ("/debts/{debt_id}/position", "get", caller.get(f"/debts/{debt_id}/position", as_of="2026-03-01")),
        ("/positions", "get", caller.get("/positions")),
        ("/debts/{debt_id}", "get", caller.get("/debts/999999")),
        ("/debts", "get", caller.get("/debts", limit=0)),
        ("/debts/{debt_id}/events", "post", caller.pay(debt_id, amount=0)),
    ]
    for path, method, answer in answers:
        said = description["paths"][f"/api/v1{path}"][method]["responses"][str(answer.status_code)]
        ((media_type, content),) = said["content"].items()
        assert answer["Content-Type"].split(";")[0] == media_type
        matches(answer.json(), content["schema"], description, f"{method} {path}")


def test_the_page_holds_everything_and_nothing_inline(description, client):
    answer = client.get("/api/v1/docs")
    text = answer.content.decode()
    assert answer["Content-Security-Policy"] == POLICY
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script>|<style", text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text), "everything comes from here"
    for one in operations(description):
        assert f'id="{one["operationId"]}"' in text
    for kind in Kind:
        assert f'<tr id="{kind}">' in text, "the type of a problem leads to its row"
    for name in description["components"]["schemas"]:
        assert f'id="schema-{name}"' in text
