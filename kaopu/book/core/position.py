"""The position of one debt: what is true of it on a day, as a pure function of its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.classification import CLASSES, class_reason
from kaopu.book.core.history import History, PreparedHistory, day_number, prepare
from kaopu.book.core.position_columns import (
    COUNTERS,
    FACTS,
    FLAG_ACCELERATED,
    FLAG_CHARGED_OFF,
    FLAG_DEBTOR_CHANGED,
    FLAG_DISPUTED,
    FLAG_EXISTS,
    FLAG_FULLY_REFUNDED,
    FLAG_REPORTED,
    FLAG_RESTRUCTURED,
    FLAG_SETTLED,
    FLAG_TRANSFERRED,
    NO_DAY,
    OUT32,
    OUT64,
)
from kaopu.book.core.replay import replay_packed
from kaopu.book.core.replay_status import fault_of
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WIDE, _NARROW = len(OUT64), len(OUT32)
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Amounts:
    """Minor units by component."""

    principal: int
    interest: int
    fee: int
    penalty: int

    @property
    def total(self) -> int:
        """All four."""
        return self.principal + self.interest + self.fee + self.penalty

    def as_json(self) -> dict[str, int]:
        """The four by name."""
        return {
            "principal": self.principal,
            "interest": self.interest,
            "fee": self.fee,
            "penalty": self.penalty,
        }


class Position:
    """One debt on one day: a view on what the kernel wrote, so that making it costs next to nothing."""

    __slots__ = ("_amounts", "_facts", "as_of")

    def __init__(self, as_of: date, amounts: Sequence[int], facts: Sequence[int]) -> None:
        """`amounts` in the order of OUT64 and COUNTERS, `facts` in the order of OUT32 and FACTS."""
        self.as_of = as_of
        self._amounts = tuple(amounts)
        self._facts = tuple(facts)

    def __eq__(self, other: object) -> bool:
        """Equal when every column is."""
        if not isinstance(other, Position):
            return NotImplemented
        return (self.as_of, self._amounts, self._facts) == (other.as_of, other._amounts, other._facts)

    def __hash__(self) -> int:
        """By its columns."""
        return hash((self.as_of, self._amounts, self._facts))

    def __repr__(self) -> str:
        """Every column by name."""
        return f"Position({self.as_of}, {self.extended_columns()})"

    def columns(self) -> dict[str, int]:
        """The columns that the close writes, by name."""
        return dict(zip((*OUT64, *OUT32), (*self._amounts[:_WIDE], *self._facts[:_NARROW]), strict=True))

    def counters(self) -> dict[str, int]:
        """Sums since the debt began, by component and cause, in minor units."""
        return dict(zip(COUNTERS, self._amounts[_WIDE:], strict=True))

    def extended_columns(self) -> dict[str, int]:
        """Every column that the kernel wrote, by name; where a counter repeats a column, both say the same."""
        return self.columns() | dict(zip(FACTS, self._facts[_NARROW:], strict=True)) | self.counters()

    @property
    def outstanding(self) -> Amounts:
        """All that is owed, not yet due included."""
        return Amounts(*self._amounts[0:4])

    @property
    def overdue(self) -> Amounts:
        """The part due before the day."""
        return Amounts(*self._amounts[4:8])

    @property
    def accrued_interest(self) -> int:
        """What the running instalment's interest has earned; part of outstanding."""
        return self._amounts[8]

    @property
    def paid_to_date(self) -> int:
        """Money from the borrower."""
        return self._amounts[9]

    @property
    def credit_balance(self) -> int:
        """Money held for the borrower."""
        return self._amounts[10]

    @property
    def charged_off(self) -> int:
        """What left the book unpaid."""
        return self._amounts[11]

    @property
    def recovered(self) -> int:
        """Money that came after a charge-off."""
        return self._amounts[12]

    @property
    def refunded(self) -> int:
        """Money back from the merchant."""
        return self._amounts[13]

    @property
    def waived(self) -> int:
        """What was forgiven."""
        return self._amounts[14]

    @property
    def lapsed(self) -> int:
        """Interest and fees that will never fall due, since no principal is left."""
        return self._amounts[15]

    @property
    def days_past_due(self) -> int:
        """Days past due, 0 inside the grace."""
        return self._facts[0]

    @property
    def worst_days_past_due(self) -> int:
        """The largest that it was on any day so far."""
        return self._facts[1]

    @property
    def next_due(self) -> date | None:
        """The next day on which something unsettled falls due."""
        return _day(self._facts[2])

    @property
    def class_(self) -> str:
        """One of the five classes."""
        return CLASSES[self._facts[3]]

    @property
    def class_reason(self) -> str:
        """The rule that binds, as a sentence."""
        return class_reason(self._facts[4], self._facts[0])

    @property
    def first_due(self) -> date | None:
        """Due day of the first instalment that is not a down payment."""
        return _day(self._facts[5])

    @property
    def first_settled(self) -> date | None:
        """The day on which that instalment was settled."""
        return _day(self._facts[6])

    @property
    def is_charged_off(self) -> bool:
        """Whether a charge-off is in force."""
        return bool(self._facts[7] & FLAG_CHARGED_OFF)

    @property
    def is_restructured(self) -> bool:
        """Whether a restructuring is in force."""
        return bool(self._facts[7] & FLAG_RESTRUCTURED)

    @property
    def is_fully_refunded(self) -> bool:
        """Whether refunds reach the amount lent."""
        return bool(self._facts[7] & FLAG_FULLY_REFUNDED)

    @property
    def is_reported(self) -> bool:
        """Whether anything here rests on another book's report."""
        return bool(self._facts[7] & FLAG_REPORTED)

    @property
    def exists(self) -> bool:
        """Whether the debt had begun."""
        return bool(self._facts[7] & FLAG_EXISTS)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed and nothing was charged off."""
        return bool(self._facts[7] & FLAG_SETTLED)

    @property
    def is_transferred(self) -> bool:
        """Whether the claim was sold."""
        return bool(self._facts[7] & FLAG_TRANSFERRED)

    @property
    def is_accelerated(self) -> bool:
        """Whether some instalment is called due before its own day."""
        return bool(self._facts[7] & FLAG_ACCELERATED)

    @property
    def is_in_dispute(self) -> bool:
        """Whether the debt or one of its instalments is in dispute."""
        return bool(self._facts[7] & FLAG_DISPUTED)

    @property
    def has_changed_debtor(self) -> bool:
        """Whether another debtor took the debt over or joined it."""
        return bool(self._facts[7] & FLAG_DEBTOR_CHANGED)

    @property
    def contractual_days_past_due(self) -> int:
        """Days since the oldest due day not met, whatever pause, dispute, re-ageing or grace says."""
        return self._facts[_NARROW]

    @property
    def is_non_accrual(self) -> bool:
        """Whether interest is no longer income."""
        return bool(self._facts[_NARROW + 1])

    @property
    def non_performing_on(self) -> date | None:
        """The last day on which the debt was over 90 days past due."""
        return _day(self._facts[_NARROW + 2])

    @property
    def cleared_on(self) -> date | None:
        """The last day on which days past due came down to 0."""
        return _day(self._facts[_NARROW + 3])

    @property
    def restructured_on(self) -> date | None:
        """The last restructuring."""
        return _day(self._facts[_NARROW + 4])

    @property
    def dues_since_cleared(self) -> int:
        """Instalments that fell due after `cleared_on`."""
        return self._facts[_NARROW + 5]

    @property
    def dues_since_restructured(self) -> int:
        """Instalments that fell due after `restructured_on`."""
        return self._facts[_NARROW + 6]

    @property
    def first_due_since_restructured(self) -> date | None:
        """The first due day after `restructured_on`; it may be to come."""
        return _day(self._facts[_NARROW + 7])

    def as_json(self) -> dict[str, Any]:
        """The keys of `kaopu book position`; amounts in minor units, the day as ISO text or null."""
        next_due = self.next_due
        return {
            "outstanding": self.outstanding.as_json(),
            "overdue": self.overdue.as_json(),
            "days_past_due": self.days_past_due,
            "next_due": next_due.isoformat() if next_due else None,
            "class": self.class_,
            "class_reason": self.class_reason,
            "worst_days_past_due": self.worst_days_past_due,
            "accrued_interest": self.accrued_interest,
            "paid_to_date": self.paid_to_date,
            "credit_balance": self.credit_balance,
            "contractual_days_past_due": self.contractual_days_past_due,
            "non_accrual": self.is_non_accrual,
        }


def position(history: History | PreparedHistory, as_of: date) -> Position:
    """The position of one debt at the end of `as_of`. Raises `BadInput` where the history contradicts itself."""
    return positions(history if isinstance(history, PreparedHistory) else prepare(history), as_of)[0]


def positions(prepared: PreparedHistory, as_of: date) -> list[Position]:
    """The positions of all debts of `prepared`, in its order."""
    out64, out32 = replayed(prepared, as_of, extended=True)
    return [Position(as_of, amounts, facts) for amounts, facts in zip(out64.T.tolist(), out32.T.tolist(), strict=True)]


def replayed(prepared: PreparedHistory, as_of: date, *, extended: bool) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The columns of all debts as the kernel writes them: those of the close, or facts and counters too."""
    count = prepared.debts64.shape[1]
    out64 = np.empty((_WIDE + (len(COUNTERS) if extended else 0), count), dtype=np.int64)
    out32 = np.empty((_NARROW + (len(FACTS) if extended else 0), count), dtype=np.int32)
    status = replay_packed(
        day_number(as_of),
        prepared.debts64,
        prepared.debts32,
        prepared.rules,
        prepared.instalments64,
        prepared.instalments32,
        prepared.events64,
        prepared.events32,
        prepared.events8,
        out64,
        out32,
    )
    fault = fault_of(status)
    if fault is not None:
        raise BadInput(f"{fault.file}, row {fault.row + 1}, {fault.column}: {fault.expected}")
    return out64, out32


def _day(number: int) -> date | None:
    return None if number == NO_DAY else date.fromordinal(number + _EPOCH)
