"""A Value as plain output columns, and those columns back as JSON: absent keys absent, whole numbers integers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.instants import moment_text
from kaopu.decision.core.columns.kinds import has
from kaopu.decision.core.columns.lambdas import each as each_of
from kaopu.decision.core.columns.numbers import TIE
from kaopu.decision.core.columns.truth import column as as_column
from kaopu.decision.core.columns.value import CannotCompile, Digits, Fields, Items, Moment, Number, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Read = Callable[[Mapping[str, Any]], Any]

ABSENT = object()
NEAR = 1e-9
LOST = 1e-2
LOST_WHOLE = 1e-3
DIGITS = 15
ERRS = 3 * 2.0**-52  # of one or two operations; 15 digits differ by 1e-15 and more


class Unsure(Exception):  # noqa: N818 - a signal within this module: zen decides this row
    """Whether the number is whole cannot be told."""


def outputs_of(value: Value) -> tuple[dict[str, Any], Read]:
    """(columns by name, the reader of one row of them).

    Raises:
        CannotCompile: a date or an interval in the result.
    """
    columns: dict[str, Any] = {}
    return columns, _reader(value, "o", columns)


def _reader(value: Value, name: str, columns: dict[str, Any]) -> Read:
    readers = [_of_kind(kind, getattr(value, kind), f"{name}{kind[0]}", columns) for kind in has(value)]

    def read(row: Mapping[str, Any]) -> Any:
        for each in readers:
            found = each(row)
            if found is not None:
                return found
        return None

    return read


def _of_kind(kind: str, there: Any, name: str, columns: dict[str, Any]) -> Read:
    match there:
        case Number():
            columns[name] = there.column
            shaky = there.digits >= Digits.SHIFTED
            if there.size is None or there.digits is Digits.EXACT:
                return lambda row: None if row[name] is None else json_number(row[name], shaky=shaky)
            columns[f"{name}z"] = there.size
            tidy = there.digits is Digits.REACHED

            def printed(row: Mapping[str, Any]) -> float | int | None:
                return None if row[name] is None else json_number(_uncancelled(row, name, tidy=tidy), shaky=shaky)

            return printed
        case Fields():
            return _of_fields(there, name, columns)
        case Items():
            return _of_items(there, name, columns)
        case Moment():
            columns[name] = moment_text(there)
            return lambda row: row[name]
    if kind in {"text", "boolean"}:
        columns[name] = there
        return lambda row: row[name]
    raise CannotCompile(f"a {kind} in the result")


def _of_fields(fields: Fields, name: str, columns: dict[str, Any]) -> Read:
    inside = []
    if fields.here is not True:
        columns[f"{name}h"] = as_column(fields.here)
    for place, (key, (value, present)) in enumerate(fields.items.items()):
        if present is False:
            continue
        flag = None
        if present is not True:
            flag = f"{name}{place}p"
            columns[flag] = as_column(present)
        inside.append((key, flag, value.path is not None, _reader(value, f"{name}{place}", columns)))
    here = None if fields.here is True else f"{name}h"

    def read(row: Mapping[str, Any]) -> Any:
        if here is not None and not row[here]:
            return None
        made = {}
        for key, flag, given, inner in inside:
            if flag is not None and not row[flag]:
                continue
            found = inner(row)
            if found is not None or not given:
                made[key] = found
        return made

    return read


def _of_items(items: Items, name: str, columns: dict[str, Any]) -> Read:
    if items.here is not True:
        columns[f"{name}h"] = as_column(items.here)
    here = None if items.here is True else f"{name}h"
    inner = _listed(items, name, columns) if items.listed is not None else _array(items, name, columns)
    return lambda row: None if here is not None and not row[here] else inner(row)


def _listed(items: Items, name: str, columns: dict[str, Any]) -> Read:
    places: list[tuple[str | None, Read]] = []
    for place, (value, present) in enumerate(items.listed or ()):
        flag = None if present is True else f"{name}{place}p"
        if flag is not None:
            columns[flag] = as_column(present)
        places.append((flag, _reader(value, f"{name}{place}", columns)))
    return lambda row: [read(row) for flag, read in places if flag is None or row[flag]]


def _array(items: Items, name: str, columns: dict[str, Any]) -> Read:
    assert items.element is not None  # noqa: S101 - an array column knows its elements
    readers: list[Read] = []

    def parts(each: Any) -> Any:
        inner: dict[str, Any] = {}
        reader = _reader(items.element(each), "e", inner)  # type: ignore[misc]
        readers[:] = [reader]
        return ibis.struct({key: as_column(found) for key, found in inner.items()} or {"e": ibis.literal(True)})

    columns[name] = each_of(items.column, parts)
    return lambda row: None if row[name] is None else [readers[0](each) for each in row[name]]


def _uncancelled(row: Mapping[str, Any], name: str, *, tidy: bool) -> float:
    """A sum or difference: nothing left of its terms is 0; little left of them has too few digits to be printed.

    `tidy`: the terms end, so that what lies beyond their 15 digits is float64's own and is rounded away.

    Raises:
        Unsure: more than two digits were lost (three of a whole number).
    """
    value, size = float(row[name]), abs(float(row[f"{name}z"]))
    if abs(value) <= TIE * size:
        return 0.0
    if abs(value) < size * (LOST_WHOLE if tidy and value.is_integer() else LOST):
        raise Unsure
    return round(value, DIGITS - 1 - math.floor(math.log10(size))) if tidy else value


def json_number(value: float, *, shaky: bool) -> float | int:
    """A number as zen prints it: 15 digits, whole ones as integers.

    Raises:
        Unsure: arithmetic on endless quotients that comes near a whole number: zen may print 2.999…; or a number
            nearer to a whole one than 15 digits tell, farther than float64 errs: 150000.0000000002.
    """
    value = float(value)  # constants come back as decimals
    near = round(value)
    if shaky and abs(value - near) <= NEAR * max(1.0, abs(value)):
        raise Unsure
    short = float(f"{value:.15g}")
    if not short.is_integer():
        return short
    if abs(value - short) > ERRS * abs(short):
        raise Unsure
    return int(short)
