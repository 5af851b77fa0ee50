"""Methods of dates: `d(x).add(1, 'd')`, `.isBefore(y, 'month')`, `.year()`, `.diff(y, 'day')`, `.format('%Y-%m')` ….

What is no date stays no date: getters give null, comparisons false, everything else 'Invalid date'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import zen

from kaopu.decision.core.columns import instants
from kaopu.decision.core.columns.durations import added
from kaopu.decision.core.columns.instants import INVALID, moment, moment_of, utc_only, valid, valid_or_invalid
from kaopu.decision.core.columns.kinds import FAILED, boolean, is_kind, masked, number, spoiled, text
from kaopu.decision.core.columns.truth import both, either, known, negate
from kaopu.decision.core.columns.value import CannotCompile, Digits, Moment, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.columns.scope import Scope

SIGNS = frozenset("YmdHMSjaAbBeIpFTyuw%")
MIDNIGHT = 86_400_000
LARGEST_SET = 1e6


def of_date(operation: Callable[[Moment, Value, tuple[Value, ...], Scope], Value]) -> Any:
    """A method: a target of another kind fails."""

    def call(scope: Scope, arguments: tuple[Value, ...]) -> Value:
        target, *others = arguments
        if target.moment is None or any(each.failed is True for each in others):
            return FAILED
        kept = Moment(scope.keep(target.moment.instant), target.moment.zone, target.moment.sure)
        made = operation(kept, target, tuple(others), scope)
        failed = either(negate(is_kind(target, "moment")), *[each.failed for each in others])
        return spoiled(made, failed, either(target.undecided, *[each.undecided for each in others]))

    return call


def getter(read: Callable[[Any], Any], most: float) -> Any:
    """A whole number of a date, null of what is none."""

    def call(target: Moment, _value: Value, _others: tuple[Value, ...], _scope: Scope) -> Value:
        utc_only(target)
        made = number(read(target.instant).cast("float64"), complete=True, whole=True, bound=most, least=1.0)
        return masked(made, valid(target))

    return of_date(call)


def weekday(instant: Any) -> Any:
    """Monday is 1, Sunday 7."""
    return instant.day_of_week.index() + 1


def leap(instant: Any) -> Any:
    """Years of 366 days."""
    year = instant.year()
    return ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)


def _is_leap(target: Moment, _value: Value, _others: tuple[Value, ...], _scope: Scope) -> Value:
    utc_only(target)
    return masked(boolean(leap(target.instant), complete=True), valid(target))


def _is_valid(target: Moment, _value: Value, _others: tuple[Value, ...], _scope: Scope) -> Value:
    return boolean(valid(target), complete=True)


def _offset_name(target: Moment, _value: Value, _others: tuple[Value, ...], _scope: Scope) -> Value:
    return masked(text(ibis.literal(target.zone), complete=True), valid(target))


def unit_argument(value: Value) -> str | None:
    """The unit of a call; None: zen refuses it."""
    return instants.unit_of(instants.text_constant(value, "a unit"))


def comparing(operator: Callable[[Any, Any], Any]) -> Any:
    """IsBefore and the like: of two dates, of the units they begin; false where either is no date."""

    def call(target: Moment, _value: Value, others: tuple[Value, ...], _scope: Scope) -> Value:
        other = moment_of(others[0])
        if other.moment is None:
            return FAILED
        left, right = target.instant, other.moment.instant
        dates = both(valid(target), valid(other.moment))
        if len(others) > 1:
            unit = unit_argument(others[1])
            if unit is None:
                return FAILED
            utc_only(target)
            left, right = instants.start_of(left, unit), instants.start_of(right, unit)
            if unit == "Q":
                dates = both(dates, _quarter_is_there(target.instant, left, right))
        answer = both(operator(left, right), dates)
        return boolean(answer, complete=True, failed=other.failed, undecided=other.undecided)

    return of_date(call)


def _quarter_is_there(instant: Any, quarter: Any, other: Any) -> Any:
    """A date is before what its quarter's end is before, after what its beginning is after; each must be a date."""
    begins, ends = (instants.quarter_is_kept(instant, month) for month in (0, 2))
    return ibis.cases((quarter < other, ends), (quarter > other, begins), else_=begins & ends)


def rounding(operation: Callable[[Any, str], Any], month: int) -> Any:
    """The methods startOf and endOf; `month` of a quarter is where the day must be."""

    def call(target: Moment, _value: Value, others: tuple[Value, ...], _scope: Scope) -> Value:
        unit = unit_argument(others[0])
        if unit is None:
            return FAILED
        utc_only(target)
        kept = instants.quarter_is_kept(target.instant, month) if unit == "Q" else True
        made = valid_or_invalid(operation(target.instant, unit), both(valid(target), kept))
        beyond = instants.outside(made) if unit == "W" else False
        return moment(made, target.zone, sure=target.sure and kept is True, undecided=beyond)

    return of_date(call)


def _set(target: Moment, _value: Value, others: tuple[Value, ...], _scope: Scope) -> Value:
    unit, amount = unit_argument(others[0]), others[1]
    if unit is None or amount.number is None:
        return FAILED
    utc_only(target)
    if amount.number.digits is not Digits.EXACT:
        raise CannotCompile("set to a calculated number")
    failed = either(negate(is_kind(amount, "number")), known(amount.number.column < 0))
    far = known(amount.number.column > LARGEST_SET)
    if unit == "Y":
        far = either(
            far, known(amount.number.column < instants.FIRST_YEAR), known(amount.number.column > instants.LAST_YEAR)
        )
    new = ibis.cases((~(known(amount.number.column < 0) | far), amount.number.column.floor().cast("int64")))
    made, possible = _SETTERS[unit](target.instant, new)
    made = ibis.coalesce(valid_or_invalid(made, both(valid(target), possible)), INVALID)
    return moment(made, target.zone, failed=failed, undecided=either(far, instants.outside(made)))


def _shifted(name: str, least: int, most: int, now: Callable[[Any], Any]) -> Any:
    def call(instant: Any, new: Any) -> tuple[Any, Any]:
        possible = known((new >= least) & (new <= most))
        step = ibis.cases((possible, new - now(instant).cast("int64")), else_=0)
        return instant + step.as_interval(name), possible

    return call


def _to_month(months_from: Callable[[Any, Any], Any], least: int, most: int) -> Any:
    """Another month or year on the same day, which must be there."""

    def call(instant: Any, new: Any) -> tuple[Any, Any]:
        possible = known((new >= least) & (new <= most))
        step = ibis.cases((possible, months_from(instant, new)), else_=0)
        made = instants.plus_months(instant, step)
        return made, both(possible, made.day() == instant.day())

    return call


def _to_day(instant: Any, new: Any) -> tuple[Any, Any]:
    possible = known((new >= 1) & (new <= 31))
    step = ibis.cases((possible, new - instant.day().cast("int64")), else_=0)
    made = instant + step.as_interval("D")
    return made, both(possible, made.month() == instant.month())


_SETTERS: dict[str, Any] = {
    "s": _shifted("s", 0, 59, lambda instant: instant.second()),
    "m": _shifted("m", 0, 59, lambda instant: instant.minute()),
    "h": _shifted("h", 0, 23, lambda instant: instant.hour()),
    "D": _to_day,
    "W": lambda instant, _new: (instant, True),
    "M": _to_month(lambda instant, new: new - instant.month().cast("int64"), 1, 12),
    "Q": lambda instant, _new: (instant, True),
    "Y": _to_month(lambda instant, new: (new - instant.year().cast("int64")) * 12, 1, 9999),
}


def _diff(target: Moment, _value: Value, others: tuple[Value, ...], scope: Scope) -> Value:
    other = moment_of(others[0])
    if other.moment is None:
        return FAILED
    unit = "ms"
    if len(others) > 1:
        found = unit_argument(others[1])
        if found is None:
            return FAILED
        unit = found
    left, right = target.instant, scope.keep(other.moment.instant)
    dates = both(valid(target), valid(other.moment))
    if unit in {"M", "Q", "Y"}:
        utc_only(target)
        utc_only(other.moment)
        apart = _months_between(left, right)
    else:
        apart = instants.milliseconds_of(left) - instants.milliseconds_of(right)
    size = {"M": 1, "Q": 3, "Y": 12, "ms": 1}.get(unit) or instants.SECONDS[unit] * 1000
    apart = scope.keep(apart)
    made = number(_divided(apart, size).cast("float64"), complete=True, whole=True, bound=3e14, least=1.0)
    return spoiled(masked(made, dates), other.failed, other.undecided)


def _clock(instant: Any) -> Any:
    """Milliseconds since midnight."""
    return (instants.milliseconds_of(instant) % MIDNIGHT + MIDNIGHT) % MIDNIGHT


def _divided(whole: Any, by: int) -> Any:
    """Towards zero."""
    return whole if by == 1 else ((whole - whole % by) / by).round(0)


def _months_between(left: Any, right: Any) -> Any:
    """As many months as the earlier can move without passing the later.

    From the last day of a month a later day does not make up for an earlier hour (zen).
    """
    forward = left >= right
    early, late = ibis.cases((forward, right), else_=left), ibis.cases((forward, left), else_=right)
    months = (late.year() - early.year()).cast("int64") * 12 + (late.month() - early.month()).cast("int64")
    last = (early + ibis.interval(days=1)).day() == 1
    moved = instants.milliseconds_of(instants.plus_months(early, months))
    short = (moved > instants.milliseconds_of(late)) | (last & (_clock(late) < _clock(early)))
    months = ibis.cases((short, months - 1), else_=months)
    return ibis.cases((forward, months), else_=-months)


def _format(target: Moment, _value: Value, others: tuple[Value, ...], _scope: Scope) -> Value:
    utc_only(target)
    if not others:
        raise CannotCompile("format() without a pattern")
    pattern = instants.text_constant(others[0], "a format")
    if pattern is None:
        return FAILED
    signs = pattern.replace("%%", "").split("%")[1:]
    if any(not sign or sign[0] not in SIGNS for sign in signs):
        raise CannotCompile(f"the format {pattern!r}")
    plain = pattern.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S")
    if "%e" in plain or "%u" in plain:
        raise CannotCompile(f"the format {pattern!r}")
    made = target.instant.strftime(plain)
    if not target.sure:
        made = ibis.cases((target.instant == INVALID, "Invalid date"), else_=made)
    return text(made, complete=True)


def _to_zone(target: Moment, _value: Value, others: tuple[Value, ...], _scope: Scope) -> Value:
    zone = zone_constant(others[0])
    return FAILED if zone is None else moment(target.instant, zone, sure=target.sure)


def zone_constant(value: Value) -> str | None:
    """The name of a zone known when compiling; None: zen refuses it."""
    word = instants.text_constant(value, "a zone")
    if word is None:
        return None
    try:
        return str(zen.evaluate_expression("d(0, zone).offsetName()", {"zone": word}))
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return None


def _adding(sign: int) -> Any:
    def call(target: Moment, _value: Value, others: tuple[Value, ...], scope: Scope) -> Value:
        return added(target, others, sign, scope)

    return of_date(call)


def clock(_scope: Scope, _arguments: tuple[Value, ...]) -> Value:
    """Today and its neighbours: another answer each day."""
    raise CannotCompile("reads the clock")


METHODS: dict[str, Any] = {
    "add": _adding(1),
    "sub": _adding(-1),
    "set": of_date(_set),
    "startOf": rounding(instants.start_of, 0),
    "endOf": rounding(instants.end_of, 2),
    "diff": of_date(_diff),
    "format": of_date(_format),
    "tz": of_date(_to_zone),
    "isValid": of_date(_is_valid),
    "isLeapYear": of_date(_is_leap),
    "offsetName": of_date(_offset_name),
    "isBefore": comparing(lambda a, b: a < b),
    "isAfter": comparing(lambda a, b: a > b),
    "isSame": comparing(lambda a, b: a == b),
    "isSameOrBefore": comparing(lambda a, b: a <= b),
    "isSameOrAfter": comparing(lambda a, b: a >= b),
    "isToday": clock,
    "isYesterday": clock,
    "isTomorrow": clock,
    "year": getter(lambda instant: instant.year(), 9999),
    "month": getter(lambda instant: instant.month(), 12),
    "day": getter(lambda instant: instant.day(), 31),
    "hour": getter(lambda instant: instant.hour(), 23),
    "minute": getter(lambda instant: instant.minute(), 59),
    "second": getter(lambda instant: instant.second(), 59),
    "weekday": getter(weekday, 7),
    "week": getter(lambda instant: instant.week_of_year(), 53),
    "dayOfYear": getter(lambda instant: instant.day_of_year(), 366),
    "quarter": getter(lambda instant: instant.quarter(), 4),
    "timestamp": getter(instants.milliseconds_of, 3e14),
}
