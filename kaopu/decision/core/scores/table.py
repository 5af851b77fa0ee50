"""A table as scores read it: named columns of numbers (NaN is missing) or of text (None is missing)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kaopu.decision.core.scores.arrays import Flags, Floats, Values, Whole


def is_text(values: Values) -> bool:
    """Whether a column holds text rather than numbers."""
    return bool(values.dtype == object)


def missing(values: Values) -> Flags:
    """Where a column has no value."""
    if is_text(values):
        return np.array([each is None for each in values], dtype=bool)
    return np.isnan(values)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of the same length by name, in the order of the file. `name` is what errors call it."""

    name: str
    columns: Mapping[str, Values]
    rows: int

    def column(self, name: str) -> Values:
        """One column. Raises `BadInput` where there is none."""
        if name not in self.columns:
            known = ", ".join(list(self.columns)[:12])
            raise BadInput(f"{self.name}: column {name} is absent, expected one of {known}")
        return self.columns[name]

    def numbers(self, name: str) -> Floats:
        """One column of numbers. Raises `BadInput` where it is text."""
        values = self.column(name)
        if is_text(values):
            raise BadInput(f"{self.name}: column {name} holds text, expected numbers")
        return values

    def only(self, names: Iterable[str]) -> Table:
        """These columns, in this order."""
        return Table(self.name, {name: self.column(name) for name in names}, self.rows)

    def without(self, names: Iterable[str]) -> Table:
        """All columns but these; each must be there, so that a mistyped exclusion is not passed over."""
        left_out = {name: self.column(name) for name in names}
        kept = {name: values for name, values in self.columns.items() if name not in left_out}
        return Table(self.name, kept, self.rows)

    def take(self, rows: Whole | Flags) -> Table:
        """The rows at these places (or where the flags are true)."""
        picked = {name: values[rows] for name, values in self.columns.items()}
        count = int(rows.sum()) if rows.dtype == bool else len(rows)
        return Table(self.name, picked, count)

    def joined(self, further: Mapping[str, Values]) -> Table:
        """With further columns behind its own."""
        return Table(self.name, {**self.columns, **further}, self.rows)
