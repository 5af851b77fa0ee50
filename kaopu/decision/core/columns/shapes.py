"""What kinds the inputs have, path by path: seen in the rows of a batch."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kaopu.decision.core.columns.value import INPUT_LARGEST, INPUT_SMALLEST, Shape

DIGITS = 15


def kind_of(value: Any) -> str:
    """The JSON kind of a parsed value; `null` for None."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def shape_of(values: list[Any], rare: float = 0.0) -> Shape:
    """The shape of most of these values: the kind that occurs most, and inside it likewise.

    Args:
        values: parsed JSON.
        rare: keys that fewer than this share of the objects have get no column: their rows do not fit.
    """
    kinds = Counter(kind_of(value) for value in values)
    complete = set(kinds) == set(kinds) - {"null"}
    kinds.pop("null", None)
    if not kinds:
        return Shape("null")
    kind = kinds.most_common(1)[0][0]
    if kind == "object":
        inside: dict[str, list[Any]] = {}
        for value in values:
            if isinstance(value, dict):
                for key, each in value.items():
                    inside.setdefault(key, []).append(each)
        often = {key: found for key, found in inside.items() if len(found) >= rare * kinds[kind]}
        return Shape(kind, {key: shape_of(found, rare) for key, found in often.items()}, complete=complete)
    if kind == "array":
        return Shape(kind, element=shape_of([each for v in values if isinstance(v, list) for each in v], rare))
    return Shape(kind)


def is_plain(value: float) -> bool:
    """A number that a float64 column stands for: at most 15 digits, neither huge nor tiny."""
    size = abs(value)
    if size and not INPUT_SMALLEST <= size < INPUT_LARGEST:
        return False
    return isinstance(value, int) or float(f"{value:.{DIGITS}g}") == value


def fits(value: Any, shape: Shape, *, inside: bool = False) -> bool:
    """Whether the columns of a shape can hold the value without losing a thing; otherwise zen decides the row."""
    if value is None:
        return not inside
    kind = kind_of(value)
    if kind != shape.kind:
        return False
    match kind:
        case "number":
            return is_plain(value)
        case "string":
            return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
        case "array":
            return shape.element is not None and all(fits(each, shape.element, inside=True) for each in value)
        case "object":
            return all(key in shape.fields and _inner_fits(each, shape.fields[key]) for key, each in value.items())
    return True


def _inner_fits(value: Any, shape: Shape) -> bool:
    return fits(value, shape, inside=True)


def row_fits(row: Any, shape: Shape, told_apart: frozenset[str] = frozenset()) -> bool:
    """A row is an object whose top-level nulls count as absent: zen leaves them out of every result.

    Args:
        row: parsed JSON.
        shape: of the columns.
        told_apart: top-level keys for which null and absent differ all the same (a schema requires them).
    """
    return isinstance(row, dict) and all(
        key in shape.fields and fits(each, shape.fields[key], inside=key in told_apart) for key, each in row.items()
    )
