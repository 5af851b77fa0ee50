"""Time-ordered ids: UUID version 7, so that rows made one after the other lie side by side in an index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
MICROSECOND = timedelta(microseconds=1)
RANDOM_BYTES = 8


def time_ordered_id(at: datetime, random: bytes) -> UUID:
    """A UUID version 7 of an aware instant and 8 random bytes (RFC 9562, 5.7 with method 3 of 6.2).

    48 bits of milliseconds, 12 bits of the fraction of the millisecond, 62 random bits: ids of different microseconds
    sort by time. Raises `ValueError` for an instant without zone or before 1970, and for other than 8 bytes.
    """
    if at.tzinfo is None or at < EPOCH:
        raise ValueError(f"{at} given, expected an aware instant from 1970 on")
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"{len(random)} random bytes given, expected {RANDOM_BYTES}")
    millis, rest = divmod(at - EPOCH, MILLISECOND)
    fraction = (rest // MICROSECOND) * 4096 // 1000
    low = int.from_bytes(random, "big") & ((1 << 62) - 1)
    return UUID(int=millis << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | low)


def new_id(at: datetime) -> UUID:
    """A fresh id for what happens at `at`."""
    return time_ordered_id(at, token_bytes(RANDOM_BYTES))


def instant_of(identifier: UUID) -> datetime:
    """The instant an id was made at, to the millisecond. Raises `ValueError` for an id of another version."""
    if identifier.version != 7:
        raise ValueError(f"{identifier} is a UUID version {identifier.version}, expected 7")
    return EPOCH + (identifier.int >> 80) * MILLISECOND
