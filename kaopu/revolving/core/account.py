"""A revolving account between two days: its open amounts and how postings settle them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.revolving.core.terms import DRAWN, Component, InterestOn, NewPurchases, Terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class Cause(StrEnum):
    """Why an open amount became smaller."""

    PAYMENT = "payment"
    REFUND = "refund"
    CONVERSION = "conversion"
    CREDIT = "credit"  # a credit balance paid it


@dataclass(slots=True)
class Lot:
    """One amount still open, in minor units; its interest counts from `interest_from`.

    `bears`: interest runs, else it waits for how its bill is paid. `billed`: a statement has shown it. `payable`: may
    be asked for, which the instalments of a conversion may not before their statement.
    """

    component: Component
    minor: int
    interest_from: date
    bears: bool
    billed: bool = False
    payable: bool = True
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Why interest was billed: `minor` units bore interest from `start` (counted) to `end` (not counted)."""

    component: Component
    minor: int
    start: date
    end: date


@dataclass(slots=True)
class Account:
    """What is open, and the exact interest gathered since the last statement."""

    terms: Terms
    lots: list[Lot] = field(default_factory=list)
    credit: int = 0
    new_purchases_bear: bool = False
    gathered: dict[Component, Fraction] = field(default_factory=lambda: dict.fromkeys(DRAWN, Fraction(0)))
    at_stake: dict[Component, Fraction] = field(default_factory=lambda: dict.fromkeys(DRAWN, Fraction(0)))
    spans: list[Span] = field(default_factory=list)
    spans_at_stake: list[Span] = field(default_factory=list)
    charged: Counter[Component] = field(default_factory=Counter)
    settled: Counter[tuple[Cause, Component]] = field(default_factory=Counter)
    overpaid: Counter[Cause] = field(default_factory=Counter)

    def owed(self, *, billed_only: bool = False) -> int:
        """What may be asked for, in minor units; instalments not yet billed are not part of it."""
        return sum(lot.minor for lot in self.lots if lot.payable and (lot.billed or not billed_only))

    def balance(self) -> int:
        """All that is open less the credit: below 0 when the lender owes."""
        return sum(lot.minor for lot in self.lots) - self.credit

    def charge(self, component: Component, minor: int, on: date, name: str | None = None) -> None:
        """A purchase, cash or charge; a credit balance pays first, so interest never meets it."""
        own = min(self.credit, minor)
        self.credit -= own
        self.charged[component] += minor
        self.settled[Cause.CREDIT, component] += own
        if minor > own:
            self.lots.append(Lot(component, minor - own, on, self._bears(component), name=name))

    def pay(self, minor: int, on: date) -> None:
        """A payment: what is more than is owed becomes credit."""
        self._overpay(Cause.PAYMENT, self._settle(Cause.PAYMENT, minor, on, self._in_order()))

    def refund(self, minor: int, on: date, of: str | None) -> None:
        """Goods returned: the purchase named, then purchases, then anything owed; the rest is credit."""
        purchases = [lot for lot in self._in_order() if lot.component is Component.PURCHASE]
        named = [lot for lot in purchases if of is not None and lot.name == of]
        rest = self._settle(Cause.REFUND, minor, on, [*named, *purchases], wholly_undone=True)
        self._overpay(Cause.REFUND, self._settle(Cause.REFUND, rest, on, self._in_order()))

    def purchases_open(self, *, billed_only: bool) -> int:
        """Purchases that can be turned into instalments, in minor units."""
        open_lots = (lot for lot in self.lots if lot.component is Component.PURCHASE)
        return sum(lot.minor for lot in open_lots if lot.billed or not billed_only)

    def convert(self, parts: Sequence[int], on: date) -> list[Lot]:
        """Turn purchases into instalments of `parts` minor units; returns them, none payable yet."""
        purchases = [lot for lot in self._in_order() if lot.component is Component.PURCHASE]
        self._settle(Cause.CONVERSION, sum(parts), on, purchases)
        plan = [Lot(Component.INSTALMENT, part, on, bears=True, payable=False) for part in parts]
        self.lots.extend(plan)
        return plan

    def bill_part(self, lot: Lot, on: date) -> None:
        """An instalment's turn has come: it may be asked for, and a credit balance pays it."""
        lot.payable = True
        self.credit = self._settle(Cause.CREDIT, self.credit, on, [lot])

    def judge(self, on: date) -> bool:
        """At the end of the last day to pay: was the bill paid in full? Decides on the interest that waited for it."""
        paid = self.owed(billed_only=True) <= self.terms.tolerance_minor
        for component, waiting in self.at_stake.items():
            self.gathered[component] += 0 if paid else waiting
            self.at_stake[component] = Fraction(0)
        self.spans += [] if paid else self.spans_at_stake
        self.spans_at_stake = []
        loses_all = not paid and self.terms.new_purchases is NewPurchases.BEAR_INTEREST
        self.new_purchases_bear = loses_all
        for lot in self.lots:
            if paid and lot.billed and not lot.bears:
                lot.interest_from = on + timedelta(days=1)  # a tolerated rest joins the next bill
            elif not paid and (lot.billed or loses_all) and lot.component in DRAWN:
                lot.bears = True
        return paid

    def interest_so_far(self, last_day: date) -> dict[Component, Fraction]:
        """Exact interest gathered since the last statement to the end of `last_day`; nothing is taken."""
        end = last_day + timedelta(days=1)
        found = dict(self.gathered)
        for lot in self.lots:
            if lot.bears:
                found[lot.component] += self.terms.interest(lot.component, lot.minor, lot.interest_from, end)
        return found

    def interest_to(self, last_day: date) -> dict[Component, Fraction]:
        """Exact interest of the cycle that ends with `last_day` (counted); taking it starts the next."""
        taken, end = self.interest_so_far(last_day), last_day + timedelta(days=1)
        for lot in self.lots:
            if lot.bears:
                self._span(self.spans, lot, lot.minor, end)
                lot.interest_from = end
        self.gathered = dict.fromkeys(DRAWN, Fraction(0))
        return taken

    def take_spans(self) -> list[Span]:
        """What the interest just taken is made of; their sum is the exact interest."""
        taken, self.spans = self.spans, []
        return taken

    def mark_billed(self) -> None:
        """The statement shows all that may be asked for. Purchases after it have their grace again."""
        for lot in self.lots:
            lot.billed = lot.billed or lot.payable
        self.new_purchases_bear = False

    def _bears(self, component: Component) -> bool:
        if component not in DRAWN:
            return False
        return self.new_purchases_bear or not self.terms.buckets[component].interest_free

    def _in_order(self) -> list[Lot]:
        order = self.terms.allocation
        payable = [lot for lot in self.lots if lot.payable]
        return sorted(payable, key=lambda lot: (not lot.billed, order.index(lot.component)))

    def _settle(self, cause: Cause, minor: int, on: date, among: Sequence[Lot], *, wholly_undone: bool = False) -> int:
        """Make the open amounts `among` smaller, in their order. Returns what was left over."""
        for lot in among:
            part = min(minor, lot.minor)
            self._pay(lot, part, on, wholly_undone=wholly_undone)
            self.settled[cause, lot.component] += part
            minor -= part
        self.lots = [lot for lot in self.lots if lot.minor]
        return minor

    def _span(self, spans: list[Span], lot: Lot, minor: int, end: date) -> None:
        if minor and lot.interest_from < end and self.terms.buckets[lot.component].a_year():
            spans.append(Span(lot.component, minor, lot.interest_from, end))

    def _overpay(self, cause: Cause, minor: int) -> None:
        self.credit += minor
        self.overpaid[cause] += minor

    def _pay(self, lot: Lot, part: int, on: date, *, wholly_undone: bool) -> None:
        interest = self.terms.interest(lot.component, part, lot.interest_from, on)
        if lot.bears:
            self.gathered[lot.component] += interest
            self._span(self.spans, lot, part, on)
        elif lot.billed and lot.component in DRAWN and self.terms.interest_on is InterestOn.WHOLE and not wholly_undone:
            self.at_stake[lot.component] += interest
            self._span(self.spans_at_stake, lot, part, on)
        lot.minor -= part
