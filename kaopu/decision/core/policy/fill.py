"""Put what was found into an input without touching what the caller gave: a value that is there is never replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.day import day_of
from kaopu.decision.core.policy.null_law import value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from kaopu.decision.core.policy.policy_input import PolicyInput


def is_given(declared: PolicyInput, given: Mapping[str, Any]) -> bool:
    """Whether the caller gave it; null is not given."""
    return value_at(given, declared.path) is not None


def fill(given: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Put a value at a path that holds none; an object is put in key by key. `given` is changed in place."""
    *above, last = path
    for key in above:
        if given.get(key) is None:
            given[key] = {}
        if not isinstance(given[key], dict):
            return  # the caller said something else there; the null law judges it
        given = given[key]
    if isinstance(value, dict) and isinstance(given.get(last), dict):
        for key, inner in value.items():
            fill(given[last], (key,), inner)
    elif given.get(last) is None:
        given[last] = value


def undated(inputs: Iterable[PolicyInput], given: Mapping[str, Any]) -> frozenset[str]:
    """The day fields that the caller left out beside a value of theirs: the day of a found value must not date it."""
    days = ((each.observed_on, each) for each in inputs)
    return frozenset(day for day, each in days if day and is_given(each, given) and value_at(given, _path(day)) is None)


def fill_day(given: dict[str, Any], declared: PolicyInput, observed: date, without: frozenset[str]) -> None:
    """The day of a value that was found. Where a day is there the older of the two counts: none is made fresher.

    Args:
        given: the input, changed in place.
        declared: whose value was found.
        observed: when.
        without: from `undated`; such a day stays away, and the null law says that the values are stale.
    """
    if declared.observed_on is None:
        return
    path = _path(declared.observed_on)
    fill(given, path, observed.isoformat())
    *above, last = path
    block = value_at(given, tuple(above))
    if not isinstance(block, dict):
        return
    there = day_of(block.get(last))
    if declared.observed_on in without:
        block[last] = None
    elif there is not None and observed < there:
        block[last] = observed.isoformat()


def _path(field: str) -> tuple[str, ...]:
    return tuple(field.split("."))
