"""The audit's hash chain: fixed vectors worked out by hand, and no two histories with one hash."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.kernel.core.chain import GENESIS, row_hash


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
