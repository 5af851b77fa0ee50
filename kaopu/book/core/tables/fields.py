"""Typed reading of one case: every refusal names the case, the field and what was expected there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from kaopu.kernel.core.errors import BadInput

Choice = TypeVar("Choice", bound=StrEnum)

_MISSING = object()
# Above this the digits of a computation would no longer hold a cent.
_TOO_MUCH = 10**15
_EMPTY = (None, "", "null", "none")


def refusal(case_id: str, field: str, expectation: str) -> BadInput:
    """The error for one field of a case; `field` is its path inside the case, such as "events[3].amount"."""
    return BadInput(f"case {case_id}: {field}: expected {expectation}")


class Fields:
    """One JSON object of a case, read field by field."""

    def __init__(self, values: Any, case_id: str, path: str) -> None:
        """`path` is the place of the object inside the case, for messages."""
        self.case_id = case_id
        self.path = path
        if not isinstance(values, Mapping):
            raise refusal(case_id, path or "case", "an object")
        self.values: Mapping[str, Any] = values

    def refuse(self, name: str, expectation: str) -> BadInput:
        """The error for the field `name`; the caller raises it."""
        return refusal(self.case_id, f"{self.path}.{name}" if self.path else name, expectation)

    def has(self, name: str) -> bool:
        """Is the field there with a value that is not null?"""
        return self.values.get(name) not in _EMPTY

    def inner(self, name: str) -> Fields:
        """The object under `name`."""
        return Fields(self.values.get(name), self.case_id, f"{self.path}.{name}" if self.path else name)

    def date(self, name: str, default: Any = _MISSING) -> date:
        """A calendar day written as YYYY-MM-DD."""
        value = self.values.get(name)
        if value is None and default is not _MISSING:
            return default  # type: ignore[no-any-return]
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise self.refuse(name, "a day written as YYYY-MM-DD") from error

    def number(self, name: str, default: Any = _MISSING, most: int | None = None) -> Decimal:
        """A number that is not negative, exactly as written, and at most `most`."""
        value = self.values.get(name)
        if value in _EMPTY and default is not _MISSING:
            return default  # type: ignore[no-any-return]
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        except InvalidOperation as error:
            raise self.refuse(name, "a number that is not negative") from error
        if not number.is_finite() or number < 0:
            raise self.refuse(name, "a number that is not negative")
        if most is not None and number > most:
            raise self.refuse(name, f"a number of at most {most}")
        return number

    def count(self, name: str, default: Any = _MISSING, least: int = 0, most: int | None = None) -> int:
        """A whole number from `least` to `most`."""
        number = Decimal(self.number(name, default))
        if number != number.to_integral_value() or number < least or (most is not None and number > most):
            limit = f"at least {least}" if most is None else f"from {least} to {most}"
            raise self.refuse(name, f"a whole number of {limit}")
        return int(number)

    def minor(self, name: str, default: Any = _MISSING) -> int:
        """An amount with at most two decimals, as whole minor units."""
        cents = self.number(name, default) * 100
        if cents != int(cents) or cents >= _TOO_MUCH:
            raise self.refuse(name, "an amount with at most two decimals, below ten million million")
        return int(cents)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false; the words "true" and "false" are accepted too."""
        value = self.values.get(name)
        if value in _EMPTY:
            return default
        text = str(value).lower()
        if text not in {"true", "false"}:
            raise self.refuse(name, "true or false")
        return text == "true"

    def choice(self, name: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """One of the words of `choices`."""
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        for member in choices:
            if str(value).lower() == member.value:
                return member
        raise self.refuse(name, "one of " + ", ".join(member.value for member in choices))

    def contains(self, name: str, word: str) -> bool:
        """Does the text of the field contain `word`? Exports of constants carry decoration around their name."""
        return word in str(self.values.get(name, "")).lower()

    def items(self, name: str) -> list[Any]:
        """The list under `name`; empty where the field is missing."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.refuse(name, "a list")
        return value
