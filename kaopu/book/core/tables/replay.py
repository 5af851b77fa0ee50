"""One loan replayed: its events in the order in which they take effect, and the table as read on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.book.core.tables.charge_off import charge_off
from kaopu.book.core.tables.charges import add_charge
from kaopu.book.core.tables.credits import charge_back, refund_credit_balance
from kaopu.book.core.tables.cumulative_loan import disburse_cumulative
from kaopu.book.core.tables.equal_instalment import change_rate
from kaopu.book.core.tables.event import CHARGES, PAYMENTS, Event, EventKind
from kaopu.book.core.tables.instalment import Component
from kaopu.book.core.tables.interest_upkeep import pause_interest
from kaopu.book.core.tables.last_instalment import up_to
from kaopu.book.core.tables.loan_state import LoanState
from kaopu.book.core.tables.payments import (
    bring_up_to,
    pay,
    pay_off_amount,
    settles_loan,
    use_credit_balance,
    use_payments_again,
)
from kaopu.book.core.tables.progressive_disbursement import disburse_progressive
from kaopu.book.core.tables.settings import ScheduleKind
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from kaopu.book.core.tables.settings import Settings

_REFUNDS = frozenset({EventKind.MERCHANT_ISSUED_REFUND, EventKind.PAYOUT_REFUND})


@dataclass(frozen=True, slots=True)
class Replay:
    """Applies events to a loan. `case_id` is for refusals only."""

    settings: Settings
    case_id: str

    def loan_after(self, ordered: Sequence[Event], as_of: date) -> LoanState:
        """The loan after events that stand in their order of effect, as read on a day."""
        loan = LoanState(self.settings)
        for place, event in enumerate(ordered):
            self._apply(loan, event, ordered[:place])
        bring_up_to(loan, as_of)
        return loan

    def expected_loan(self) -> LoanState:
        """The loan as applied for, before anything is paid out."""
        loan = LoanState(self.settings)
        self._disburse(loan, self.settings.submitted_on, self.settings.principal_applied)
        for instalment in loan.instalments:
            instalment.settled_on = None
        return loan

    def _apply(self, loan: LoanState, event: Event, earlier: Sequence[Event]) -> None:
        if event.kind is EventKind.DISBURSE:
            self._pay_out(loan, event)
            return
        if not loan.instalments:
            raise self._refuse(event, "date", "a day on or after the first disbursement")
        if event.kind in CHARGES:
            add_charge(loan, Component(event.kind.value), event.amount, event.on)
            use_credit_balance(loan)
        elif event.kind in PAYMENTS:
            self._pay(loan, event, earlier)
        else:
            bring_up_to(loan, event.on)
            self._others()[event.kind](loan, event)

    def _others(self) -> dict[EventKind, Callable[[LoanState, Event], None]]:
        return {
            EventKind.CHARGEBACK: self._charge_back,
            EventKind.CREDIT_BALANCE_REFUND: lambda loan, event: refund_credit_balance(loan, event.on, event.amount),
            EventKind.CHARGE_OFF: lambda loan, event: charge_off(loan, event.on),
            EventKind.INTEREST_PAUSE: self._pause,
            EventKind.RESCHEDULE: self._reschedule,
        }

    def _disburse(self, loan: LoanState, day: date, amount: int) -> int:
        if self.settings.schedule is ScheduleKind.CUMULATIVE:
            return disburse_cumulative(loan, day, amount)
        return disburse_progressive(loan, day, amount)

    def _pay_out(self, loan: LoanState, event: Event) -> None:
        if loan.instalments:
            bring_up_to(loan, event.on)
        down_payment = self._disburse(loan, event.on, event.amount)
        if self.settings.schedule is ScheduleKind.CUMULATIVE:
            use_payments_again(loan)
        else:
            use_credit_balance(loan)
        if self.settings.down_payment_auto_paid and down_payment and not event.down_payment_undone:
            pay(loan, EventKind.DOWN_PAYMENT, event.on, down_payment)

    def _pay(self, loan: LoanState, event: Event, earlier: Sequence[Event]) -> None:
        amount = event.amount
        # A payment that closes the loan is known as such before overdue interest is counted.
        loan.pays_off = event.kind is EventKind.PAY_OFF or settles_loan(loan, event.on, amount)
        bring_up_to(loan, event.on)
        if event.kind is EventKind.PAY_OFF:
            amount = pay_off_amount(loan, event.on)
        pay(loan, event.kind.value, event.on, amount)
        loan.pays_off = False
        if event.kind in _REFUNDS and self.settings.interest_refunded:
            refund = self._interest_to_refund(loan, event, earlier)
            loan.interest_refunded += refund
            if refund > 0:
                pay(loan, EventKind.INTEREST_REFUND.value, event.on, refund)

    def _interest_to_refund(self, loan: LoanState, event: Event, earlier: Sequence[Event]) -> int:
        """Interest that would not have arisen had the refunded money never been paid out."""
        if loan.model is None:
            return 0
        refunded = event.amount + sum(e.amount for e in earlier if e.kind in _REFUNDS)
        imagined = LoanState(self.settings)
        for place, past in enumerate(earlier):
            if past.kind in _REFUNDS:
                continue
            self._apply(imagined, past, earlier[:place])
            if past.kind is EventKind.DISBURSE and refunded:
                part = min(refunded, past.amount)
                refunded -= part
                pay(imagined, EventKind.REPAYMENT.value, past.on, part)
        bring_up_to(imagined, event.on)
        return interest_until(loan, event.on) - loan.interest_refunded - interest_until(imagined, event.on)

    def _charge_back(self, loan: LoanState, event: Event) -> None:
        if event.ordinal > len(loan.payments):
            raise self._refuse(event, "of_payment_nr", f"a number of at most {len(loan.payments)} payments")
        charge_back(loan, event.on, event.amount, loan.payments[event.ordinal - 1])
        use_credit_balance(loan)

    def _pause(self, loan: LoanState, event: Event) -> None:
        if loan.model is not None and event.until is not None and loan.is_running:
            pause_interest(loan.model, event.on, event.until)
            loan.take_over_terms(event.on)

    def _reschedule(self, loan: LoanState, event: Event) -> None:
        if loan.model is not None and event.rate_percent is not None and loan.is_running:
            change_rate(loan.model, event.on, event.rate_percent)
            loan.take_over_terms(event.on)

    def _refuse(self, event: Event, field: str, expectation: str) -> BadInput:
        return BadInput(f"case {self.case_id}: events[{event.nr}].{field}: expected {expectation}")


def interest_until(loan: LoanState, on: date) -> int:
    """All interest that has arisen by a day, in minor units."""
    if loan.model is None:
        return 0
    return sum(period.due_interest for period in up_to(loan.model, on).periods)
