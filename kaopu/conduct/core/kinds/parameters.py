"""Parameters of rules: each says what it accepts, and a file that gives something else is told so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, field
from typing import TYPE_CHECKING, Any

from kaopu.conduct.core import facts as words
from kaopu.conduct.core.instants import DAY_SECONDS, second_of_day

if TYPE_CHECKING:
    from collections.abc import Collection

Reader = Callable[[Any], Any]  # raises ValueError with what was expected


def parameter(reader: Reader, *, default: Any = MISSING) -> Any:
    """A field of a kind that a pack fills in; without a default it must."""
    return field(metadata={"read": reader}, default=default)


def whole(least: int) -> Reader:
    """A whole number from `least`."""

    def read(value: Any) -> int:
        if type(value) is not int or value < least:
            raise ValueError(f"a whole number of {least} or more")
        return value

    return read


def flag(value: Any) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise ValueError("true or false")
    return value


def one_of(allowed: Collection[str]) -> Reader:
    """One word of a list."""

    def read(value: Any) -> str:
        if type(value) is not str or value not in allowed:
            raise ValueError("one of " + ", ".join(allowed))
        return value

    return read


def some_of(allowed: Collection[str]) -> Reader:
    """A list of words of a list, at least one."""
    one = one_of(allowed)

    def read(value: Any) -> frozenset[str]:
        if type(value) is not list or not value:
            raise ValueError("a list with some of " + ", ".join(allowed))
        return frozenset(one(word) for word in value)

    return read


def texts(value: Any) -> frozenset[str]:
    """A list of texts, at least one."""
    if type(value) is not list or not value or not all(type(word) is str and word for word in value):
        raise ValueError("a list of texts")
    return frozenset(value)


GROUPS = {"attempts": words.ATTEMPT, "contacts made": words.CONTACT_MADE, "failed": words.FAILED}
_outcomes = some_of([one for one in words.OUTCOMES if one != words.PENDING])


def outcomes(value: Any) -> frozenset[str]:
    """Outcomes that are counted: a list of them, or "attempts", "contacts made", "failed"."""
    if type(value) is str and value in GROUPS:
        return GROUPS[value]
    if type(value) is str:
        raise ValueError("a list of outcomes or one of " + ", ".join(GROUPS))
    found: frozenset[str] = _outcomes(value)
    return found


CHANNELS_OR_ALL = some_of(words.CHANNELS)

Window = tuple[int, int] | None
DAYS = {"daily": range(7), "mon-fri": range(5), "mon-sat": range(6), "sat": (5,), "sun": (6,), "sat-sun": (5, 6)}
HOURS = re.compile(r"([a-z-]+) ([0-9:]{5})-([0-9:]{5})")
HOURS_EXPECTED = (
    'a list such as ["mon-fri 08:00-19:00", "sat 09:00-18:00"], with ' + ", ".join(DAYS) + " and from before to"
)


def week(value: Any) -> tuple[Window, ...]:
    """The window of each weekday, Monday first, in seconds of the local day, half open; None is a day without one."""
    found: list[Window] = [None] * 7
    if type(value) is not list or not value:
        raise ValueError(HOURS_EXPECTED)
    for text in value:
        parts = HOURS.fullmatch(text) if type(text) is str else None
        start, end = (second_of_day(parts[2]), _end(parts[3])) if parts else (None, None)
        if parts is None or parts[1] not in DAYS or start is None or end is None or start >= end:
            raise ValueError(HOURS_EXPECTED)
        for weekday in DAYS[parts[1]]:
            found[weekday] = (start, end)
    return tuple(found)


def _end(text: str) -> int | None:
    return DAY_SECONDS if text == "24:00" else second_of_day(text)
