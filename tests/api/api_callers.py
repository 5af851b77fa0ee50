"""A program that calls the API with a key of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count

from django.test import Client

from kaopu.kernel.api.scope import Scope
from kaopu.web.actions.create_api_key import create_api_key

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TERMS = {
    "plan": "equal-instalment",
    "currency": "CNY",
    "principal_minor": 1_000_000,
    "start": "2026-01-15",
    "periods": 12,
    "rate_annual": "0.12",
}
number = count(1)


class Caller:
    """A program with a key. `post` sends a fresh Idempotency-Key unless one is given; None sends none."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path, body, key=""):
        headers = {} if key is None else {"Idempotency-Key": key or f"fresh-{next(number)}"}
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(f"/api/v1{path}", data, content_type="application/json", headers=headers)

    def book(self, party_id, **more):
        body = {"terms": TERMS, "party_id": party_id, "external_id": f"X-{next(number)}", **more}
        answer = self.post("/debts", body)
        assert answer.status_code == 201, answer.content
        return answer.json()["debt_id"]

    def pay(self, debt_id, on="2026-02-15", amount=88_849, **more):
        return self.post(f"/debts/{debt_id}/events", {"kind": "payment", "on": on, "amount": amount}, **more)


def new_key(*scopes, ends=None):
    """The id and token of a key; without scopes it holds all."""
    return create_api_key("test", [str(scope) for scope in scopes or Scope], ends, actor="test", now=NOW)


def expect_problem(response, status, kind):
    """The problem object, its media type and members checked."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"/api/v1/docs#{kind}"
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    assert problem["instance"] == response.request["PATH_INFO"]
    return problem
