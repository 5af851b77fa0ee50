"""Instants, days and hours as text: strict readings, because a guessed hour is a forbidden call."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY_SECONDS = 86_400
EPOCH_ORDINAL = EPOCH.toordinal()

# RFC 3339, 5.6: date-time with an offset; upper or lower case T and Z; no leap second, Python has no place for one.
RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HOUR = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
OFFSETS = frozenset(
    {"Z", *(f"{sign}{hour:02d}:{minute:02d}" for sign in "+-" for hour in range(24) for minute in range(60))}
)
MICROSECOND = timedelta(microseconds=1)
_matches = RFC_3339.fullmatch
_read = datetime.fromisoformat


def instant(text: object) -> datetime | None:
    """The aware instant that an RFC 3339 text names, to the microsecond; None if it is none."""
    if type(text) is not str:
        return None
    # The usual shape is recognised by three comparisons; the pattern costs five times as much (measured).
    usual = text[19:] in OFFSETS and text[4:11:3] == "--T" and text[13:17:3] == "::" and text[11:13] != "24"
    if not usual and _matches(text) is None:
        return None
    try:
        return _read(text if usual else text.upper())
    except ValueError:  # no digits, no such hour or day of the month, or the year 0000
        return None


def micros(at: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z; whole numbers, so that no two instants melt into one."""
    return (at - EPOCH) // MICROSECOND


def from_micros(value: int, like: datetime) -> datetime:
    """The instant, written in the offset of `like`."""
    return (EPOCH + timedelta(microseconds=value)).astimezone(like.tzinfo)


def day_number(text: object) -> int | None:
    """YYYY-MM-DD as days since 1970-01-01; None if it is no such text."""
    if type(text) is not str or DAY.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text).toordinal() - EPOCH_ORDINAL
    except ValueError:
        return None


def second_of_day(text: object) -> int | None:
    """HH:MM as seconds after midnight; None if it is no such text."""
    found = HOUR.fullmatch(text) if type(text) is str else None
    return int(found[1]) * 3600 + int(found[2]) * 60 if found else None
