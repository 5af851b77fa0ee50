"""The columns of a snapshot that the close reads, with their types and defaults. The words are docs/snapshot.md's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import pyarrow as pa

from kaopu.book.core.position_columns import NO_DAY
from kaopu.book.snapshot.faults import file_fault

if TYPE_CHECKING:
    from pathlib import Path


class Kind(Enum):
    """What a column holds, and the word for it in messages."""

    INT64 = "int64"
    INT32 = "int32"
    DAY = "date32"
    TEXT = "string"
    BOOL = "bool"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `default` stands for null and for a column left out; None means that the column must be there."""

    name: str
    kind: Kind
    default: int | None = None


DEBTS = (
    Column("debt_id", Kind.INT64),
    Column("party_id", Kind.INT64),
    Column("currency", Kind.TEXT),
    Column("disbursed_on", Kind.DAY),
    Column("principal", Kind.INT64),
)
# In the order in which the kernel takes them, its columns 0 to 8 and from 10 on.
RULES = (
    Column("ladder", Kind.INT64, 0),
    Column("allocation", Kind.INT64, 0),
    Column("grace_days", Kind.INT64, 0),
    Column("grace_amount", Kind.INT64, 0),
    Column("penalty_rate_ppm", Kind.INT64, 0),
    Column("penalty_days_in_year", Kind.INT64, 365),
    Column("penalty_base", Kind.INT64, 0),
    Column("penalty_fixed", Kind.INT64, 0),
    Column("penalty_cap", Kind.INT64, 0),
    Column("compound_rate_ppm", Kind.INT64, 0),
    Column("refund_order", Kind.INT64, 0),
    Column("refund_fee", Kind.INT64, 0),
    Column("pause_resets", Kind.INT64, 0),
    Column("dispute_resets", Kind.INT64, 0),
    Column("accelerate_after_days", Kind.INT64, 0),
    Column("late_allocation", Kind.INT64, 0),
    Column("late_allocation_days", Kind.INT64, 0),
    Column("non_accrual_days", Kind.INT64, 90),
    Column("subsidy", Kind.INT64, 0),
)
# Of the classification, not of the kernel.
CLASS_RULES = (Column("upgrade", Kind.INT64, 0), Column("retail", Kind.BOOL, True))
INSTALMENTS = (
    Column("debt_id", Kind.INT64),
    Column("seq", Kind.INT32),
    Column("due_on", Kind.DAY),
    Column("principal", Kind.INT64),
    Column("interest", Kind.INT64),
    Column("fee", Kind.INT64),
    Column("version", Kind.INT32, 1),
    Column("from_on", Kind.DAY, NO_DAY),
    Column("cause_event", Kind.INT64, 0),
)
EVENTS = (
    Column("debt_id", Kind.INT64),
    Column("on", Kind.DAY),
    Column("kind", Kind.TEXT),
    Column("amount", Kind.INT64),
    Column("event_id", Kind.INT64, 0),
    Column("component", Kind.TEXT, 0),
    Column("reverses", Kind.INT64, 0),
    Column("party_id", Kind.INT64, 0),
)
COLUMNS = {"debts": DEBTS + RULES + CLASS_RULES, "instalments": INSTALMENTS, "events": EVENTS}
# Read as codes of a dictionary, never as Python strings.
TEXTS = {name: [column.name for column in columns if column.kind is Kind.TEXT] for name, columns in COLUMNS.items()}
# The replay does not need its values: of debts it is only asked to be there and not null.
NOT_NEEDED = frozenset({"party_id"})


def columns_of(name: str, schema: pa.Schema, file: Path) -> list[Column]:
    """The columns that this file has. Raises BadInput for a missing one and for another type."""
    present = []
    for column in COLUMNS[name]:
        places = schema.get_all_field_indices(column.name)
        if len(places) > 1:
            raise file_fault(file, f"column {column.name} is there {len(places)} times; expected once")
        if places:
            _check_type(column, schema.field(places[0]).type, file)
            present.append(column)
        elif column.default is None:
            raise file_fault(file, f"column {column.name} is missing; expected {column.kind.value}")
    return present


def _check_type(column: Column, found: pa.DataType, file: Path) -> None:
    of = pa.types
    if column.kind is Kind.TEXT:
        plain = found.value_type if of.is_dictionary(found) else found
        fits = of.is_string(plain) or of.is_large_string(plain) or of.is_string_view(plain)
    elif column.kind is Kind.DAY:
        fits = of.is_date32(found)
    elif column.kind is Kind.BOOL:
        fits = of.is_boolean(found)
    else:
        fits = of.is_integer(found)
    # A column without a single value has no type of its own in many writers.
    if not fits and not (of.is_null(found) and column.default is not None):
        raise file_fault(file, f"column {column.name} holds {found}; expected {column.kind.value}")
