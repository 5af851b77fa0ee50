"""Sealed text opens in its own place only, keys rotate, and indexes find what they hide."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kaopu.kernel import database, vault
from kaopu.kernel.actions.rotate_keys import rotate
from kaopu.kernel.core.errors import BadInput
from kaopu.party import store
from kaopu.party.actions.create_party import create_parties
from kaopu.party.core.party import NewParty

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@given(text=st.text())
def test_what_is_sealed_opens_again(text):
    ring = vault.ring()
    assert ring.open(ring.seal(text, "t", "c", 1), "t", "c", 1) == text


@pytest.mark.parametrize("place", [("t2", "c", 1), ("t", "c2", 1), ("t", "c", 2)])
def test_a_sealed_text_moved_elsewhere_does_not_open(place):
    sealed = vault.ring().seal("王小明", "t", "c", 1)
    with pytest.raises(vault.CannotOpen):
        vault.ring().open(sealed, *place)


def test_any_changed_byte_shows():
    sealed = vault.ring().seal("13812345678", "t", "c", 1)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(vault.CannotOpen):
            vault.ring().open(bytes(changed), "t", "c", 1)


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("phone", "138 1234 5678", "+86-13812345678", True),
        ("phone", "008613812345678", "１３８１２３４５６７８", True),
        ("phone", "13812345678", "13812345679", False),
        ("name", "Zhang  San", "zhang san", True),
        ("name", "王小明", "王小朋", False),
    ],
)
def test_an_index_is_equal_for_equal_values(kind, one, other, same):
    ring = vault.ring()
    assert (ring.blind_index(kind, one) == ring.blind_index(kind, other)) is same


def test_the_same_value_in_another_column_has_another_index():
    assert vault.ring().blind_index("phone", "138") != vault.ring().blind_index("name", "138")


def test_only_the_owner_reads_the_key_file():
    vault.ring()
    path = database.home() / "keys" / "vault.json"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.django_db
def test_rotation_reseals_every_row_and_old_keys_open_until_then():
    parties = [NewParty(name=f"n{n}", phone=f"1380000{n:04}") for n in range(5)] + [NewParty(external_id="x")]
    ids = create_parties(parties, actor="staff:1", now=NOW, batch="b")
    old = vault.ring().current
    with connection.cursor() as cursor:
        new = vault.add_key()
        assert new == old + 1
        assert store.find(phone="13800000003")[0].id == ids[3]  # sealed with the old key, found and opened
        assert rotate(NOW, "staff:1", new_key=False) == 10
        assert rotate(NOW, "staff:1", new_key=False) == 0
        cursor.execute("SELECT name_sealed, phone_sealed FROM party_party WHERE name_sealed IS NOT NULL")
        assert {vault.key_number(bytes(sealed)) for row in cursor.fetchall() for sealed in row} == {new}
    assert [store.find(phone=party.phone)[0].id for party in parties[:5]] == ids[:5]


def test_keys_may_come_from_the_environment(monkeypatch):
    text = vault._fresh_ring()
    monkeypatch.setenv("KAOPU_VAULT_KEYS", text)
    sealed = vault.ring().seal("a", "t", "c", 1)
    monkeypatch.delenv("KAOPU_VAULT_KEYS")
    with pytest.raises(vault.CannotOpen):
        vault.ring().open(sealed, "t", "c", 1)


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"current": 2, "keys": {}, "index": "AA=="})])
def test_a_bad_key_file_says_what_was_expected(text):
    with pytest.raises(BadInput, match="expected"):
        vault.parse(text)
