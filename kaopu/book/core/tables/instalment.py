"""One instalment of a table while its loan is replayed: what is charged, what is paid, and when it was settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Component(StrEnum):
    """What an instalment is made of."""

    PENALTY = "penalty"
    FEE = "fee"
    PRINCIPAL = "principal"
    INTEREST = "interest"


class InstalmentKind(StrEnum):
    """A regular instalment, the down payment, or one that was added behind the last due date."""

    DOWN_PAYMENT = "down_payment"
    REGULAR = "regular"
    ADDED = "added"


def _nothing() -> dict[Component, int]:
    return dict.fromkeys(Component, 0)


@dataclass(slots=True, eq=False)
class Instalment:
    """Amounts in minor units. It lives inside one replay and is never shared between two."""

    start: date
    due_on: date
    kind: InstalmentKind = InstalmentKind.REGULAR
    charged: dict[Component, int] = field(default_factory=_nothing)
    paid: dict[Component, int] = field(default_factory=_nothing)
    charge_lines: list[tuple[date, Component, int]] = field(default_factory=list)
    principal_paid: list[tuple[date, int]] = field(default_factory=list)
    credited_principal: int = 0
    credited_outside: int = 0
    in_advance: int = 0
    late: int = 0
    settled_on: date | None = None

    def outstanding(self, component: Component) -> int:
        """What is still to be paid of a component."""
        return self.charged[component] - self.paid[component]

    @property
    def total_charged(self) -> int:
        """The amount due."""
        return sum(self.charged.values())

    @property
    def total_paid(self) -> int:
        """What was paid so far."""
        return sum(self.paid.values())

    @property
    def is_settled(self) -> bool:
        """Nothing is left to pay."""
        return self.total_charged == self.total_paid

    def pay(self, component: Component, amount: int, on: date) -> int:
        """Use up to `amount` for a component; returns what was used."""
        used = max(0, min(amount, self.outstanding(component)))
        self.paid[component] += used
        if component is Component.PRINCIPAL and used:
            self.principal_paid.append((on, used))
        if on < self.due_on:
            self.in_advance += used
        elif on > self.due_on:
            self.late += used
        self.note_settlement(on)
        return used

    def forget_payments(self) -> None:
        """As if nothing had been paid: the payments are used again on a changed schedule."""
        self.paid = _nothing()
        self.principal_paid.clear()
        self.in_advance = self.late = 0
        self.settled_on = None

    def note_settlement(self, on: date) -> None:
        """Remember the day on which nothing was left, or forget it when something is due again."""
        if not self.is_settled:
            self.settled_on = None
        elif self.settled_on is None:
            self.settled_on = on

    def add_charge(self, component: Component, amount: int, due_on: date) -> None:
        """A fee or penalty; its own due day can lie before the day of the instalment."""
        self.charged[component] += amount
        self.charge_lines.append((due_on, component, amount))
        if amount:
            self.settled_on = None

    def due_charge(self, component: Component, on: date) -> int:
        """What is still to be paid of the fees or penalties whose own due day has come."""
        due = sum(amount for due_on, kind, amount in self.charge_lines if kind is component and due_on <= on)
        return max(0, due - self.paid[component])

    def credit_principal(self, amount: int) -> None:
        """Principal that becomes due again, unknown to the interest side: planned balances do not count it."""
        self.charged[Component.PRINCIPAL] += amount
        self.credited_principal += amount
        self.credited_outside += amount
        self.settled_on = None
