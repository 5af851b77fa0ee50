"""The shape of a policy's input as its manifest declares it: enough to compile columns before any row is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.decision.core.columns.value import INPUT_LARGEST, Shape
from kaopu.decision.core.policy.policy_input import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.policy.manifest import Manifest
    from kaopu.decision.core.policy.policy_input import PolicyInput

OPEN = Shape("null")


def declared_shape(manifest: Manifest) -> Shape:
    """An object with every declared input and every day of observation at its path.

    A required scalar is complete: the null law has sent the rows without it away. An array or object whose inside the
    manifest leaves open has nothing inside here either.
    """
    tree: dict[str, Any] = {}
    for name in manifest.fields_read:
        declared = manifest.input(name)
        _hang(tree, name.split("."), Shape("date") if declared is None else _of_input(declared))
    return _object(tree)


def _hang(tree: dict[str, Any], path: list[str], shape: Shape) -> None:
    for key in path[:-1]:
        inside = tree.setdefault(key, {})
        if not isinstance(inside, dict):  # an object declared as a whole, and a field of it by itself
            inside = tree[key] = dict(inside.fields)
        tree = inside
    tree.setdefault(path[-1], shape)


def _object(tree: Mapping[str, Any]) -> Shape:
    return Shape("object", {key: _object(each) if isinstance(each, dict) else each for key, each in tree.items()})


def _of_input(declared: PolicyInput) -> Shape:
    kind = declared.type
    if kind is Kind.ARRAY:
        return Shape("array", element=_of_items(declared.items))
    if kind is Kind.OBJECT:
        return Shape("object")
    return Shape(kind.value, complete=declared.required, bound=_bound(declared))


def _of_items(items: Kind | Mapping[str, Kind] | None) -> Shape:
    if items is None:
        return OPEN
    if isinstance(items, Kind):
        return Shape(items.value, complete=True)
    return Shape("object", {key: Shape(kind.value, complete=True) for key, kind in items.items()})


def _bound(declared: PolicyInput) -> float:
    """The largest size the declared range allows, for numbers; enough to know that a sum cannot overflow."""
    ends = [each for each in (declared.minimum, declared.maximum) if isinstance(each, int | float)]
    if declared.enum is not None:
        ends = [each for each in declared.enum if isinstance(each, int | float) and not isinstance(each, bool)] * 2
    return float(max(map(abs, ends))) if len(ends) > 1 else INPUT_LARGEST
