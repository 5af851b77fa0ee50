"""The position of one debt: what is true of it on a day, as a pure function of its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.classification import CLASSES, class_reason
from kaopu.book.core.history import History, PreparedHistory, day_number, prepare
from kaopu.book.core.position_columns import (
    FLAG_CHARGED_OFF,
    FLAG_EXISTS,
    FLAG_FULLY_REFUNDED,
    FLAG_REPORTED,
    FLAG_RESTRUCTURED,
    FLAG_SETTLED,
    NO_DAY,
    OUT32,
    OUT64,
)
from kaopu.book.core.replay import replay_packed
from kaopu.book.core.replay_status import fault_of
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        """`amounts` in the order of OUT64, `facts` in the order of OUT32."""
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
        return f"Position({self.as_of}, {self.columns()})"

    def columns(self) -> dict[str, int]:
        """Every column that the kernel wrote, by name."""
        return dict(zip((*OUT64, *OUT32), (*self._amounts, *self._facts), strict=True))

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
        }


def position(history: History | PreparedHistory, as_of: date) -> Position:
    """The position of one debt at the end of `as_of`. Raises `BadInput` where the history contradicts itself."""
    return positions(history if isinstance(history, PreparedHistory) else prepare(history), as_of)[0]


def positions(prepared: PreparedHistory, as_of: date) -> list[Position]:
    """The positions of all debts of `prepared`, in its order."""
    count = prepared.debts64.shape[1]
    out64 = np.empty((len(OUT64), count), dtype=np.int64)
    out32 = np.empty((len(OUT32), count), dtype=np.int32)
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
    return [Position(as_of, amounts, facts) for amounts, facts in zip(out64.T.tolist(), out32.T.tolist(), strict=True)]


def _day(number: int) -> date | None:
    return None if number == NO_DAY else date.fromordinal(number + _EPOCH)
