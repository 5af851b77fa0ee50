"""Unknown is never yes: what is missing, wrong, out of range or stale is named before any table is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.day import day_of
from kaopu.decision.core.policy.manifest import AS_OF
from kaopu.decision.core.policy.policy_input import Kind, PolicyInput, has_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.policy.manifest import Manifest


def breaches(manifest: Manifest, given: Any) -> tuple[str, ...]:
    """The reasons for which this input may not be judged, in the order of the manifest; empty when it may.

    A field says at most one of `missing`, `wrong_type` and `out_of_range`, and beside the last two also `stale`.
    An optional input may be absent or null. Text that cannot be the answer of a person (an object where a number
    is expected) is `wrong_type`, never read as something near it.

    Args:
        manifest: the policy's.
        given: one decision's input as parsed JSON; anything but an object has none of the fields.
    """
    if not isinstance(given, dict):
        return ("wrong_type:$root",)
    return tuple(breach for declared in manifest.inputs for breach in _of_one(declared, given))


def value_at(given: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value at a path of keys; None where the path ends early."""
    found: Any = given
    for key in path:
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found


def _of_one(declared: PolicyInput, given: Mapping[str, Any]) -> list[str]:
    value, name = value_at(given, declared.path), declared.field
    if value is None:
        return [f"missing:{name}"] if declared.required else []
    found = []
    if not _has_type(value, declared):
        found.append(f"wrong_type:{name}")
    elif not _in_range(value, declared):
        found.append(f"out_of_range:{name}")
    if _is_stale(declared, given):
        found.append(f"stale:{name}")
    return found


def _has_type(value: Any, declared: PolicyInput) -> bool:
    if not has_kind(value, declared.type):
        return False
    items = declared.items
    if items is None:
        return True
    if isinstance(items, Kind):
        return all(has_kind(each, items) for each in value)
    return all(
        isinstance(each, dict) and all(has_kind(each.get(key), kind) for key, kind in items.items()) for each in value
    )


def _in_range(value: Any, declared: PolicyInput) -> bool:
    if declared.enum is not None and value not in declared.enum:
        return False
    if declared.minimum is not None and value < declared.minimum:
        return False
    return declared.maximum is None or value <= declared.maximum


def _is_stale(declared: PolicyInput, given: Mapping[str, Any]) -> bool:
    if declared.observed_on is None or declared.fresh_within_days is None:
        return False
    observed, as_of = day_of(value_at(given, tuple(declared.observed_on.split(".")))), day_of(given.get(AS_OF))
    if observed is None or as_of is None:
        return True
    return not timedelta(0) <= as_of - observed <= timedelta(days=declared.fresh_within_days)
