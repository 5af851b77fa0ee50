"""Hash chain of the audit: each row seals the one before, so that a changed, missing or moved row shows."""

from __future__ import annotations

from hashlib import sha256

GENESIS = bytes(32)  # what the first row carries as the hash before it
_ROW = b"\x00"  # a first byte that another use of the hash would not have (RFC 9162, 2.1.1)


def row_hash(previous_hash: bytes, sequence: int, payload: bytes) -> bytes:
    """SHA-256 over the hash before, the row's number (1 or more) and its content, each with its length before it.

    The lengths keep ("ab", "c") and ("a", "bc") apart.
    """
    return sha256(_ROW + _framed(previous_hash) + _framed(sequence.to_bytes(8, "big")) + _framed(payload)).digest()


def _framed(content: bytes) -> bytes:
    return len(content).to_bytes(8, "big") + content
