"""How a fault in a snapshot is said: file, row, debt, column, what was found, what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path


def file_fault(file: Path | str, expected: str) -> BadInput:
    """A fault of a whole file: unreadable, a column missing or of another type."""
    return BadInput(f"{file}: {expected}")


def row_fault(file: Path | str, row: int, debt_id: Any, column: str, expected: str) -> BadInput:
    """A fault of one row. `row` counts from 0 inside the file."""
    of_debt = "" if debt_id is None else f" (debt_id {debt_id})"
    return BadInput(f"{file}, row {row}{of_debt}, column {column}: {expected}")
