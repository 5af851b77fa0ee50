"""Callers of the API and a debt, against a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from api_callers import NOW, Caller, new_key, number

from kaopu.kernel.clock import system_clock
from kaopu.party.models import Party


@pytest.fixture
def caller_with(db):
    """`caller_with(Scope.…)`: a caller that holds these scopes alone."""
    return lambda *scopes: Caller(new_key(*scopes)[1])


@pytest.fixture
def caller(db):
    return Caller(new_key()[1])


@pytest.fixture
def party_id(db):
    return Party.objects.create(kind="person", external_id=f"A-{next(number)}", created_at=NOW).pk


@pytest.fixture
def debt_id(caller, party_id):
    return caller.book(party_id)


@pytest.fixture
def ended_key(db):
    return new_key(ends=system_clock().now() - timedelta(seconds=1))[1]
