"""The history of one debt as frozen values, and prepared as columns for the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from kaopu.book.core.event_kind import CODE, COMPONENT_CODE, Component, EventKind
from kaopu.book.core.position_columns import NO_DAY
from kaopu.book.core.replay_state import RULE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from numpy.typing import NDArray

_Number = TypeVar("_Number", bound=np.generic)
_EPOCH = 719163  # date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class DebtRules:
    """A debt and its rules; amounts in minor units, defaults and meanings as in docs/snapshot.md."""

    debt_id: int
    party_id: int
    currency: str
    disbursed_on: date
    principal: int
    ladder: int = 0
    allocation: int = 0
    grace_days: int = 0
    grace_amount: int = 0
    penalty_rate_ppm: int = 0
    penalty_days_in_year: int = 365
    penalty_base: int = 0
    penalty_fixed: int = 0
    penalty_cap: int = 0
    compound_rate_ppm: int = 0
    refund_order: int = 0
    refund_fee: int = 0
    pause_resets: int = 0
    dispute_resets: int = 0
    accelerate_after_days: int = 0
    late_allocation: int = 0
    late_allocation_days: int = 0
    non_accrual_days: int = 90
    subsidy: int = 0


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """One row of one schedule version. `from_on` None: in force from the start."""

    seq: int
    due_on: date
    principal: int
    interest: int
    fee: int
    version: int = 1
    from_on: date | None = None
    cause_event: int = 0


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened; `amount` in minor units (days or months for some kinds), never below 0."""

    on: date
    kind: EventKind
    amount: int
    event_id: int = 0
    component: Component | None = None
    reverses: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one debt; rows and events in any order."""

    rules: DebtRules
    instalments: tuple[InstalmentRow, ...]
    events: tuple[EventRow, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedHistory:
    """Columns of one debt or of several, in the blocks that `replay_packed` takes."""

    debts64: NDArray[np.int64]  # debt_id, principal
    debts32: NDArray[np.int32]  # disbursed_on
    rules: NDArray[np.int64]
    instalments64: NDArray[np.int64]  # debt_id, principal, interest, fee, cause_event
    instalments32: NDArray[np.int32]  # seq, due_on, version, from_on
    events64: NDArray[np.int64]  # debt_id, amount, event_id, reverses
    events32: NDArray[np.int32]  # on
    events8: NDArray[np.int8]  # kind, component


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def prepare(history: History) -> PreparedHistory:
    """The columns of one debt."""
    return prepare_all((history,))


def prepare_all(histories: Iterable[History]) -> PreparedHistory:
    """The columns of several debts, which are put in order of debt_id."""
    ordered = sorted(histories, key=lambda history: history.rules.debt_id)
    debts = [each.rules for each in ordered]
    instalments = [(each.rules.debt_id, row) for each in ordered for row in each.instalments]
    events = [(each.rules.debt_id, event) for each in ordered for event in each.events]
    return PreparedHistory(
        debts64=_block(np.int64, 2, [(debt.debt_id, debt.principal) for debt in debts]),
        debts32=_block(np.int32, 1, [(day_number(debt.disbursed_on),) for debt in debts]),
        rules=np.array([_rules(debt) for debt in debts], dtype=np.int64).reshape(-1, RULE_COLUMNS),
        instalments64=_block(
            np.int64, 5, [(debt, row.principal, row.interest, row.fee, row.cause_event) for debt, row in instalments]
        ),
        instalments32=_block(
            np.int32,
            4,
            [(row.seq, day_number(row.due_on), row.version, _day_or_none(row.from_on)) for _, row in instalments],
        ),
        events64=_block(np.int64, 4, [(debt, event.amount, event.event_id, event.reverses) for debt, event in events]),
        events32=_block(np.int32, 1, [(day_number(event.on),) for _, event in events]),
        events8=_block(
            np.int8,
            2,
            [(CODE[event.kind], COMPONENT_CODE[event.component] if event.component else 0) for _, event in events],
        ),
    )


def _rules(debt: DebtRules) -> tuple[int, ...]:
    return (
        debt.ladder,
        debt.allocation,
        debt.grace_days,
        debt.grace_amount,
        debt.penalty_rate_ppm,
        debt.penalty_days_in_year,
        debt.penalty_base,
        debt.penalty_fixed,
        debt.penalty_cap,
        0,
        debt.compound_rate_ppm,
        debt.refund_order,
        debt.refund_fee,
        debt.pause_resets,
        debt.dispute_resets,
        debt.accelerate_after_days,
        debt.late_allocation,
        debt.late_allocation_days,
        debt.non_accrual_days,
        debt.subsidy,
    )


def _day_or_none(day: date | None) -> int:
    return NO_DAY if day is None else day_number(day)


def _block(kind: type[_Number], width: int, lines: list[tuple[int, ...]]) -> NDArray[_Number]:
    """`lines` turned on their side: one contiguous row for each column."""
    return np.ascontiguousarray(np.array(lines, dtype=kind).reshape(-1, width).T)
