"""Hash chain of the audit: each row seals the one before, so that a changed, missing or moved row shows."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

GENESIS = bytes(32)  # what the first row carries as the hash before it
# First bytes that keep the three uses apart: a row can never pass for a node or a day (RFC 9162, 2.1.1).
_ROW, _NODE, _DAY = b"\x00", b"\x01", b"\x02"


def row_hash(previous_hash: bytes, sequence: int, payload: bytes) -> bytes:
    """SHA-256 over the hash before, the row's number (1 or more) and its content, each with its length before it.

    The lengths keep ("ab", "c") and ("a", "bc") apart.
    """
    return sha256(_ROW + _framed(previous_hash) + _framed(sequence.to_bytes(8, "big")) + _framed(payload)).digest()


def daily_root(day: date, previous_root: bytes, row_hashes: Sequence[bytes]) -> bytes:
    """One hash for a day: its date, the root of the day before (`GENESIS` at first) and a tree over its row hashes.

    A day without rows has a root too, so that a missing day shows. The tree is that of RFC 9162, section 2.1.1.
    """
    return sha256(_DAY + _framed(day.isoformat().encode()) + _framed(previous_root) + _tree(row_hashes)).digest()


def _tree(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return sha256(b"").digest()
    level = [sha256(_ROW + one).digest() for one in hashes]
    while len(level) > 1:
        # An odd one out moves up as it is: the same tree as splitting at the largest power of two.
        paired = [sha256(_NODE + level[n] + level[n + 1]).digest() for n in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def _framed(content: bytes) -> bytes:
    return len(content).to_bytes(8, "big") + content
