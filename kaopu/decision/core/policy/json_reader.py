"""Reads keys out of parsed JSON and says, where one is wrong, the file, the place, what was found and expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.day import day_of
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class JsonReader:
    """One JSON object and where it stands (`application-review.json: manifest.inputs[3]`)."""

    table: Mapping[str, Any]
    where: str

    def only(self, allowed: Iterable[str]) -> None:
        """Refuse keys nobody reads: a mistyped `requird` would otherwise weaken the policy in silence."""
        known = frozenset(allowed)
        unknown = sorted(key for key in self.table if key not in known and not key.startswith("x-"))
        if unknown:
            raise BadInput(f"{self.where}: unknown key {unknown[0]!r}, expected one of {', '.join(sorted(known))}")

    def wrong(self, key: str, expected: str) -> BadInput:
        """The error that says what stands at `key` and what was expected."""
        return BadInput(f"{self.where}: {key} is {self.table.get(key)!r}, expected {expected}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and say something."""
        value = self.table.get(key, default)
        if not isinstance(value, str) or (not value and default is None):
            raise self.wrong(key, "a text")
        return value

    def maybe_text(self, key: str) -> str | None:
        """A text, or None where it is absent or null."""
        value = self.table.get(key)
        return None if value is None else self.text(key)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def whole(self, key: str) -> int | None:
        """A whole number of at least 0, or None where it is absent or null."""
        value = self.table.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise self.wrong(key, "a whole number of at least 0")
        return value

    def day(self, key: str) -> date | None:
        """A day written YYYY-MM-DD, or None where it is absent or null."""
        value = self.table.get(key)
        found = day_of(value)
        if value is not None and found is None:
            raise self.wrong(key, "a day as YYYY-MM-DD, or null")
        return found

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        """One of the allowed words."""
        value, names = self.table.get(key), list(allowed)
        if value not in names:
            raise self.wrong(key, f"one of {', '.join(names)}")
        return str(value)

    def objects(self, key: str) -> list[JsonReader]:
        """A list of objects, each with its place; an absent key is an empty list."""
        value = self.table.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, "a list of objects")
        for place, each in enumerate(value):
            if not isinstance(each, dict):
                raise BadInput(f"{self.where}.{key}[{place}] is {each!r}, expected an object")
        return [JsonReader(each, f"{self.where}.{key}[{place}]") for place, each in enumerate(value)]

    def table_at(self, key: str) -> JsonReader:
        """An object; an absent key is an empty one."""
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "an object")
        return JsonReader(value, f"{self.where}.{key}")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, at least one, none twice."""
        value = self.table.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
            raise self.wrong(key, "a list of texts")
        if len(set(value)) != len(value):
            raise self.wrong(key, "a list without repetitions")
        return tuple(value)
