"""Typed reading of one JSON object: every refusal names the field, what was given and what was expected there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_minor

Choice = TypeVar("Choice", bound=StrEnum)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Reading:
    """One object, read field by field; what nobody asked for is refused at the end."""

    def __init__(self, values: Any, path: str) -> None:
        """`path` is the place of the object in the file, for messages."""
        if not isinstance(values, Mapping):
            raise BadInput(f"{path or 'file'}: {shown(values)} given, expected an object")
        self.path = path
        self.left = dict(values)
        self.known: list[str] = []

    def refuse(self, name: str, value: Any, expectation: str) -> BadInput:
        """The error for the field `name`; the caller raises it."""
        return BadInput(f"{self.place(name)}: {shown(value)} given, expected {expectation}")

    def place(self, name: str) -> str:
        """The field as messages name it, as terms.statement_day."""
        return f"{self.path}.{name}" if self.path else name

    def take(self, *names: str) -> tuple[str, Any]:
        """The name used and the value of a field that may be written under several names; None where it is absent."""
        self.known.append(names[0])
        given = [name for name in names if self.left.get(name) is not None]
        if len(given) > 1:
            raise self.refuse(given[1], self.left[given[1]], f"one of {' and '.join(given)}, not both")
        found = (given[0], self.left[given[0]]) if given else (names[0], None)
        for name in names:
            self.left.pop(name, None)
        return found

    def has(self, *names: str) -> bool:
        """Whether one of these is given and not read yet."""
        return any(self.left.get(name) is not None for name in names)

    def ignore(self, *names: str) -> None:
        """Fields for people, which decide nothing."""
        for name in names:
            self.left.pop(name, None)

    def finish(self) -> None:
        """Refuse what was not understood."""
        for name, value in self.left.items():
            raise self.refuse(name, value, f"no such field; known here: {', '.join(self.known)}")

    def day(self, *names: str) -> date | None:
        """A day written as YYYY-MM-DD."""
        name, value = self.take(*names)
        if value is None:
            return None
        found = _day(value)
        if found is None:
            raise self.refuse(name, value, "a day of the calendar written as YYYY-MM-DD")
        return found

    def amount(self, currency: str, *names: str, signed: bool = False) -> int | None:
        """An amount in major units, as "12.34", in whole minor units."""
        name, value = self.take(*names)
        if value is None:
            return None
        number = _number(value)
        if number is None or (number < 0 and not signed):
            raise self.refuse(name, value, 'an amount of 0 or more, as "12.34"')
        try:
            return to_minor(number, currency)
        except BadInput as problem:
            raise BadInput(f"{self.place(name)}: {str(problem).removeprefix('amount: ')}") from None

    def count(self, least: int, most: int, *names: str) -> int | None:
        """A whole number from `least` to `most`."""
        name, value = self.take(*names)
        if value is None:
            return None
        number = _number(value)
        if number is None or number != number.to_integral_value() or not least <= number <= most:
            raise self.refuse(name, value, f"a whole number from {least} to {most}")
        return int(number)

    def rate(self, *names: str, percent: tuple[str, ...] = ()) -> Fraction | None:
        """A fraction from 0 to 1; a percentage from 0 to 100 under a name in `percent` or where it ends with %."""
        name, value = self.take(*names, *percent)
        if value is None:
            return None
        if isinstance(value, str) and value.strip().endswith("%"):  # "10%" says itself what it is
            value, percent = value.strip()[:-1], (name,)
        whole = 100 if name in percent else 1
        number = _number(value)
        if number is None or not 0 <= number <= whole:
            hint = f", or {percent[0]} for a percentage" if percent and whole == 1 else ""
            raise self.refuse(name, value, f"a number from 0 to {whole}{hint}")
        return Fraction(number) / whole

    def choice(self, kind: type[Choice], aliases: Mapping[str, Choice], *names: str) -> Choice | None:
        """One of the words of `kind`, in any of its spellings."""
        name, value = self.take(*names)
        if value is None:
            return None
        return self.word(name, value, kind, aliases)

    def word(self, name: str, value: Any, kind: type[Choice], aliases: Mapping[str, Choice]) -> Choice:
        """`value` as a word of `kind`; capitals, spaces and underscores do not matter."""
        plain = re.sub(r"[\s_-]+", "-", value.strip().lower()) if isinstance(value, str) else None
        for word in kind:
            if plain == word:
                return word
        if plain is not None and plain in aliases:
            return aliases[plain]
        raise self.refuse(name, value, f"one of {', '.join(kind)}")

    def truth(self, *names: str) -> bool | None:
        """True or false."""
        name, value = self.take(*names)
        if value is not None and not isinstance(value, bool):
            raise self.refuse(name, value, "true or false")
        return value

    def text(self, *names: str) -> str | None:
        """A word or number that names something."""
        name, value = self.take(*names)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise self.refuse(name, value, "a text")
        return str(value)


def shown(value: Any) -> str:
    """A value in a message, short."""
    text = "nothing" if value is None else str(value) if isinstance(value, (Decimal, int, float)) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _number(value: Any) -> Decimal | None:
    """A finite number exactly as written, not too long to compute with."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    small = number.is_finite() and -20 <= number.adjusted() <= 20 and len(number.as_tuple().digits) <= 40
    return number if small or number == 0 else None
