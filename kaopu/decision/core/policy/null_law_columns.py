"""The null law over columns: the same breaches as null_law says of one input, as a boolean column for each reason."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, NamedTuple

import ibis

from kaopu.decision.core.columns.truth import both, column, either, known, negate
from kaopu.decision.core.columns.value import CannotCompile, Items, Value
from kaopu.decision.core.policy.day import LENGTH
from kaopu.decision.core.policy.manifest import AS_OF
from kaopu.decision.core.policy.policy_input import NUMERIC, Kind, PolicyInput

if TYPE_CHECKING:
    from kaopu.decision.core.policy.manifest import Manifest


class Breach(NamedTuple):
    """A reason of the null law and the rows that give it: a boolean column, never null; True where it is all rows."""

    reason: str
    rows: Any


def breach_columns(manifest: Manifest, root: Value) -> tuple[Breach, ...]:
    """All breaches that any row may have, in the order of the manifest; those that are impossible are left out.

    Args:
        manifest: the policy's.
        root: the decision's input as a Value with fields (`Scope.root` of the input node). Days are text columns.

    Raises:
        CannotCompile: an array whose elements have no one shape.
    """
    here = root.fields.here if root.fields else False
    found = [Breach("wrong_type:$root", negate(here))]
    for declared in manifest.inputs:
        found += [Breach(name, both(here, rows)) for name, rows in _of_one(declared, root)]
    return tuple(each for each in found if each.rows is not False)


def _of_one(declared: PolicyInput, root: Value) -> list[Breach]:
    value, present = _value_at(root, declared.path)
    there, name = both(present, _any_kind(value)), declared.field
    typed = both(there, _has_type(value, declared))
    found = [Breach(f"missing:{name}", negate(there))] if declared.required else []
    found.append(Breach(f"wrong_type:{name}", both(there, negate(typed))))
    found.append(Breach(f"out_of_range:{name}", both(typed, negate(_in_range(value, declared)))))
    if declared.observed_on is not None:
        found.append(Breach(f"stale:{name}", both(there, negate(_fresh(declared, root)))))
    return found


def _value_at(root: Value, path: tuple[str, ...]) -> tuple[Value, Any]:
    value: Value = root
    present: Any = True
    for key in path:
        if value.fields is None or key not in value.fields.items:
            return Value(), False
        inside, here = value.fields.items[key]
        present = both(present, value.fields.here, here)
        value = inside
    return value, present


def _any_kind(value: Value) -> Any:
    kinds = [value.number.column if value.number else None, value.text, value.boolean]
    filled = [_filled(each) for each in kinds if each is not None]
    filled += [each.here for each in (value.fields, value.items) if each is not None]
    return either(*filled)


def _has_type(value: Value, declared: PolicyInput) -> Any:
    typed = _has_kind(value, declared.type)
    if value.items is None or declared.items is None:
        return typed
    return both(typed, _items_have_type(value.items, declared))


def _has_kind(value: Value, kind: Kind) -> Any:
    """Never by way of `value.complete`: that is a promise about rows this law has let pass."""
    match kind:
        case Kind.NUMBER | Kind.INTEGER:
            return _is_number(value.number.column, kind) if value.number else False
        case Kind.BOOLEAN:
            return _filled(value.boolean) if value.boolean is not None else False
        case Kind.ARRAY:
            return value.items.here if value.items else False
        case Kind.OBJECT:
            return value.fields.here if value.fields else False
    if value.text is None:
        return False
    return _filled(value.text) if kind is Kind.STRING else _is_day(_column(value.text))


def _is_number(column: Any, kind: Kind) -> Any:
    return _filled(column) if kind is Kind.NUMBER else known(_column(column) % 1 == 0)


def _is_day(text: Any) -> Any:
    # The cast alone reads ` 2026-1-5` too; written back, only YYYY-MM-DD is the same text. Year 0 is not in Python.
    same = text.try_cast("date").cast("string") == text
    return known(same & (text.length() == LENGTH) & (text >= "0001"))


def _items_have_type(items: Items, declared: PolicyInput) -> Any:
    wanted = declared.items
    if items.listed is not None or items.element is None:
        raise CannotCompile(f"the input {declared.field} is an array whose elements have no one shape")
    element = items.element

    def wrong(each: Any) -> Any:
        value = element(each)
        if isinstance(wanted, Kind):
            return column(negate(_has_kind(value, wanted)))
        inside = {} if value.fields is None else value.fields.items
        keys = [(*inside.get(key, (Value(), False)), kind) for key, kind in (wanted or {}).items()]
        an_object = False if value.fields is None else value.fields.here
        right = both(an_object, *(both(here, _has_kind(found, kind)) for found, here, kind in keys))
        return column(negate(right))

    return known(items.column.filter(wrong).length() == 0)


def _in_range(value: Value, declared: PolicyInput) -> Any:
    if declared.type in NUMERIC:
        found = value.number.column if value.number else None
    else:
        found = value.boolean if declared.type is Kind.BOOLEAN else value.text
    if found is None:
        return True
    tests: list[Any] = []
    if declared.enum is not None:
        tests.append(_column(found).isin(list(declared.enum)))
    if declared.minimum is not None:
        tests.append(_column(found) >= declared.minimum)
    if declared.maximum is not None:
        tests.append(_column(found) <= declared.maximum)
    return True if not tests else known(reduce(and_, tests))


def _fresh(declared: PolicyInput, root: Value) -> Any:
    observed, as_of = _day_at(root, declared.observed_on or ""), _day_at(root, AS_OF)
    if observed is None or as_of is None:
        return False
    return known((observed <= as_of) & (as_of <= observed + ibis.interval(days=declared.fresh_within_days or 0)))


def _day_at(root: Value, field: str) -> Any:
    value, present = _value_at(root, tuple(field.split(".")))
    if value.text is None or present is False:
        return None
    text = _column(value.text)
    good = both(present, _is_day(text))
    return ibis.ifelse(good, text.try_cast("date"), ibis.null("date"))


def _column(value: Any) -> Any:
    return value if isinstance(value, ibis.Expr) else ibis.literal(value)


def _filled(value: Any) -> Any:
    return value.notnull() if isinstance(value, ibis.Expr) else value is not None
