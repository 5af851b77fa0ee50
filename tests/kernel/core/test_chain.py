"""The audit's hash chain: fixed vectors worked out by hand, and no two histories with one hash."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.kernel.core.chain import GENESIS, daily_root, row_hash

DAY = date(2026, 11, 24)


def length(content):
    return len(content).to_bytes(8, "big")


def test_a_row_is_hashed_over_lengths_and_contents():
    by_hand = b"\x00" + b"\x00" * 7 + b"\x20" + bytes(32) + b"\x00" * 7 + b"\x08" + b"\x00" * 7 + b"\x01"
    by_hand += b"\x00" * 7 + b"\x05" + b"hello"
    assert row_hash(GENESIS, 1, b"hello") == sha256(by_hand).digest()


@given(st.binary(max_size=40), st.integers(1, 2**63 - 1), st.binary(max_size=40), st.data())
def test_a_change_anywhere_changes_the_hash(previous, sequence, payload, data):
    other = (data.draw(st.binary(max_size=40)), data.draw(st.integers(1, 2**63 - 1)), data.draw(st.binary(max_size=40)))
    same = other == (previous, sequence, payload)
    assert (row_hash(*other) == row_hash(previous, sequence, payload)) is same


def test_a_byte_that_moves_between_fields_shows():
    assert row_hash(b"ab", 1, b"c") != row_hash(b"a", 1, b"bc")


@pytest.mark.parametrize("sequence", [-1, 2**64])
def test_a_row_number_that_does_not_fit_is_refused(sequence):
    with pytest.raises(OverflowError):
        row_hash(GENESIS, sequence, b"")


def tree(hashes):
    """RFC 9162, 2.1.1, as it is written there: split at the largest power of two below the number of leaves."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return sha256(b"\x00" + hashes[0]).digest()
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + tree(hashes[:split]) + tree(hashes[split:])).digest()


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_a_day_is_the_tree_of_its_rows_below_the_day_before(hashes):
    day = DAY.isoformat().encode()
    expected = sha256(b"\x02" + length(day) + day + length(GENESIS) + GENESIS + tree(hashes)).digest()
    assert daily_root(DAY, GENESIS, hashes) == expected


def test_days_rows_and_their_order_show():
    one, two = row_hash(GENESIS, 1, b"a"), row_hash(GENESIS, 2, b"b")
    roots = {
        daily_root(DAY, GENESIS, [one, two]),
        daily_root(DAY, GENESIS, [two, one]),
        daily_root(DAY, GENESIS, [one]),
        daily_root(DAY, GENESIS, []),
        daily_root(DAY, one, [one, two]),
        daily_root(date(2026, 11, 25), GENESIS, [one, two]),
    }
    assert len(roots) == 6
