"""Spans of time: the words of `add` and `sub`, a number and a unit, seconds of the older `duration`.

zen adds seconds first (a day is 86,400 of them, in every zone), then months (the last day where the day is not there),
then years (which must have the day: 29 February plus a year is no date).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import ibis
import zen

from kaopu.decision.core.columns import instants
from kaopu.decision.core.columns.instants import INVALID, moment, utc_only, valid, valid_or_invalid
from kaopu.decision.core.columns.kinds import FAILED, has, is_kind
from kaopu.decision.core.columns.truth import both, either, known, negate
from kaopu.decision.core.columns.value import CannotCompile, Digits, Moment, Number, Value

if TYPE_CHECKING:
    from kaopu.decision.core.columns.scope import Scope

PART = re.compile(r"\s*([0-9]+)\s*([A-Za-z]+)")
# Beyond these the result is no date or an error, and zen says which.
LARGEST_STEP = {"s": 1e11, "m": 1e9, "h": 1e8, "D": 1e6, "W": 1e5, "M": 1e5, "Q": 1e4, "Y": 9000.0}
NEAR = 1e-9


def parts_of(words: str) -> dict[str, int] | None:
    """How many of each unit `words` say ('1d 2h'); None: zen refuses them.

    Raises:
        CannotCompile: zen takes them, and they are not whole numbers and units.
    """
    try:
        zen.evaluate_expression("d(0).add(words)", {"words": words})
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return None
    found: dict[str, int] = {}
    if PART.sub("", words).strip():
        raise CannotCompile(f"the duration {words!r}")
    for amount, word in PART.findall(words):
        unit = instants.unit_of(word)
        if unit is None or float(amount) > LARGEST_STEP[unit]:
            raise CannotCompile(f"the duration {words!r}")
        found[unit] = found.get(unit, 0) + int(amount)
    return found


def added(target: Moment, others: tuple[Value, ...], sign: int, scope: Scope) -> Value:
    """`target` moved by a duration, or by a number of units."""
    amount = others[0]
    if len(has(amount)) > 1:
        raise CannotCompile("adding something that may be a number or a text")
    if amount.text is not None:
        parts = parts_of(instants.text_constant(amount, "a duration") or "")
        return FAILED if parts is None else _moved(target, {unit: sign * many for unit, many in parts.items()}, False)
    if amount.number is None or len(others) < 2:
        return FAILED
    unit = instants.unit_of(instants.text_constant(others[1], "a unit"))
    if unit is None:
        return FAILED
    step, odd = _step(amount.number, unit)
    made = _moved(target, {unit: scope.keep(step) * sign}, known(odd))
    failed = negate(is_kind(amount, "number"))
    if failed is False:
        return made
    assert made.moment is not None  # noqa: S101 - just made
    return moment(made.moment.instant, target.zone, failed=failed, undecided=made.undecided)


def _step(amount: Number, unit: str) -> tuple[Any, Any]:
    """(whole seconds, months or years of a number of units, towards zero; the rows that zen decides)."""
    column = amount.column
    far = known(column.abs() > LARGEST_STEP[unit])
    counted = column * float(instants.SECONDS.get(unit, 1))
    whole = ibis.cases((counted < 0, counted.ceil()), else_=counted.floor())
    near = counted.round(0).cast("float64")
    if amount.whole:
        odd: Any = far
    elif amount.digits <= Digits.REACHED:
        # A product that is nearly whole is whole in decimals, or far from it.
        tied = (counted - near).abs() <= (counted.abs() + 1.0) * 1e-15
        odd = either(far, known(both(~tied, (counted - near).abs() <= NEAR)))
        whole = ibis.cases((tied, near), else_=whole)
    else:
        odd = either(far, known((counted - near).abs() <= NEAR))
    if unit in instants.MONTHS:
        whole = whole * instants.MONTHS[unit]
    return ibis.cases((~far, whole.cast("int64")), else_=0), odd


def _moved(target: Moment, parts: dict[str, Any], odd: Any) -> Value:
    instant = valid_or_invalid(target.instant, valid(target))
    possible: Any = True
    seconds = [parts[unit] * size for unit, size in _seconds_sizes(parts) if unit in parts]
    if seconds:
        instant = instant + _interval(_total(seconds), "s")
    months = [parts[unit] * size for unit, size in instants.MONTHS.items() if unit in parts and _is_constant(parts)]
    months = months or [parts[unit] for unit in instants.MONTHS if unit in parts]
    if months:
        utc_only(target)
        instant = instant + _interval(_total(months), "M")
    if "Y" in parts:
        utc_only(target)
        later = instant + _interval(parts["Y"] * 12, "M")
        possible = later.day() == instant.day()
        instant = later
    made = valid_or_invalid(instant, both(valid(target), possible))
    sure = target.sure and possible is True
    beyond = known(both(valid(target), instants.outside(instant)))
    return moment(
        made if not isinstance(made, bool) else INVALID, target.zone, sure=sure, undecided=either(odd, beyond)
    )


def _is_constant(parts: dict[str, Any]) -> bool:
    return all(isinstance(each, int) for each in parts.values())


def _seconds_sizes(parts: dict[str, Any]) -> list[tuple[str, int]]:
    """Numbers from rows are seconds already, constants are units."""
    return [(unit, size if _is_constant(parts) else 1) for unit, size in instants.SECONDS.items()]


def _total(many: list[Any]) -> Any:
    total = many[0]
    for each in many[1:]:
        total = total + each
    return total


def _interval(many: Any, unit: str) -> Any:
    column = ibis.literal(many, "int64") if isinstance(many, int) else many
    return column.as_interval(unit)
