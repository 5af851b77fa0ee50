"""The walk over an account's history: postings in, statements out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kaopu.book.core.rounding import round_minor
from kaopu.book.core.split import split_evenly
from kaopu.book.core.terms import Split
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_major
from kaopu.revolving.core.cycle import Cycle
from kaopu.revolving.core.minimum_due import minimum_due
from kaopu.revolving.core.posting import Posting, PostingKind
from kaopu.revolving.core.statement_days import due_day_of, last_day_to_pay
from kaopu.revolving.core.terms import DRAWN, Component, Terms
from kaopu.revolving.core.unpaid_minimum import Minimum, UnpaidMinimums

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kaopu.revolving.core.account import Account, Lot, Span


@dataclass(slots=True)
class _Plan:
    """Instalments not yet billed, and the fee that comes with each; minor units."""

    parts: list[Lot]
    fee: int


@dataclass(slots=True)
class _Sums:
    """What a cycle saw, in minor units."""

    purchases: int = 0
    cash: int = 0
    payments: int = 0
    refunds: int = 0
    fees: int = 0
    converted: int = 0


@dataclass(slots=True)
class _Bill:
    """The last statement while its bill can still be paid in time."""

    last_day: date
    minimum: Minimum
    paid: int = 0
    paid_in_full: bool | None = None


@dataclass(slots=True)
class Walk:
    """State between two postings; `spans` say of each cycle what its interest is made of.

    `asked_at_most`: what issued statements asked for. History learned later cannot make a borrower late with more.
    """

    terms: Terms
    account: Account
    minimums: UnpaidMinimums = field(default_factory=UnpaidMinimums)
    plans: list[_Plan] = field(default_factory=list)
    sums: _Sums = field(default_factory=_Sums)
    cycles: list[Cycle] = field(default_factory=list)
    bills: list[_Bill] = field(default_factory=list)
    opening: int = 0
    spans: list[list[Span]] = field(default_factory=list)
    asked_at_most: Mapping[date, int] = field(default_factory=dict)

    def pass_to(self, day: date, postings: list[Posting]) -> None:
        """Take the postings up to the end of `day`, and judge the open bill when its last day to pay ends."""
        bill = self.bills[-1] if self.bills else None
        if bill and bill.paid_in_full is None and bill.last_day <= day:
            while postings and postings[0].on <= bill.last_day:
                self._take(postings.pop(0), bill)
            bill.paid_in_full = self.account.judge(bill.last_day)
        while postings and postings[0].on <= day:
            self._take(postings.pop(0), bill)

    def close(self, on: date) -> None:
        """Write the statement of the day."""
        self._bill_plans(on)
        exact = self.account.interest_to(on)
        self.spans.append(self.account.take_spans())
        interest = {component: round_minor(exact[component], self.terms.rounding) for component in DRAWN}
        self.account.charge(Component.INTEREST, sum(interest.values()), on)
        past_due = self.minimums.total
        asked = minimum_due(self.terms, self.account.lots, past_due)
        asked = max(past_due, min(asked, self.asked_at_most.get(on, asked)))
        days_past_due = self.minimums.days_past_due(on, self.terms.tolerance_days, self.terms.tolerance_minor)
        due_on = due_day_of(self.terms, on)
        minimum = self.minimums.ask(due_on, asked - past_due, on)
        cycle = Cycle(
            statement_on=on,
            due_on=due_on,
            opening=self.opening,
            purchases=self.sums.purchases + self.sums.cash,
            cash_advances=self.sums.cash,
            payments=self.sums.payments + self.sums.refunds,
            refunds=self.sums.refunds,
            interest=sum(interest.values()),
            fees=self.sums.fees,
            closing=self.account.balance(),
            minimum_due=asked,
            full_amount_due=self.account.owed(),
            past_due=past_due,
            converted_to_instalments=self.sums.converted,
            buckets=buckets_of(self.account),
            interest_by_bucket=interest,
            days_past_due=days_past_due,
            paid_by_due=0,
            paid_in_full=None,
            days_late=0,
        )
        self.cycles.append(cycle)
        self.bills.append(_Bill(last_day_to_pay(self.terms, on), minimum))
        self.account.mark_billed()
        self.opening, self.sums = cycle.closing, _Sums()

    def told_on(self, as_of: date) -> list[Cycle]:
        """The statements with what became of their bills until `as_of`."""
        return [
            replace(
                cycle,
                paid_by_due=bill.paid,
                paid_in_full=bill.paid_in_full,
                days_late=bill.minimum.days_late(as_of),
            )
            for cycle, bill in zip(self.cycles, self.bills, strict=True)
        ]

    def _take(self, posting: Posting, bill: _Bill | None) -> None:
        match posting.kind:
            case PostingKind.PURCHASE:
                self.sums.purchases += posting.amount
                self.account.charge(Component.PURCHASE, posting.amount, posting.on, posting.name)
            case PostingKind.CASH:
                self.sums.cash += posting.amount
                self.account.charge(Component.CASH, posting.amount, posting.on)
            case PostingKind.FEE:
                self.sums.fees += posting.amount
                self.account.charge(Component.FEE, posting.amount, posting.on)
            case PostingKind.PAYMENT:
                self.sums.payments += posting.amount
                self.account.pay(posting.amount, posting.on)
                self._count(posting.amount, posting.on, bill)
            case PostingKind.REFUND:
                self.sums.refunds += posting.amount
                self.account.refund(posting.amount, posting.on, posting.of)
                self._count(posting.amount if self.terms.refund_pays_minimum else 0, posting.on, bill)
            case PostingKind.INSTALMENT:
                self._convert(posting)
                self._count(posting.amount, posting.on, bill)

    def _count(self, minor: int, on: date, bill: _Bill | None) -> None:
        """Count towards the minimum, and towards the bill while it can be paid in time."""
        self.minimums.cover(minor, on)
        self.minimums.trim(self.account.owed(billed_only=True), on)
        if bill and bill.paid_in_full is None:
            bill.paid += minor

    def _convert(self, posting: Posting) -> None:
        open_minor = self.account.purchases_open(billed_only=False)
        if posting.amount > open_minor:
            given, most = (to_major(minor, self.terms.currency) for minor in (posting.amount, open_minor))
            raise BadInput(
                f"instalment of {posting.on}: {given} given, expected at most {most}, the purchases open that day"
            )
        fee_rate = self.terms.instalment_fee_rate if posting.fee_rate is None else posting.fee_rate
        parts = split_evenly(posting.amount, posting.months, Split.LAST, self.terms.rounding)
        fee = round_minor(posting.amount * fee_rate, self.terms.rounding)
        self.plans.append(_Plan(self.account.convert(parts, posting.on), fee))
        self.sums.converted += posting.amount

    def _bill_plans(self, on: date) -> None:
        for plan in self.plans:
            self.account.bill_part(plan.parts.pop(0), on)
            self.sums.fees += plan.fee
            self.account.charge(Component.FEE, plan.fee, on)
        self.plans = [plan for plan in self.plans if plan.parts]


def buckets_of(account: Account) -> dict[str, int]:
    """What is open by component, and the credit below 0; minor units. Their sum is the balance."""
    drawn = {str(c): sum(lot.minor for lot in account.lots if lot.component is c) for c in reversed(Component)}
    return {**drawn, "credit": -account.credit}
