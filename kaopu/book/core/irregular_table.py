"""An irregular schedule read from rows: `due_on` with either `principal` (major units) or `weight`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from kaopu.book.core.terms import TableLine
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def parse(rows: Iterable[Mapping[str, str | None]], currency: str, source: str) -> tuple[TableLine, ...]:
    """The lines of a CSV file's rows; `source` names it in errors, rows are numbered with the header as row 1."""
    lines = tuple(_line(row, currency, f"{source} row {number}") for number, row in enumerate(rows, start=2))
    if not lines:
        raise BadInput(f"{source}: no rows, expected columns due_on and principal or weight")
    return lines


def _line(row: Mapping[str, str | None], currency: str, where: str) -> TableLine:
    principal, weight = (row.get("principal") or "").strip(), (row.get("weight") or "").strip()
    if bool(principal) == bool(weight):
        raise BadInput(f"{where}: principal {principal!r}, weight {weight!r} given, expected exactly one of the two")
    due_on = _day(row.get("due_on"), where)
    if principal:
        return TableLine(due_on, principal_minor=to_minor(_number(principal, f"{where} principal"), currency))
    return TableLine(due_on, weight=_number(weight, f"{where} weight"))


def _day(cell: str | None, where: str) -> date:
    try:
        return date.fromisoformat((cell or "").strip())
    except ValueError:
        raise BadInput(f"{where} due_on: {cell!r} given, expected a day as YYYY-MM-DD") from None


def _number(cell: str, where: str) -> Decimal:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise BadInput(f"{where}: {cell!r} given, expected a number of 0 or more")
    return number
