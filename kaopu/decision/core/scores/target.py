"""Which rows are bad: the two values of a target column, read once and written in the model's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.scores.csv_text import FIRST_ROW
from kaopu.decision.core.scores.table import is_text, missing
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.decision.core.scores.arrays import Flags, Values
    from kaopu.decision.core.scores.table import Table

BAD_WORDS = frozenset(
    {"bad", "default", "defaulted", "yes", "y", "true", "charged off", "bankrupt", "坏", "违约", "是"}
)
TWO = 2
EACH_AT_LEAST = 2


def bad_flags(table: Table, column: str, bad_value: str = "") -> tuple[Flags, str]:
    """Which rows are bad, and the value that says so.

    Without `bad_value` the higher of two numbers is bad (0/1, or 1/2 as in the German data), or the one word that
    means it. Raises `BadInput` for gaps, for other than two values, and for words that could be either.
    """
    values = table.column(column)
    gaps = np.flatnonzero(missing(values))
    where = f"{table.name}, column {column}"
    if len(gaps):
        raise BadInput(f"{table.name}, row {gaps[0] + FIRST_ROW}, column {column}: empty, expected an outcome")
    found = sorted({_text(value) for value in values})
    if len(found) != TWO:
        shown = ", ".join(found[:5])
        raise BadInput(f"{where}: {len(found)} different values ({shown}), expected two: good and bad")
    bad = bad_value or _guess(values, found, where)
    if bad not in found:
        raise BadInput(f"{where}: no row is {bad}, expected --bad to be one of {', '.join(found)}")
    flags = np.array([_text(value) == bad for value in values], dtype=bool)
    if min(flags.sum(), (~flags).sum()) < EACH_AT_LEAST:
        raise BadInput(
            f"{where}: {int(flags.sum())} bad of {len(flags)} rows, expected at least {EACH_AT_LEAST} of each"
        )
    return flags, bad


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _guess(values: Values, found: list[str], where: str) -> str:
    if not is_text(values):
        return max(found, key=float)
    words = [word for word in found if word.lower() in BAD_WORDS]
    if len(words) != 1:
        raise BadInput(f"{where}: {' and '.join(found)} could each be bad, expected --bad VALUE")
    return words[0]
