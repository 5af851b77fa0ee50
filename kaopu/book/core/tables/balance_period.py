"""A period of a progressive loan, and the stretches of days inside it that have one balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(slots=True, eq=False)
class BalanceStretch:
    """Days with one balance. `disbursed` and `correction` move the balance at its end; minor units."""

    start: date
    end: date
    balance: int = 0
    disbursed: int = 0
    correction: int = 0
    credited_principal: int = 0
    credited_interest: int = 0
    paused: bool = False
    silent: bool = False

    def copied(self) -> BalanceStretch:
        """A stretch of its own with the same content."""
        return BalanceStretch(
            self.start,
            self.end,
            self.balance,
            self.disbursed,
            self.correction,
            self.credited_principal,
            self.credited_interest,
            self.paused,
            self.silent,
        )

    @property
    def balance_at_end(self) -> int:
        """The balance with which the next stretch of the same period starts."""
        return max(0, self.balance + self.disbursed + self.correction)


@dataclass(slots=True, eq=False)
class Period:
    """One repayment period. `instalment` may be moved to make the sums meet; `agreed` is the one first computed."""

    start: date
    due_on: date
    stretches: list[BalanceStretch]
    instalment: int = 0
    agreed: int = 0
    paid_principal: int = 0
    paid_interest: int = 0
    late_interest: int = 0
    interest_moved: bool = False
    disbursed_before: int = 0
    # What the last reckoning found.
    accrued: int = 0
    due_interest: int = 0
    due_principal: int = 0

    def copied(self) -> Period:
        """A period of its own with the same content. Written out: replays make many, and `copy` is slow."""
        return Period(
            self.start,
            self.due_on,
            [s.copied() for s in self.stretches],
            self.instalment,
            self.agreed,
            self.paid_principal,
            self.paid_interest,
            self.late_interest,
            self.interest_moved,
            self.disbursed_before,
            self.accrued,
            self.due_interest,
            self.due_principal,
        )

    @property
    def paid(self) -> int:
        """Principal and interest paid."""
        return self.paid_principal + self.paid_interest

    @property
    def credited(self) -> int:
        """Principal and interest that became due again."""
        return sum(s.credited_principal + s.credited_interest for s in self.stretches)

    @property
    def credited_principal(self) -> int:
        """Principal that became due again."""
        return sum(s.credited_principal for s in self.stretches)

    @property
    def payable(self) -> int:
        """The instalment with what was added to it."""
        return self.instalment + self.credited + self.late_interest

    @property
    def is_settled(self) -> bool:
        """Exactly the payable amount is paid."""
        return self.payable == self.paid

    @property
    def outstanding_principal(self) -> int:
        """Principal still due."""
        return max(0, self.due_principal - self.paid_principal)

    @property
    def deferred(self) -> int:
        """Interest that found no room in the instalment."""
        return self.accrued - self.due_interest
