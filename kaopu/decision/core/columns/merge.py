"""zen's merge of objects: keys of the patch win, null takes a key away, two objects are merged key by key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.columns.choose import choose
from kaopu.decision.core.columns.kinds import NULL, is_kind, is_null
from kaopu.decision.core.columns.truth import both, either, negate
from kaopu.decision.core.columns.value import CannotCompile, Fields, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

EMPTY = Value(fields=Fields(), complete=True)


def items_of(value: Value) -> Mapping[str, tuple[Value, Any]]:
    """What is under the keys of an object."""
    assert value.fields is not None  # noqa: S101 - asked only of objects
    return value.fields.items


def shown(value: Value, present: Any) -> Any:
    """The rows in which a key is there. An input's key that is null counts as absent (rows apart are marked)."""
    return present if value.path is None else both(present, negate(is_null(value)))


def merged(target: Value, patch: Value, runs: Any = True, *, deep: bool = False) -> Value:
    """`patch` laid over `target` in the rows of `runs`; both are objects in every row that counts.

    `deep`: below the top a null takes a key away or not, by what zen shares between nodes: those rows are zen's.
    """
    if runs is False:
        return target
    if patch.fields is None:
        raise CannotCompile("something other than an object is merged")
    old = target.fields.items if target.fields else {}
    items = dict(old)
    undecided = either(target.undecided, both(runs, patch.undecided))
    for key, (value, present) in patch.fields.items.items():
        counts = both(runs, shown(value, present))
        if counts is False:
            continue
        if deep:
            undecided = either(undecided, both(counts, is_null(value)))
        *laid, unsure = _of_key(old.get(key), value, counts)
        items[key] = laid[0], laid[1]
        undecided = either(undecided, unsure)
    return Value(fields=Fields(items), complete=True, undecided=undecided)


def _of_key(before: tuple[Value, Any] | None, value: Value, counts: Any) -> tuple[Value, Any, Any]:
    """(the value, the rows in which it is there, the rows that zen decides)."""
    nothing = is_null(value)
    there = both(counts, negate(nothing))
    if before is None:
        return value, there, False
    old, present = before
    if value.fields is not None and old.fields is not None:
        two = both(is_kind(value, "fields"), is_kind(old, "fields"), present)
        inner = merged(
            Value(fields=Fields(old.fields.items), complete=True),
            Value(fields=value.fields),
            both(counts, two),
            deep=True,
        )
        laid = replace(old, fields=Fields(items_of(inner), old.fields.here), path=None)  # with its other kinds
        made = choose(both(counts, negate(two)), value, laid)
        return made, either(there, both(negate(counts), shown(old, present))), inner.undecided
    kept = choose(counts, value, old) if counts is not True else value
    return kept, either(there, both(negate(counts), shown(old, present))), False


def put(target: Value, path: tuple[str, ...], value: Value, present: Any = True) -> Value:
    """`target` with `value` at the path of keys, in the rows of `present`.

    Raises:
        CannotCompile: something on the way may be no object.
    """
    items = dict(target.fields.items) if target.fields else {}
    key, *rest = path
    old, there = items.get(key, (NULL, False))
    # What is put down is there even where it is null: no longer the input's own, whose null is an absent key.
    value = value if value.path is None else replace(value, path=None)
    if not rest:
        items[key] = (value, present) if there is False or present is True else _over(old, there, value, present)
    else:
        if there is not False and old.fields is None:
            raise CannotCompile(f"{'.'.join(path)} is put into something that may be no object")
        base = old if old.fields is not None else EMPTY
        made = put(base, tuple(rest), value, present)
        here = either(there, present)
        items[key] = Value(fields=Fields(items_of(made), here), complete=here is True), here
        if there is not False and is_kind(old, "fields") is not True:  # zen's ways with null and a key below it
            no_object = both(there, present, negate(is_kind(old, "fields")))
            target = replace(target, undecided=either(target.undecided, no_object))
    here = target.fields.here if target.fields else True
    return Value(fields=Fields(items, here), complete=target.complete, undecided=target.undecided)


def _over(old: Value, there: Any, value: Value, present: Any) -> tuple[Value, Any]:
    return choose(present, value, old), either(present, there)
