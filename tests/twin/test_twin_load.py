"""A town in the rooms: its contacts end where the town says, through the actions that people call."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from kaopu.contacts import store
from kaopu.kernel.core.errors import BadInput
from kaopu.party import store as party
from kaopu.party.core.points import PointKind
from kaopu.twin.core.build import build
from kaopu.twin.core.process import STATES
from kaopu.twin.load import load
from kaopu.twin.load_steps import outbox
from kaopu.twin.world_files import load_world

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
TOWN = build(load_world("base"), borrowers=60, days=120, seed=4)


def test_contacts_end_where_the_town_says():
    before = set(outbox().glob("*.json"))
    answer = load(TOWN, actor="terminal:1", now=NOW, told=lambda _done, _of: None)
    views = {n: store.contacts_of(answer["first_party"] + n, NOW) for n in range(60)}
    assert sum(map(len, views.values())) == answer["done"]["nominated"] == len(TOWN.names.source)
    assert answer["done"]["accepted"] > 30
    assert sum(answer["refused"].values()) <= 5
    told = Counter(STATES[state] for state in TOWN.process.state)
    found = Counter(str(view.standing.state) for of in views.values() for view in of)
    assert abs(found["verified"] - told["verified"]) <= 3
    assert found["refused"] == told["refused"]
    assert found["withdrawn"] >= told["withdrawn"]
    # Nobody who did not agree has a number here.
    agreed = np.isfinite(TOWN.process.accepted).sum()
    held = {view.party_id for of in views.values() for view in of if view.party_id}
    assert len(held) <= agreed
    assert all(party.points(one) for one in held)
    # Their codes were typed; none lies about.
    assert set(outbox().glob("*.json")) == before


def test_nothing_leaves_the_house(monkeypatch):
    monkeypatch.setenv("KAOPU_SMTP_URL", "smtp://127.0.0.1:1")
    with pytest.raises(BadInput, match="KAOPU_SMTP_URL: messages leave this house"):
        load(TOWN, actor="terminal:1", now=NOW, told=lambda _done, _of: None)


def test_a_town_is_loaded_once():
    small = build(load_world("base"), borrowers=3, days=10, seed=1)
    load(small, actor="terminal:1", now=NOW, told=lambda _done, _of: None)
    with pytest.raises(BadInput, match="the town 1 of 3 was loaded before"):
        load(small, actor="terminal:1", now=NOW + timedelta(days=1), told=lambda _done, _of: None)


def test_every_borrower_has_a_phone_that_is_a_phone():
    answer = load(TOWN, actor="terminal:1", now=NOW, told=lambda _done, _of: None)
    for one in range(answer["first_party"], answer["first_party"] + 60):
        assert [point.kind for point in party.points(one)].count(PointKind.PHONE) == 1
