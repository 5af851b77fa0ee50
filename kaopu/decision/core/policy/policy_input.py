"""One declared input of a policy: its type, its range, whether it must be there and how old it may be."""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.day import day_of
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.policy.json_reader import JsonReader

INPUT_KEYS = (
    *("field", "type", "required", "minimum", "maximum", "enum", "items", "observed_on", "fresh_within_days"),
    *("feature", "model", "provider", "unit", "label", "note"),
)
PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


class Kind(StrEnum):
    """The types an input may have; a date is text of the form YYYY-MM-DD."""

    NUMBER = "number"
    INTEGER = "integer"
    STRING = "string"
    BOOLEAN = "boolean"
    DATE = "date"
    ARRAY = "array"
    OBJECT = "object"


NUMERIC = frozenset({Kind.NUMBER, Kind.INTEGER})
JSON_TYPES: dict[Kind, type] = {Kind.STRING: str, Kind.BOOLEAN: bool, Kind.ARRAY: list, Kind.OBJECT: dict}
SCALARS = (Kind.NUMBER, Kind.INTEGER, Kind.STRING, Kind.BOOLEAN, Kind.DATE)


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """One entry of `manifest.inputs`.

    Args:
        field: a path with dots, `bureau.score`.
        minimum, maximum: ends included, in the field's own unit; for a date a text of the form YYYY-MM-DD.
        enum: the only values there are; None is no limit.
        items: for an array of scalars their kind, for an array of objects the kind by key; None leaves them open.
        observed_on: the field with the day this was observed; older than `fresh_within_days` is stale.
        feature, model, provider: where the value comes from, when kaopu itself finds it.
    """

    field: str
    type: Kind
    required: bool = True
    minimum: float | str | None = None
    maximum: float | str | None = None
    enum: tuple[Any, ...] | None = None
    items: Kind | Mapping[str, Kind] | None = dataclasses.field(default=None, hash=False)
    observed_on: str | None = None
    fresh_within_days: int | None = None
    feature: str | None = None
    model: str | None = None
    provider: str | None = None
    unit: str | None = None
    label: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def path(self) -> tuple[str, ...]:
        """The field's keys from the top."""
        return tuple(self.field.split("."))


def input_from(read: JsonReader) -> PolicyInput:
    """One declared input.

    Raises:
        BadInput: naming file, place, key, what was found and what was expected.
    """
    read.only(INPUT_KEYS)
    kind = Kind(read.one_of("type", [each.value for each in Kind]))
    observed_on, days = read.maybe_text("observed_on"), read.whole("fresh_within_days")
    if (observed_on is None) != (days is None):
        raise BadInput(f"{read.where}: observed_on and fresh_within_days go together")
    declared = PolicyInput(
        field=_path(read, "field"),
        type=kind,
        required=read.flag("required", default=True),
        minimum=_end(read, "minimum", kind),
        maximum=_end(read, "maximum", kind),
        enum=_enum(read, kind),
        items=_items(read, kind),
        observed_on=observed_on and _path(read, "observed_on"),
        fresh_within_days=days,
        feature=read.maybe_text("feature"),
        model=read.maybe_text("model"),
        provider=read.maybe_text("provider"),
        unit=read.maybe_text("unit"),
        label={each: read.table_at("label").text(each) for each in read.table_at("label").table},
    )
    low, high = declared.minimum, declared.maximum
    if low is not None and high is not None and low > high:  # type: ignore[operator]  # both of the field's own kind
        raise read.wrong("maximum", f"at least the minimum {low!r}")
    return declared


def has_kind(value: Any, kind: Kind) -> bool:
    """Whether a JSON value is of the kind: 3.0 is an integer, true is no number, NaN and infinities are nothing."""
    if kind in NUMERIC:
        return _is_number(value) and (kind is Kind.NUMBER or value == math.floor(value))
    if kind is Kind.DATE:
        return day_of(value) is not None
    return isinstance(value, JSON_TYPES[kind])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _path(read: JsonReader, key: str) -> str:
    name = read.text(key)
    if not PATH.fullmatch(name):
        raise read.wrong(key, "a path such as bureau.score")
    return name


def _end(read: JsonReader, key: str, kind: Kind) -> Any:
    value = read.table.get(key)
    if value is None:
        return None
    if kind not in NUMERIC | {Kind.DATE}:
        raise read.wrong(key, f"nothing: a {kind} has no range")
    if not has_kind(value, Kind.NUMBER if kind in NUMERIC else Kind.DATE):
        raise read.wrong(key, "a number" if kind in NUMERIC else "a day as YYYY-MM-DD")
    return value


def _enum(read: JsonReader, kind: Kind) -> tuple[Any, ...] | None:
    values = read.table.get("enum")
    if values is None:
        return None
    if kind not in SCALARS or not isinstance(values, list) or not values:
        raise read.wrong("enum", "a list of values of a scalar type")
    if not all(has_kind(each, kind) for each in values):
        raise read.wrong("enum", f"values that are {kind}")
    return tuple(values)


def _items(read: JsonReader, kind: Kind) -> Kind | dict[str, Kind] | None:
    value = read.table.get("items")
    if value is None:
        return None
    if kind is not Kind.ARRAY:
        raise read.wrong("items", "nothing: only an array has items")
    names = [each.value for each in SCALARS]
    if isinstance(value, str):
        return Kind(read.one_of("items", names))
    each = read.table_at("items")
    return {key: Kind(each.one_of(key, names)) for key in each.table}
