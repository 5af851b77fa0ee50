"""Reading single fields of an object, noting what is wrong with each by its path."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from kaopu.conduct.core import instants

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

T = TypeVar("T")


class Unreadable(Enum):
    """Values that no field accepts."""

    MISSING = "missing"
    GIVEN_TWICE = "given twice"


MISSING = Unreadable.MISSING


class Fields:
    """An object's fields. Each reader gives the value, or None after noting the problem under the field's path."""

    __slots__ = ("_path", "_value", "problems")

    def __init__(self, value: dict[str, Any], path: str = "", problems: dict[str, str] | None = None) -> None:
        self._value = value
        self._path = path
        self.problems: dict[str, str] = {} if problems is None else problems

    def raw(self, name: str) -> Any:
        """The value as given; MISSING if there is none."""
        return self._value.get(name, MISSING)

    def good(self, found: T | None, name: str, expected: str) -> T | None:
        """What was found; if that is None, it is noted that the field is not what was expected."""
        if found is None:
            value = self._value.get(name, MISSING)
            given = value.value if isinstance(value, Unreadable) else "malformed"
            self.problems[self._path + name] = f"{self._path}{name} is {given}, expected {expected}"
        return found

    def why(self, names: Iterable[str] | None = None) -> str:
        """The problems in one text; only those of the names, if any are given."""
        wanted = self.problems if names is None else names
        return "; ".join(self.problems[name] for name in wanted if name in self.problems)

    def inside(self, name: str) -> Fields | None:
        """The fields of an object within."""
        value = self.raw(name)
        inside = Fields(value, f"{self._path}{name}.", self.problems) if type(value) is dict else None
        return self.good(inside, name, "an object")

    # The readers below answer at once when all is well: a line has some thirty fields, and a month has a million lines.

    def text(self, name: str) -> str | None:
        """A text that is not empty."""
        value = self._value.get(name)
        if type(value) is str and value:
            return value
        return self.good(None, name, "a text")

    def one_of(self, name: str, values: Collection[str]) -> str | None:
        """One of the words of a list."""
        value = self._value.get(name)
        if type(value) is str and value in values:
            return value
        return self.good(None, name, "one of " + ", ".join(values))

    def flag(self, name: str) -> bool | None:
        """True or false."""
        value = self._value.get(name)
        if type(value) is bool:
            return value
        return self.good(None, name, "true or false")

    def whole(self, name: str) -> int | None:
        """A whole number; JSON true is none, nor is 21.0."""
        value = self._value.get(name)
        if type(value) is int:
            return value
        return self.good(None, name, "a whole number")

    def instant(self, name: str) -> datetime | None:
        """An instant."""
        return self.good(instants.instant(self.raw(name)), name, "an instant as RFC 3339 with an offset")

    def instant_or_null(self, name: str, *, may_be_absent: bool = False) -> datetime | None:
        """An instant, or null for never."""
        value = self.raw(name)
        if value is None or (may_be_absent and value is MISSING):
            return None
        return self.instant(name)

    def places(self, name: str, *, may_be_empty: bool = False) -> frozenset[str] | None:
        """Jurisdictions, each by its code; which codes a rulebook knows is the rulebook's to say."""
        value = self.raw(name)
        named = type(value) is list and all(type(place) is str and place for place in value)
        known = frozenset(value) if named and (value or may_be_empty) else None
        return self.good(known, name, "a list of jurisdictions")
