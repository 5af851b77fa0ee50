"""`d(…)`: the date that a text, a number of milliseconds or another date is, in a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.decision.core.columns.instants import UTC_NAME, moment, moment_of
from kaopu.decision.core.columns.kinds import FAILED, spoiled
from kaopu.decision.core.columns.moments import zone_constant
from kaopu.decision.core.columns.value import CannotCompile, Value

if TYPE_CHECKING:
    from kaopu.decision.core.columns.scope import Scope


def date(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`d(value)` and `d(value, zone)`.

    Raises:
        CannotCompile: `d()` reads the clock; texts in a zone that is not UTC.
    """
    if not arguments:
        raise CannotCompile("d() reads the clock")
    value = arguments[0]
    made = moment_of(value)
    if len(arguments) == 1 or made.moment is None:
        return made
    zone = zone_constant(arguments[1])
    if zone is None:
        return FAILED
    if value.text is not None and zone not in {UTC_NAME, "UTC"}:
        raise CannotCompile(f"a text as a date of the zone {zone}")
    where = moment(made.moment.instant, zone, sure=made.moment.sure)
    return spoiled(where, made.failed, made.undecided)


FUNCTIONS: dict[str, Any] = {"d": date}
