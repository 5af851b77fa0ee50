"""Give every column of a Value a name in the plan: what is built on it says a name and not the whole calculation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.columns.kinds import has
from kaopu.decision.core.columns.value import Fields, Items, Moment, Number, Value

if TYPE_CHECKING:
    from collections.abc import Callable


def settled(value: Value, keep: Callable[[Any], Any]) -> Value:
    """`value` over kept columns only."""
    parts = {kind: _of_kind(getattr(value, kind), keep) for kind in has(value)}
    return replace(value, **parts, failed=keep(value.failed), undecided=keep(value.undecided))


def _of_kind(there: Any, keep: Callable[[Any], Any]) -> Any:
    match there:
        case Number():
            return replace(there, column=keep(there.column), size=keep(there.size))
        case Moment():
            return replace(there, instant=keep(there.instant))
        case Fields():
            items = {key: (settled(inner, keep), keep(present)) for key, (inner, present) in there.items.items()}
            return replace(there, items=items, here=keep(there.here))
        case Items():
            return _items(there, keep)
    return keep(there) if not hasattr(there, "with_low") else there


def _items(there: Items, keep: Callable[[Any], Any]) -> Items:
    if there.listed is None:
        return replace(there, here=keep(there.here), column=keep(there.column))
    listed = tuple((settled(inner, keep), keep(present)) for inner, present in there.listed)
    return replace(there, here=keep(there.here), listed=listed)
