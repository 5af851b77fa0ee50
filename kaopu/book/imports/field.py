"""Columns of text read as numbers, days and words, a whole batch at a time; what cannot be read is marked, not raised.

Every reader takes an Arrow column and gives the values (null where bad or missing) and a mask of the bad rows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaopu.book.core.event_kind import Component, EventKind
from kaopu.kernel.core.currencies import EXPONENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.book.imports.mapping import FieldSpec

AMOUNT_MOST = 10**15  # the kernel multiplies an amount by days and rates: this keeps every product inside 64 bits
TEXT_MOST = 64
FIRST_YEAR, LAST_YEAR = 1900, 2199
DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

Read = tuple[pa.Array, np.ndarray]


def read(spec: FieldSpec, column: pa.Array, currency: str | None) -> Read:
    """The values of one column under its specification, and which rows are bad."""
    values, bad = KINDS_OF_FIELD[spec.type](spec, column, currency)
    if not spec.null:
        bad |= _mask(pc.is_null(column))
    return values, bad


def expectation(spec: FieldSpec, currency: str | None) -> str:
    """What a good value of the column looks like."""
    most = AMOUNT_MOST if spec.most is None else spec.most
    least = f"-{most}" if spec.negative else "0"
    told = {
        "text": f"text of 1 to {spec.most or TEXT_MOST} characters, none of them a control character",
        "word": f"one of {', '.join(spec.words)}",
        "whole": f"a whole number from {least} to {most}",
        "minor": f"whole minor units from {least} to {most}",
        "money": f"an amount from {least} with at most {EXPONENTS.get(currency or '', 2)} decimals",
        "money-float": f"an amount from {least}",
        "percent": "a rate in per cent from 0 to 1000 with at most 4 decimals",
        "date": f"a day as YYYY-MM-DD from {FIRST_YEAR} to {LAST_YEAR}",
        "yymmdd": "a day of the years 1900 to 1999 as YYMMDD",
        "instant": "an instant as YYYY-MM-DDTHH:MM:SSZ",
        "currency": "an active ISO 4217 code in capitals, as CNY",
        "kind": f"one of {', '.join(EventKind)}",
        "component": f"one of {', '.join(Component)}, or nothing",
        "bool": "true or false",
        "json": "a JSON object",
    }[spec.type]
    return told if spec.null or spec.type == "component" else f"{told}; not empty"


def _mask(array: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """A boolean column as numpy, null counted as false."""
    return np.asarray(pc.fill_null(array, False))


def _matches(column: pa.Array, pattern: str) -> np.ndarray:
    return _mask(pc.match_substring_regex(column, pattern))


def _present(column: pa.Array) -> np.ndarray:
    return _mask(pc.is_valid(column))


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _only(column: pa.Array, good: np.ndarray) -> pa.Array:
    return pc.if_else(pa.array(good), column, pa.scalar(None, column.type))


def _text(spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    text = _as_text(column)
    long = _mask(pc.greater(pc.utf8_length(text), spec.most or TEXT_MOST))
    bad = long | _matches(text, r"[\x00-\x1f\x7f]") | (_mask(pc.equal(text, "")) & (not spec.null))
    return _only(text, ~bad), bad


def _word(spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    return _among(_as_text(column), spec.words)


def _among(text: pa.Array, words: tuple[str, ...]) -> Read:
    good = _mask(pc.is_in(text, pa.array(words, pa.string())))
    return _only(text, good), _present(text) & ~good


def _whole(spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    if pa.types.is_integer(column.type) and column.type != pa.uint64():
        numbers = column.cast(pa.int64())
        return _within(numbers, _present(column), spec)
    text = _as_text(column)
    # Eighteen digits always fit; anything longer is above every limit here.
    good = _matches(text, r"^[+-]?0*\d{1,18}$") & ~_matches(text, r"^[+-]?0*[1-9]\d{18}")
    digits = _only(text, good)
    if _matches(digits, r"^\+").any():
        digits = pc.utf8_ltrim(digits, characters="+")
    values, beyond = _within(digits.cast(pa.int64()), good, spec)
    return values, beyond | (_present(column) & ~good)


def _within(numbers: pa.Array, good: np.ndarray, spec: FieldSpec) -> Read:
    most = AMOUNT_MOST if spec.most is None else spec.most
    above = _mask(pc.or_(pc.greater(numbers, most), pc.less(numbers, -most if spec.negative else 0)))
    return _only(numbers, good & ~above), above


def _money(spec: FieldSpec, column: pa.Array, currency: str | None) -> Read:
    """Major units, exactly: the digits before and after the point are read as whole numbers."""
    decimals = EXPONENTS[currency or "CNY"]
    text = _as_text(column)
    fraction = rf"(?:\.(?P<part>\d{{0,{decimals}}})0*)?" if decimals else r"(?:\.(?P<part>)0*)?"
    pattern = rf"^(?P<sign>[+-]?)(?P<whole>\d{{1,15}}){fraction}$"
    good = _matches(text, pattern)
    parts = pc.extract_regex(text, pattern)
    whole = pc.fill_null(pc.struct_field(parts, "whole"), "0").cast(pa.int64())
    minor = pc.multiply(whole, 10**decimals)
    if decimals:
        part = pc.utf8_rpad(pc.fill_null(pc.struct_field(parts, "part"), ""), width=decimals, padding="0")
        minor = pc.add(minor, part.cast(pa.int64()))
    minus = _mask(pc.equal(pc.struct_field(parts, "sign"), "-"))
    values, beyond = _within(pc.if_else(pa.array(minus), pc.negate(minor), minor), good, spec)
    return values, beyond | (_present(column) & ~good)


def _money_float(spec: FieldSpec, column: pa.Array, currency: str | None) -> Read:
    """Major units that a system wrote as binary floats (5864.9505117095): rounded to the nearest minor unit."""
    text = _as_text(column)
    good = _matches(text, r"^[+-]?\d{1,13}(\.\d*)?([eE][+-]?\d{1,2})?$")
    numbers = np.asarray(pc.fill_null(_only(text, good).cast(pa.float64()), 0.0))
    good &= np.abs(numbers) < 1e13
    minor = np.rint(np.where(good, numbers, 0.0) * 10 ** EXPONENTS[currency or "CNY"]).astype(np.int64)
    values, beyond = _within(pa.array(minor), good, spec)
    return values, beyond | (_present(column) & ~good)


def _percent(_spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    """Per cent a year as parts in a million: 13.99 is 139900."""
    text = _as_text(column)
    pattern = r"^(?P<whole>\d{1,4})(?:\.(?P<part>\d{0,4})0*)?$"
    good = _matches(text, pattern)
    parts = pc.extract_regex(text, pattern)
    part = pc.utf8_rpad(pc.fill_null(pc.struct_field(parts, "part"), ""), width=4, padding="0").cast(pa.int64())
    ppm = pc.add(pc.multiply(pc.fill_null(pc.struct_field(parts, "whole"), "0").cast(pa.int64()), 10_000), part)
    good &= ~_mask(pc.greater(ppm, 10_000_000))
    return _only(ppm, good), _present(column) & ~good


def _date(_spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    if pa.types.is_date(column.type):
        days = np.asarray(pc.fill_null(column.cast(pa.date32()).cast(pa.int32()), 0)).astype("datetime64[D]")
        good = (days >= np.datetime64(f"{FIRST_YEAR}-01-01")) & (days <= np.datetime64(f"{LAST_YEAR}-12-31"))
        return _only(column.cast(pa.date32()), good & _present(column)), _present(column) & ~good
    text = _as_text(column)
    good = _matches(text, r"^\d{4}-\d{2}-\d{2}$")
    return _days(text, good, (0, 4, 0), (5, 7), (8, 10))


def _yymmdd(_spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    text = _as_text(column)
    return _days(text, _matches(text, r"^\d{6}$"), (0, 2, FIRST_YEAR), (2, 4), (4, 6))


def _days(
    text: pa.Array, good: np.ndarray, year: tuple[int, int, int], month: tuple[int, int], day: tuple[int, int]
) -> Read:
    present = _present(text)
    digits = pc.fill_null(_only(text, good), "0" * 10)
    years = _digits(digits, year[0], year[1]) + year[2]
    months, days = _digits(digits, *month), _digits(digits, *day)
    good = good & (years >= FIRST_YEAR) & (years <= LAST_YEAR) & (months >= 1) & (months <= 12) & (days >= 1)
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    good &= days <= DAYS_IN_MONTH[np.where(good, months, 0)] + (leap & (months == 2))
    numbers = month_start(np.where(good, (years - 1970) * 12 + months - 1, 0)) + np.where(good, days, 1) - 1
    return pa.array(numbers.astype(np.int32), mask=~good).cast(pa.date32()), present & ~good


def _digits(text: pa.Array, start: int, stop: int) -> np.ndarray:
    return np.asarray(pc.utf8_slice_codeunits(text, start, stop).cast(pa.int64()))


def month_start(months: np.ndarray) -> np.ndarray:
    """The day number (since 1970-01-01) of the first of months counted since January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _instant(_spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", tz="UTC"), safe=False), np.zeros(len(column), bool)
    text = _as_text(column)
    good = _matches(text, r"^\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|\+00:?00)$")
    _, impossible = _days(pc.utf8_slice_codeunits(text, 0, 10), good, (0, 4, 0), (5, 7), (8, 10))
    good &= ~impossible
    stripped = pc.replace_substring_regex(_only(text, good), r"(Z|\+00:?00)$", "")
    values = pc.assume_timezone(stripped.cast(pa.timestamp("us")), "UTC")
    return values, _present(column) & ~good


def _currency_code(_spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    return _among(_as_text(column), tuple(EXPONENTS))


def _kind(_spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    # The documents write reported_status, the command line reported-status: both are meant.
    return _among(pc.replace_substring(_as_text(column), "-", "_"), tuple(EventKind))


def _component(_spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    text = _as_text(column)
    return _among(_only(text, ~_mask(pc.equal(text, ""))), tuple(Component))


def _bool(_spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    if pa.types.is_boolean(column.type):
        return column, np.zeros(len(column), bool)
    text = pc.utf8_lower(_as_text(column))
    yes = _mask(pc.is_in(text, pa.array(["true", "t", "1", "yes"])))
    good = yes | _mask(pc.is_in(text, pa.array(["false", "f", "0", "no"])))
    return pa.array(yes, mask=~good), _present(column) & ~good


def _json(_spec: FieldSpec, column: pa.Array, _currency: str | None) -> Read:
    text = _as_text(column)
    coded = text.dictionary_encode()
    # Each different text once: an import repeats few payloads many times, or has none.
    broken = [place for place, entry in enumerate(coded.dictionary.to_pylist()) if not _is_json_object(entry)]
    bad = _mask(pc.is_in(coded.indices, pa.array(broken, coded.indices.type)))
    return _only(text, ~bad), bad


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text, parse_constant=_refuse_constant), dict) and "\\u0000" not in text
    except ValueError:
        return False


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


KINDS_OF_FIELD: dict[str, Callable[[FieldSpec, pa.Array, str | None], Read]] = {
    "text": _text,
    "word": _word,
    "whole": _whole,
    "minor": _whole,
    "money": _money,
    "money-float": _money_float,
    "percent": _percent,
    "date": _date,
    "yymmdd": _yymmdd,
    "instant": _instant,
    "currency": _currency_code,
    "kind": _kind,
    "component": _component,
    "bool": _bool,
    "json": _json,
}
