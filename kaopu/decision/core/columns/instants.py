"""Dates as columns: timestamps of UTC; what a text, a number or another date is as a date; their text, their units.

A value that is no date is still of the kind `date` to zen ('Invalid date'): equal to itself, before all others. It is
the instant INVALID here, so plain comparisons hold. Columns stand for the years 1000 to 9999; other rows are zen's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import ibis
import zen
from ibis.expr.operations import Literal

from kaopu.decision.core.columns.kinds import FAILED, has, is_kind
from kaopu.decision.core.columns.truth import both, either, filled, known
from kaopu.decision.core.columns.value import CannotCompile, Digits, Moment, Number, Value

INVALID = ibis.literal(datetime(1, 1, 1), "timestamp(6)")  # noqa: DTZ001 - columns hold UTC without saying so
EPOCH = ibis.literal(datetime(1970, 1, 1), "timestamp(6)")  # noqa: DTZ001
FIRST, LAST = -30610224000, 253402300799  # seconds of the years 1000 and 9999
DAY_LENGTH = 10  # letters of 2026-01-01
FIRST_YEAR, LAST_YEAR = 1000, 9999
UTC_NAME = "Etc/UTC"
DATE = r"[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
OFFSET = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])"
TAME = rf"^{DATE}([T ]{TIME}(:[0-5][0-9](\.[0-9]{{1,3}})?{OFFSET}?)?)?$"
UNITS = {
    "s": ("s", "second", "seconds", "sec", "secs"),
    "m": ("m", "minute", "minutes", "min", "mins"),
    "h": ("h", "hour", "hours", "hr", "hrs"),
    "D": ("d", "day", "days"),
    "W": ("w", "week", "weeks"),
    "M": ("M", "month", "months"),
    "Q": ("q", "quarter", "quarters"),
    "Y": ("y", "year", "years"),
}
SECONDS = {"s": 1, "m": 60, "h": 3600, "D": 86400, "W": 604800}
MONTHS = {"M": 1, "Q": 3}


def literal_of(column: Any) -> Any:
    """The constant that a column is; None when it differs from row to row."""
    operation = column.op() if isinstance(column, ibis.Expr) else None
    return operation.value if isinstance(operation, Literal) else None


def text_constant(value: Value, what: str) -> str | None:
    """A text known when compiling; None where it is of another kind, which zen refuses.

    Raises:
        CannotCompile: it differs from row to row.
    """
    if value.text is None:
        return None
    found = literal_of(value.text)
    if found is None:
        raise CannotCompile(f"{what} that differs from row to row")
    return str(found)


def unit_of(word: str | None) -> str | None:
    """The unit that a word of d() means; None: zen refuses it."""
    if word is None:
        return None
    try:
        zen.evaluate_expression("d(0).startOf(word)", {"word": word})
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return None
    found = [unit for unit, words in UNITS.items() if word in words]
    if not found:
        raise CannotCompile(f"the unit {word!r}")
    return found[0]


def valid(moment: Moment) -> Any:
    """The rows in which it is a date."""
    return True if moment.sure else moment.instant != INVALID


def valid_or_invalid(column: Any, where: Any) -> Any:
    """`column` in the rows of `where`, INVALID elsewhere."""
    return ibis.cases((known(where), column), else_=INVALID) if where is not True else column


def moment(
    instant: Any, zone: str = UTC_NAME, *, sure: bool = False, failed: Any = False, undecided: Any = False
) -> Value:
    """A date per row; `instant` is NULL where it failed, and only there."""
    if failed is not False and failed is not True:
        instant = ibis.cases((~failed, instant))
    return Value(moment=Moment(instant, zone, sure), complete=True, failed=failed, undecided=undecided)


def seconds_of(instant: Any) -> Any:
    """Whole seconds since 1970, rounded down."""
    return instant.truncate("s").epoch_seconds().cast("int64")


def milliseconds_of(instant: Any) -> Any:
    """Whole milliseconds since 1970, rounded down."""
    return seconds_of(instant) * 1000 + instant.millisecond().cast("int64")


def at_milliseconds(milliseconds: Any) -> Any:
    """The instant so many milliseconds after 1970."""
    return EPOCH + milliseconds.cast("int64").as_interval("ms")


def outside(instant: Any) -> Any:
    """The rows whose result lies beyond what columns stand for."""
    first, last = datetime(1000, 1, 1), datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001
    return known((instant < ibis.literal(first)) & (instant != INVALID)) | known(instant > ibis.literal(last))


def moment_of(value: Value) -> Value:
    """`d(value)`: a text is read, a number is milliseconds, a date is itself, anything else is no date."""
    if value.failed is True:
        return FAILED
    if value.moment is not None and has(value) == ("moment",) and value.complete:
        return value
    if value.text is not None and has(value) == ("text",) and literal_of(value.text) is not None:
        return constant_moment(literal_of(value.text))
    parts, undecided, zone = [], value.undecided, UTC_NAME
    if value.moment is not None:
        parts.append(value.moment.instant)
        zone = value.moment.zone
    if value.text is not None:
        read, odd = read_text(value.text)
        parts.append(read)
        undecided = either(undecided, odd)
    if value.number is not None:
        made, odd = _of_number(value.number)
        parts.append(made)
        undecided = either(undecided, odd)
    if value.moment is not None and len(parts) > 1 and zone != UTC_NAME:
        raise CannotCompile("dates of two zones in one place")
    instant = ibis.coalesce(*parts, INVALID)
    return moment(instant, zone, failed=value.failed, undecided=undecided)


def constant_moment(text: str) -> Value:
    """The date that a text is, known when compiling.

    Raises:
        CannotCompile: it names a zone: then it is the time of asking; or it lies beyond the years of columns.
    """
    said = zen.evaluate_expression("d(text).timestamp()", {"text": text})
    if said is None:
        return moment(INVALID)
    if not re.match(r"^\s*[+-]?[0-9]", text):
        raise CannotCompile(f"d({text!r}) reads the clock")
    exact = zen.evaluate_expression("d(text) == d(number)", {"text": text, "number": said})
    if not exact or not FIRST <= said / 1000 <= LAST or re.search(r":60", text):
        raise CannotCompile(f"the date {text!r} is finer or further than columns hold")
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=said)
    return moment(ibis.literal(instant.replace(tzinfo=None), "timestamp(6)"), sure=True)


def read_text(text: Any) -> tuple[Any, Any]:
    """(the instant of a text, INVALID where there is no such day, NULL where it is NULL; the texts of odd forms)."""
    tame = text.re_search(TAME)
    read = ibis.cases((known(tame), ibis.coalesce(with_offset(text), INVALID)), (filled(text), INVALID))
    return read, known(both(filled(text), ~tame))


def with_offset(text: Any) -> Any:
    """The instant of a tame text, NULL where there is no such day: what is said of the offset is taken off."""
    plain = text.re_replace(rf"{OFFSET}$", "").try_cast("timestamp(6)")
    length = text.length()
    hours, minutes = text.substr(length - 5, 2).try_cast("int64"), text.substr(length - 2, 2).try_cast("int64")
    seconds = ibis.cases((text.substr(length - 6, 1) == "-", -1), else_=1) * (hours * 3600 + minutes * 60)
    shifted = text.re_search(r"[+-][0-9]{2}:[0-9]{2}$")
    timed = ibis.cases((known(shifted), plain - seconds.as_interval("s")), else_=plain)
    return ibis.cases((length == DAY_LENGTH, text.try_cast("timestamp(6)")), else_=timed)


def _of_number(number: Number) -> tuple[Any, Any]:
    if number.digits is Digits.ROUNDED:
        raise CannotCompile("a date of arithmetic on quotients")
    column = number.column
    odd = known((column < FIRST * 1000.0) | (column > LAST * 1000.0))
    if number.digits is not Digits.EXACT:
        odd = either(odd, known(column != column.floor()))
    whole = ibis.cases((column < 0, column.ceil()), else_=column.floor())
    return ibis.cases((~odd & column.notnull(), at_milliseconds(whole)), (column.notnull(), INVALID)), odd


def moment_text(moment: Moment) -> Any:
    """Zen's text of a date: whole seconds, `Z`."""
    utc_only(moment)
    plain = moment.instant.strftime("%Y-%m-%dT%H:%M:%SZ")
    return plain if moment.sure else ibis.cases((moment.instant == INVALID, "Invalid date"), else_=plain)


def utc_only(moment: Moment) -> None:
    """Refuse other zones where the clock on the wall matters.

    Raises:
        CannotCompile: for a zone that is not UTC.
    """
    if moment.zone not in {UTC_NAME, "UTC"}:
        raise CannotCompile(f"dates of the zone {moment.zone}")


def plus_months(instant: Any, months: Any) -> Any:
    """So many months later, the last day of a shorter month where the day is not there."""
    return instant + months.cast("int64").as_interval("M")


def start_of(instant: Any, unit: str) -> Any:
    """The beginning of the second, minute, hour, day, week (Monday), month, quarter or year."""
    return instant.truncate(unit).cast("timestamp(6)")


def quarter_is_kept(instant: Any, months: int) -> Any:
    """Whether the day is there in the quarter's month of that number (0 to 2).

    zen moves the month before the day: 31 May has no beginning of its quarter, 31 July no end.
    """
    month = plus_months(start_of(instant, "Q"), ibis.literal(months, "int64"))
    day = month + (instant.day().cast("int64") - 1).as_interval("D")
    return day.month() == month.month()


def end_of(instant: Any, unit: str) -> Any:
    """The last microsecond of it (zen: the last nanosecond; no text or number that columns read lies between)."""
    following = {"Q": ibis.interval(months=3), "W": ibis.interval(days=7)}
    names = {"s": "seconds", "m": "minutes", "h": "hours", "D": "days", "M": "months", "Y": "years"}
    step = following.get(unit) if unit in following else ibis.interval(**{names[unit]: 1})
    return start_of(instant, unit) + step - ibis.interval(microseconds=1)


def as_text(value: Value) -> Value:
    """`value` with its dates as texts: what zen gives out and what functions of texts see."""
    if value.moment is None:
        return value
    column = ibis.cases((is_kind(value, "moment"), moment_text(value.moment))) if not value.complete else None
    if column is None:
        column = moment_text(value.moment)
    text = column if value.text is None else ibis.coalesce(value.text, column)
    return replace(value, moment=None, text=text)
