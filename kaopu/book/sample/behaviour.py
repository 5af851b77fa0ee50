"""How borrowers pay: one debt's events up to the end day, by chances that make a book look like a book.

Most pay on the day or a little late. Some miss an instalment; of those nearly half catch up next month, the further
behind the fewer. Six instalments behind, the debt is charged off; some of it is recovered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from kaopu.book.sample.contracts import Contract

NEVER_PAYS = 0.0045  # who borrowed with no mind to pay: most first-payment defaults
FIRST_MISSED = 0.0015
MISSED = 0.026
# By instalments behind: the chance to catch up at once, or to pay one and stay as far behind. The rest fall further.
CATCH_UP = (0.0, 0.46, 0.24, 0.13, 0.08, 0.05, 0.03)
HOLD = (0.0, 0.20, 0.16, 0.10, 0.06, 0.04, 0.02)
# Before and after the Spring Festival money is short.
SEASON = (1.35, 1.45, 1.05, 0.95, 0.95, 0.95, 1.0, 1.0, 1.0, 0.95, 0.95, 1.1)
CHARGE_OFF_BEHIND = 6
CHARGE_OFF_DAYS = 185
RETURNED, PARTLY_RETURNED = 0.018, 0.010
BOUNCED = 0.0012
PENALTY_WAIVED = 0.15
RECOVERED = 0.38
LATE = 0.13


@dataclass(slots=True)
class Event:
    """One event; `reverses` is the place of an earlier one among the debt's events."""

    on: date
    kind: str
    amount: int
    component: str | None = None
    reverses: int | None = None
    payload: dict[str, str] | None = None


@dataclass(slots=True)
class _Debt:
    """One debt on its way: what its instalments still ask, and what the late penalty has come to."""

    contract: Contract
    events: list[Event] = field(default_factory=list)
    asks: list[list[int]] = field(default_factory=list)  # principal, interest + fee
    paid: int = 0  # instalments settled, from the front
    principal_days: int = 0  # past due, times the days of it
    interest_days: int = 0
    called_on: date | None = None  # all falls due, by the product's rule
    counted_to: date | None = None
    penalty_paid: int = 0

    def due(self, place: int) -> date:
        return self.contract.due[place]

    def count_penalty(self, to: date) -> None:
        """Add what is overdue on every day past grace since the last count; over the product's days all is."""
        if self.paid < len(self.asks):
            rules, oldest = self.contract.offer.rules, self.due(self.paid)
            bears_from = oldest + timedelta(days=rules.get("grace_days", 0))
            start = max(self.counted_to or bears_from, bears_from)
            after = rules.get("accelerate_after_days", 0)
            if after and self.called_on is None and (to - oldest).days > after:
                self.called_on = oldest + timedelta(days=after + 1)
            for place in range(self.paid, len(self.asks)):
                due = min(self.due(place), self.called_on or date.max)
                days = (to - max(due, start)).days
                if days <= 0:
                    break
                self.principal_days += self.asks[place][0] * days
                self.interest_days += self.asks[place][1] * days
        self.counted_to = to

    def take_back(self, on: date) -> None:
        """Arrears are paid in full on the day: what was called due before its day is given its day again."""
        self.count_penalty(on)
        if self.called_on is not None:
            if self.due(len(self.asks) - 1) > on:
                self.events.append(Event(on, "reinstatement", 0))
            self.called_on = None

    def penalty(self) -> int:
        """What is owed of it, in minor units: on principal, and where agreed on interest."""
        rules = self.contract.offer.rules
        bears = self.principal_days * rules.get("penalty_rate_ppm", 0)
        bears += self.interest_days * rules.get("compound_rate_ppm", 0)
        return bears // (1_000_000 * rules.get("penalty_days_in_year", 365)) - self.penalty_paid

    def pay(self, on: date, instalments: int, kind: str = "payment") -> None:
        """Pay some instalments, and the penalty where that leaves nothing due."""
        self.count_penalty(on)
        money = sum(sum(self.asks[place]) for place in range(self.paid, self.paid + instalments))
        self.paid += instalments
        if self.paid == len(self.asks) or self.due(self.paid) > on:
            money += self.penalty()
            self.penalty_paid += self.penalty()
        if money:
            self.events.append(Event(on, kind, money))


def life(chance: Random, contract: Contract, end: date) -> list[Event]:
    """What happened to the debt up to and including `end`, in the order of days."""
    debt = _Debt(contract, asks=[[row.principal, row.interest + row.fee] for row in contract.rows])
    if contract.offer.at_merchant and _brought_back(chance, debt, end):
        return debt.events
    if chance.random() < NEVER_PAYS:
        _charge_off(chance, debt, end)
        return debt.events
    for place in range(len(debt.asks)):
        due = debt.due(place)
        if due > end or not _month(chance, debt, place, due, end):
            break
    else:
        if debt.paid < len(debt.asks):
            _last_chance(chance, debt, end)
    return debt.events


def _month(chance: Random, debt: _Debt, place: int, due: date, end: date) -> bool:
    """What the borrower does about one due day; False where the story ends."""
    behind = place - debt.paid
    offer = debt.contract.offer
    if behind >= CHARGE_OFF_BEHIND:
        _charge_off(chance, debt, end)
        return False
    if behind == 0:
        if place and chance.random() < offer.prepays:
            _settle(debt, place, due)
            return False
        missed = FIRST_MISSED if place == 0 else MISSED * offer.risk * SEASON[due.month - 1]
        if len(debt.asks) == 1:
            missed = MISSED * offer.risk * SEASON[due.month - 1] / 6
        if chance.random() >= missed:
            _pay_about(chance, debt, due, end)
        return True
    draw = chance.random()
    if draw < CATCH_UP[behind]:
        return _pay_late(chance, debt, due, end, behind + 1)
    if draw < CATCH_UP[behind] + HOLD[behind]:
        return _pay_late(chance, debt, due, end, 1)
    return True


def _pay_about(chance: Random, debt: _Debt, due: date, end: date) -> None:
    draw = chance.random()
    if draw < LATE:
        on = due + timedelta(days=min(1 + int(chance.expovariate(0.22)), 24))
    elif draw < 0.45:
        on = due - timedelta(days=chance.randrange(1, 6))
    else:
        on = due
    if debt.counted_to is not None:
        on = max(on, debt.counted_to)
    on = max(on, debt.contract.terms.start)
    if on > end:
        return
    debt.pay(on, 1)
    if chance.random() < BOUNCED and on + timedelta(days=4) <= end:
        # The bank took the money back; it came again three days later.
        last = len(debt.events) - 1
        debt.events.append(Event(on + timedelta(days=1), "reversal", 0, reverses=last))
        debt.events.append(Event(on + timedelta(days=4), "payment", debt.events[last].amount))
        debt.counted_to = on + timedelta(days=4)


def _pay_late(chance: Random, debt: _Debt, due: date, end: date, instalments: int) -> bool:
    on = due + timedelta(days=chance.randrange(0, 20))
    if debt.counted_to is not None:
        on = max(on, debt.counted_to)
    if on > end:
        return False
    debt.count_penalty(on)
    if instalments > 1:
        debt.take_back(on)
    if instalments > 1 and debt.penalty() and chance.random() < PENALTY_WAIVED:
        debt.events.append(Event(on, "waiver", debt.penalty(), "penalty"))
        debt.penalty_paid += debt.penalty()
    debt.pay(on, instalments)
    return True


def _settle(debt: _Debt, place: int, due: date) -> None:
    """Pay what is due and all principal to come: interest and fees to come lapse."""
    debt.count_penalty(due)
    money = sum(debt.asks[place]) + sum(principal for principal, _ in debt.asks[place + 1 :]) + debt.penalty()
    debt.events.append(Event(due, "early_settlement", money))
    debt.paid = len(debt.asks)


def _brought_back(chance: Random, debt: _Debt, end: date) -> bool:
    """Goods returned: the whole debt ends, or its last instalments shrink."""
    draw = chance.random()
    on = debt.contract.terms.start + timedelta(days=chance.randrange(2, 15))
    if on > end or draw >= RETURNED + PARTLY_RETURNED:
        return False
    principal = debt.contract.terms.principal_minor
    if draw < RETURNED:
        debt.events.append(Event(on, chance.choice(("refund", "return")), principal))
        fees = sum(other for _, other in debt.asks)
        if fees:
            debt.events.append(Event(on, "waiver", fees, "fee"))
        return True
    back = principal * chance.randrange(10, 50) // 100
    debt.events.append(Event(on, "refund", back))
    for ask in reversed(debt.asks):
        part = min(back, ask[0])
        ask[0] -= part
        back -= part
    return False


def _last_chance(chance: Random, debt: _Debt, end: date) -> None:
    """After the last due day: each month some catch up, until the debt is charged off."""
    behind = len(debt.asks) - debt.paid
    day = debt.due(len(debt.asks) - 1)
    months = 0
    while day + timedelta(days=30) <= end and (day - debt.due(debt.paid)).days + 30 < CHARGE_OFF_DAYS:
        day += timedelta(days=30)
        months += 1
        if chance.random() < CATCH_UP[min(behind + months - 1, len(CATCH_UP) - 1)]:
            _pay_late(chance, debt, day, end, len(debt.asks) - debt.paid)
            return
    _charge_off(chance, debt, end)


def _charge_off(chance: Random, debt: _Debt, end: date) -> None:
    on = debt.due(debt.paid) + timedelta(days=CHARGE_OFF_DAYS)
    if debt.events:
        on = max(on, debt.events[-1].on)
    if on > end:
        return
    debt.events.append(Event(on, "charge_off", 0))
    if chance.random() >= RECOVERED:
        return
    owed = sum(sum(ask) for ask in debt.asks[debt.paid :])
    for _ in range(chance.randrange(1, 5)):
        on += timedelta(days=chance.randrange(15, 75))
        amount = owed * chance.randrange(3, 14) // 100
        if on > end or not amount:
            return
        debt.events.append(Event(on, "recovery", amount))
