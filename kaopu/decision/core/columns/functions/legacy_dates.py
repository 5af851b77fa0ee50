"""The older functions of dates: numbers of seconds since 1970 in UTC, from texts, from numbers and from `d(…)`.

Texts are read in three forms: `2023-10-15`, `2023-10-15 14:30:45`, and the latter with `T` when an offset follows.
What cannot be read fails; texts of other forms are zen's to judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import zen

from kaopu.decision.core.columns import instants
from kaopu.decision.core.columns.instants import INVALID
from kaopu.decision.core.columns.kinds import FAILED, has, is_kind, number, spoiled, text
from kaopu.decision.core.columns.moments import weekday
from kaopu.decision.core.columns.truth import both, either, filled, known, negate
from kaopu.decision.core.columns.value import CannotCompile, Digits, Number, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.columns.scope import Scope

TIME = rf"{instants.TIME}:[0-5][0-9]"
TAME = rf"^{instants.DATE}( {TIME}|[T ]{TIME}{instants.OFFSET})?$"
WITH_TIME = rf"^{instants.DATE}( {TIME}|[T ]{TIME}{instants.OFFSET})$"
CLOCK = rf"^{TIME}$"
DURATION = r"^([0-9]{1,9}) ?([a-zA-Z]+)$"
DURATION_WORDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
    **dict.fromkeys(("M", "month", "months"), 2630016),
    **dict.fromkeys(("y", "year", "years"), 31557600),
}
DAY = 86_400
MOST_TIME = 4_294_967_296.0


def whole_of(value: Number) -> tuple[Any, Any]:
    """(towards zero, the rows in which that cannot be told)."""
    column = value.column
    cut = ibis.cases((column < 0, column.ceil()), else_=column.floor())
    if value.digits is Digits.EXACT:
        return cut, False
    near = column.round(0).cast("float64")
    return ibis.cases(((column - near).abs() <= 1e-9, near), else_=cut), known(
        both((column - near).abs() <= 1e-9, column != near) if value.digits is Digits.ROUNDED else False
    )


def instant_of(value: Value) -> tuple[Any, Any, Any]:
    """(the instant, NULL where there is none; the rows that fail; the rows that zen decides)."""
    if value.failed is True or not any(kind in has(value) for kind in ("text", "number", "moment")):
        return None, True, False
    parts, undecided = [], value.undecided
    if value.text is not None:
        read, odd = read_text(value.text)
        parts.append(read)
        undecided = either(undecided, odd)
    if value.number is not None:
        seconds, odd = whole_of(value.number)
        near = known((seconds >= instants.FIRST) & (seconds <= instants.LAST))
        parts.append(ibis.cases((near, instants.EPOCH + seconds.cast("int64").as_interval("s"))))
        undecided = either(undecided, odd, known(both(filled(seconds), ~near)))
    if value.moment is not None:
        parts.append(value.moment.instant.nullif(INVALID).truncate("s"))
    instant = ibis.coalesce(*parts) if len(parts) > 1 else parts[0]
    return instant, instant.isnull(), undecided


def read_text(column: Any) -> tuple[Any, Any]:
    """(the instant of a text, NULL where it is none; the texts of odd forms)."""
    constant = instants.literal_of(column)
    if constant is not None:
        return _constant(constant), False
    tame = known(column.re_search(TAME))
    return ibis.cases((tame, instants.with_offset(column))), known(both(filled(column), ~tame))


def _constant(words: str) -> Any:
    if words == "now":
        raise CannotCompile("date('now') reads the clock")
    try:
        seconds = zen.evaluate_expression("date(words)", {"words": words})
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return ibis.null("timestamp(6)")
    if not instants.FIRST <= seconds <= instants.LAST:
        raise CannotCompile(f"the date {words!r} is further than columns hold")
    return instants.EPOCH + ibis.literal(int(seconds), "int64").as_interval("s")


def of_instant(read: Callable[[Any], Any], most: float) -> Any:
    """A whole number of a date; what is none fails."""

    def call(scope: Scope, arguments: tuple[Value, ...]) -> Value:
        instant, failed, undecided = instant_of(arguments[0])
        if failed is True:
            return FAILED
        instant = scope.keep(instant)
        column = read(instant).cast("float64")
        made = number(column, complete=True, whole=True, bound=most, least=1.0)
        return spoiled(made, instant.isnull(), undecided)

    return call


def text_of_instant(pattern: str) -> Any:
    """A date as a text."""

    def call(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
        instant, failed, undecided = instant_of(arguments[0])
        if failed is True:
            return FAILED
        return spoiled(text(instant.strftime(pattern), complete=True), failed, undecided)

    return call


def date(scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`date`: seconds since 1970; a number is its own whole part."""
    return _seconds(scope, arguments[0], of_instant(instants.seconds_of, 1e12))


def _seconds(scope: Scope, value: Value, of_others: Any) -> Value:
    """Numbers stay (without their fraction), the rest is read."""
    if value.number is None:
        return of_others(scope, (value,))  # type: ignore[no-any-return]
    if has(value) != ("number",):
        raise CannotCompile("date of something that may be a number or a text")
    column, odd = whole_of(value.number)
    made = Number(column.cast("float64"), whole=True, bound=value.number.bound, least=1.0)
    failed = negate(is_kind(value, "number"))
    return Value(number=made, complete=True, failed=failed, undecided=either(value.undecided, known(odd)))


def _natural(value: Value, most: float | None) -> Value:
    """A number from 0 up to `most`, without its fraction; others fail."""
    if has(value) != ("number",) or value.number is None:
        raise CannotCompile("time or duration of something that may be a number or a text")
    column = value.number.column
    kept, odd = whole_of(value.number)
    beyond = known(column < 0) if most is None else known((column < 0) | (column >= most))
    made = Number(kept.cast("float64"), whole=True, bound=value.number.bound, least=1.0)
    failed = either(negate(is_kind(value, "number")), beyond)
    return spoiled(Value(number=made, complete=True), failed, either(value.undecided, known(odd)))


def time(scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`time`: seconds since midnight."""
    (value,) = arguments[:1]
    if value.number is not None:
        return _natural(value, MOST_TIME)
    if value.text is None:
        return of_instant(_since_midnight, 86_400)(scope, arguments)  # type: ignore[no-any-return]
    if value.moment is not None:
        raise CannotCompile("time of something that may be a date or a text")
    return _time_of_text(value)


def _since_midnight(instant: Any) -> Any:
    return (instants.seconds_of(instant) % DAY + DAY) % DAY


def _time_of_text(value: Value) -> Value:
    constant = instants.literal_of(value.text)
    if constant is not None:
        return _constant_number("time", constant)
    column = value.text
    clock, dated = known(column.re_search(CLOCK)), known(column.re_search(WITH_TIME))
    bare = known(column.re_search(rf"^{instants.DATE}$"))
    instant = ibis.cases(
        (clock, (ibis.literal("1970-01-01 ") + column).try_cast("timestamp(6)")),
        (dated, instants.with_offset(column)),
    )
    made = number(_since_midnight(instant).cast("float64"), complete=True, whole=True, bound=86_400, least=1.0)
    # zen looks at the clock only, even where there is no such day.
    odd = known(both(filled(column), either(~(clock | dated | bare), dated & instant.isnull())))
    failed = either(negate(is_kind(value, "text")), instant.isnull())
    return spoiled(made, failed, either(value.undecided, odd))


def _constant_number(name: str, words: str) -> Value:
    from decimal import Decimal

    from kaopu.decision.core.columns.numbers import constant

    if words == "now":
        raise CannotCompile(f"{name}('now') reads the clock")
    try:
        answer = zen.evaluate_expression(f"{name}(words)", {"words": words})
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return FAILED
    return constant(Decimal(repr(answer)))


def duration(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`duration`: seconds of '12h', '1 day'; a month is 30.44 days, a year 365.25."""
    (value,) = arguments
    if value.number is not None:
        return _natural(value, None)
    if value.text is None:
        return FAILED
    constant = instants.literal_of(value.text)
    if constant is not None:
        return _constant_number("duration", constant)
    column = value.text
    amount = column.re_extract(DURATION, 1).try_cast("int64")
    size = column.re_extract(DURATION, 2).cases(*DURATION_WORDS.items())
    made = number((amount * size).cast("float64"), complete=True, whole=True, bound=1e17, least=1.0)
    odd = known(both(filled(column), either(amount.isnull(), size.isnull())))
    return spoiled(made, negate(is_kind(value, "text")), either(value.undecided, odd))


def rounding(operation: Callable[[Any, str], Any]) -> Any:
    """StartOf and endOf: seconds."""

    def call(scope: Scope, arguments: tuple[Value, ...]) -> Value:
        word = instants.text_constant(arguments[1], "a unit")
        unit = _unit(word) if word is not None else None
        if unit is None:
            return FAILED
        return of_instant(lambda instant: instants.seconds_of(operation(instant, unit)), 1e12)(scope, arguments)  # type: ignore[no-any-return]

    return call


def _end_of(instant: Any, unit: str) -> Any:
    """As zen has it: a year ends on the day of December with the number of the last day of its own month."""
    if unit == "Y":
        last = instants.end_of(instant, "M").day().cast("int64")
        december = instants.start_of(instant, unit) + ibis.interval(months=11)
        return december + last.as_interval("D") - ibis.interval(seconds=1)
    return instants.end_of(instant, unit)


def _unit(word: str) -> str | None:
    """The unit, in fewer words than d() knows; None: zen refuses it."""
    try:
        zen.evaluate_expression("startOf(0, word)", {"word": word})
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return None
    return instants.unit_of(word)


FUNCTIONS: dict[str, Any] = {
    "date": date,
    "time": time,
    "duration": duration,
    "startOf": rounding(instants.start_of),
    "endOf": rounding(_end_of),
    "year": of_instant(lambda instant: instant.year(), 9999),
    "monthOfYear": of_instant(lambda instant: instant.month(), 12),
    "dayOfMonth": of_instant(lambda instant: instant.day(), 31),
    "dayOfWeek": of_instant(weekday, 7),
    "dayOfYear": of_instant(lambda instant: instant.day_of_year(), 366),
    "weekOfYear": of_instant(lambda instant: instant.week_of_year(), 53),
    "dateString": text_of_instant("%Y-%m-%d %H:%M:%S"),
    "monthString": text_of_instant("%b"),
    "weekdayString": text_of_instant("%a"),
}
