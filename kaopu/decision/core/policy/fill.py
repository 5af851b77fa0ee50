"""Put what was found into an input without touching what the caller gave: a value that is there is never replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.day import day_of
from kaopu.decision.core.policy.null_law import value_at

if TYPE_CHECKING:
    from collections.abc import Mapping
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


def fill_day(given: dict[str, Any], declared: PolicyInput, observed: date) -> None:
    """The day of a value that was found. Where a day is there the older of the two counts: none is made fresher."""
    if declared.observed_on is None:
        return
    path = tuple(declared.observed_on.split("."))
    fill(given, path, observed.isoformat())
    there = day_of(value_at(given, path))
    if there is not None and observed < there:
        *above, last = path
        block = value_at(given, tuple(above))
        block[last] = observed.isoformat()
