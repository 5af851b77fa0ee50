"""What a replay carries from event to event: the instalments, the interest side, and the credit balance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kaopu.book.core.tables.instalment import Component, Instalment, InstalmentKind

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.tables.balance_model import BalanceModel
    from kaopu.book.core.tables.balance_period import Period
    from kaopu.book.core.tables.settings import Settings


@dataclass(slots=True)
class Payment:
    """One payment as it was used: which components it went to, and what was left over. Minor units."""

    kind: str
    on: date
    amount: int
    used: dict[Component, int] = field(default_factory=lambda: dict.fromkeys(Component, 0))
    charged_back: dict[Component, int] = field(default_factory=lambda: dict.fromkeys(Component, 0))
    left_over: int = 0
    given_back: int = 0


@dataclass(slots=True)
class Disbursement:
    """Money paid out on a day; minor units."""

    on: date
    amount: int


@dataclass(slots=True)
class LoanState:
    """The loan between two events. It lives inside one replay; `render` turns it into a frozen table."""

    settings: Settings
    instalments: list[Instalment] = field(default_factory=list)
    model: BalanceModel | None = None
    disbursements: list[Disbursement] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    early: list[tuple[date, int]] = field(default_factory=list)
    charged_off: bool = False
    pays_off: bool = False
    interest_refunded: int = 0

    @property
    def overpaid(self) -> int:
        """The credit balance: what payments left over."""
        return sum(payment.left_over for payment in self.payments)

    @property
    def is_settled(self) -> bool:
        """Nothing is left to pay on any instalment."""
        return all(instalment.is_settled for instalment in self.instalments)

    @property
    def is_running(self) -> bool:
        """Something is owed, and it has not been charged off."""
        return not self.charged_off and not self.is_settled

    def take_from_overpaid(self, amount: int) -> None:
        """Use up a part of the credit balance, oldest payment first."""
        for payment in self.payments:
            used = min(amount, payment.left_over)
            payment.left_over -= used
            payment.given_back += used
            amount -= used

    @property
    def follows_interest(self) -> bool:
        """Do payments move the interest of this loan at the moment?"""
        return self.settings.recalculates and self.model is not None and not self.charged_off

    @property
    def counts_to_due_day(self) -> bool:
        """Is interest of the running period counted to its due day, although the day of counting lies before it?"""
        settings = self.settings
        return settings.pay_off_until_due_date and (settings.rest_is_period or self.pays_off)

    def period_of(self, instalment: Instalment) -> Period | None:
        """The interest period behind an instalment; none behind a down payment or an added instalment."""
        if self.model is None or instalment.kind is InstalmentKind.DOWN_PAYMENT:
            return None
        for period in self.model.periods:
            if (period.start, period.due_on) == (instalment.start, instalment.due_on):
                return period
        return None

    def take_over_dues(self, on: date | None, from_due_day: date | None = None) -> None:
        """Copy what falls due from the interest side into the instalments; what is settled by it is settled `on`."""
        for instalment in self.instalments:
            period = self.period_of(instalment)
            if period is None or (from_due_day is not None and instalment.due_on < from_due_day):
                continue
            instalment.charged[Component.PRINCIPAL] = period.due_principal + instalment.credited_outside
            instalment.charged[Component.INTEREST] = period.due_interest
            instalment.credited_principal = period.credited_principal + instalment.credited_outside
            if on is not None:
                instalment.note_settlement(on)

    def take_over_terms(self, from_day: date) -> None:
        """Changed terms concern what is open and due from a day on; the last open instalment makes the sums meet."""
        if self.model is None:
            return
        regular = [i for i in self.instalments if self.period_of(i) is not None]
        before = {id(i): (dict(i.charged), i.settled_on) for i in regular if i.is_settled}
        self.take_over_dues(None, from_day)
        for instalment in regular:
            if id(instalment) in before:
                instalment.charged, instalment.settled_on = before[id(instalment)]
        still_open = [i for i in regular if id(i) not in before and i.due_on >= from_day]
        if still_open:
            planned = sum(i.charged[Component.PRINCIPAL] - i.credited_outside for i in regular)
            still_open[-1].charged[Component.PRINCIPAL] += self.model.total_due_principal() - planned

    def sort(self) -> None:
        """By due day; a down payment stands before a regular instalment of the same day."""
        order = {InstalmentKind.DOWN_PAYMENT: 0, InstalmentKind.REGULAR: 1, InstalmentKind.ADDED: 2}
        self.instalments.sort(key=lambda i: (i.due_on, order[i.kind]))

    @property
    def last_due_on(self) -> date:
        """The due day of the last regular instalment."""
        return max(i.due_on for i in self.instalments if i.kind is InstalmentKind.REGULAR)

    def added_instalment(self, due_on: date) -> Instalment:
        """The one instalment behind the last due date, made or moved so that it is due on `due_on` at the earliest."""
        for instalment in self.instalments:
            if instalment.kind is InstalmentKind.ADDED:
                instalment.due_on = max(instalment.due_on, due_on)
                return instalment
        made = Instalment(self.last_due_on, due_on, InstalmentKind.ADDED)
        self.instalments.append(made)
        return made
