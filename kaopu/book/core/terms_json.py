"""Terms as plain JSON and back, field by field: how a debt keeps what was agreed."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.book.core.rounding import Rounding
from kaopu.book.core.terms import (
    Charge,
    Floating,
    InterestPaid,
    Moratorium,
    Plan,
    Spacing,
    Split,
    TableLine,
    Terms,
    UpfrontFeeDue,
)
from kaopu.kernel.core.calendars import BusinessDays
from kaopu.kernel.core.day_count import DayCount
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def to_json(terms: Terms) -> dict[str, Any]:
    """Fields that differ from their default: words, whole numbers, rates as decimal strings, days as YYYY-MM-DD."""
    kept = {}
    for field in fields(terms):
        value = getattr(terms, field.name)
        if value != field.default:
            kept[field.name] = _plain(value)
    return kept


def from_json(raw: Mapping[str, Any]) -> Terms:
    """The terms of `to_json`. Raises `BadInput` naming an unknown, missing or unreadable field."""
    values: dict[str, Any] = {}
    for name, value in raw.items():
        read = _READ.get(name)
        if read is None:
            raise BadInput(f"{name}: not a field of terms, expected one of {', '.join(sorted(_READ))}")
        try:
            values[name] = None if value is None and name in _MAY_BE_NULL else read(value)
        except BadInput:
            raise
        except (ValueError, TypeError, InvalidOperation, KeyError, AttributeError):
            raise BadInput(f"{name}: {value!r} given, expected {_EXPECTED.get(read, 'a value of its kind')}") from None
    missing = [name for name in ("plan", "currency", "principal_minor", "start") if values.get(name) is None]
    if missing:
        raise BadInput(f"{missing[0]}: none given, expected a value")
    return Terms(**values)


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Charge | TableLine | Floating):
        parts = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(part) for name, part in parts if part is not None}
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _rate(value: object) -> Decimal:
    # A float has lost what was written: 0.1 is not a tenth.
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError
    return Decimal(value)


def _day(value: object) -> date:
    return date.fromisoformat(_word(value))


def _or_none(read: Callable[[object], Any], value: object) -> Any:
    return None if value is None else read(value)


def _charge(value: Any) -> Charge:
    return Charge(rate=_or_none(_rate, value.get("rate")), minor=_or_none(_whole, value.get("minor")))


def _table(value: Any) -> tuple[TableLine, ...]:
    return tuple(
        TableLine(
            _day(line["due_on"]),
            principal_minor=_or_none(_whole, line.get("principal_minor")),
            weight=_or_none(_rate, line.get("weight")),
        )
        for line in value
    )


def _floating(value: Any) -> Floating:
    return Floating(
        _word(value["reference"]),
        spread=_rate(value.get("spread", "0")),
        reset_months=_whole(value.get("reset_months", 12)),
        first_reset=_or_none(_day, value.get("first_reset")),
    )


_READ: dict[str, Callable[[Any], Any]] = {
    "plan": Plan,
    "currency": _word,
    "principal_minor": _whole,
    "start": _day,
    "periods": _whole,
    "rate_annual": _rate,
    "day_count": DayCount,
    "spacing": Spacing,
    "spacing_every": _whole,
    "first_due": _day,
    "due_day": _whole,
    "business_days": BusinessDays,
    "calendar": _word,
    "down_payment_minor": _whole,
    "fee_per_period": _charge,
    "fee_upfront": _charge,
    "fee_upfront_due": UpfrontFeeDue,
    "balloon_minor": _whole,
    "moratorium_periods": _whole,
    "moratorium": Moratorium,
    "interest_paid": InterestPaid,
    "rounding": Rounding,
    "level_rounding": Rounding,
    "level_unit_minor": _whole,
    "split": Split,
    "table": _table,
    "floating": _floating,
}
_MAY_BE_NULL = frozenset(field.name for field in fields(Terms) if field.default is None)
_EXPECTED: dict[Callable[[Any], Any], str] = {
    _whole: "a whole number",
    _word: "a word",
    _rate: 'a decimal as a string, as "0.12"',
    _day: "a day as YYYY-MM-DD",
    _charge: 'a fee, as {"rate": "0.006"} or {"minor": 600}',
    _table: "lines with due_on and principal_minor or weight",
    _floating: "a floating rate with its reference",
}
