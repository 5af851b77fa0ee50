"""What comes after default, and who pays for interest-free: a few disputes, re-ageings, sales, set-offs and subsidies.

Drawn after a debt's life is known and from chances of its own, so that the life stays what it was. Nothing here lies
before a payment that it would change: borrowers go on paying what is asked, to the fen.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from kaopu.book.sample.behaviour import Event

if TYPE_CHECKING:
    from random import Random

    from kaopu.book.sample.contracts import Contract

BUYERS = ("huadong-amc", "xinan-amc")
SOLD, DISPUTED, RE_AGED, SET_OFF = 0.12, 0.06, 0.03, 0.02
PRICE_SHARES = (6, 18)  # hundredths of what was lent
SUBSIDY_PAID_AFTER = timedelta(days=20)
UNSETTLED = frozenset({"charge_off", "early_settlement", "refund", "return"})


def aftermath(chance: Random, contract: Contract, life: list[Event], end: date) -> list[Event]:
    """The life with what followed, in the order of days within each kind of story; reversals keep their places."""
    events = [_as_set_off(chance, contract, event) for event in life]
    last = max((event.on for event in events), default=contract.terms.start)
    kinds = {event.kind for event in events}
    if "charge_off" in kinds:
        events += _sold(chance, contract, last, end)
    elif not kinds & UNSETTLED:
        events += _late(chance, contract, events, last, end)
    return events + _subsidy(contract, kinds, end)


def _as_set_off(chance: Random, contract: Contract, event: Event) -> Event:
    """A shop's instalment taken out of what the lender owes the shop elsewhere."""
    if contract.offer.portfolio != "business" or event.kind != "payment" or chance.random() >= SET_OFF:
        return event
    return Event(event.on, "set_off", event.amount)


def _sold(chance: Random, contract: Contract, last: date, end: date) -> list[Event]:
    on = last + timedelta(days=chance.randrange(20, 90))
    if chance.random() >= SOLD or on > end:
        return []
    price = contract.terms.principal_minor * chance.randrange(*PRICE_SHARES) // 100
    return [Event(on, "transfer", price, payload={"owner": chance.choice(BUYERS)})]


def _late(chance: Random, contract: Contract, events: list[Event], last: date, end: date) -> list[Event]:
    """A dispute of the first instalment that nobody paid, or its days counted anew after an agreement."""
    paid = sum(event.kind in {"payment", "set_off"} for event in events)
    open_ = [row.seq for row, due in zip(contract.rows, contract.due, strict=True) if due < end and row.seq > paid]
    draw = chance.random()
    on = max(last, end - timedelta(days=chance.randrange(3, 25)))
    if not open_ or on > end or on <= contract.terms.start:
        return []
    if draw < DISPUTED and contract.offer.at_merchant:
        return [Event(on, "dispute", open_[0])]
    return [Event(on, "re_age", 0)] if draw < RE_AGED else []


def _subsidy(contract: Contract, kinds: set[str], end: date) -> list[Event]:
    on = contract.terms.start + SUBSIDY_PAID_AFTER
    if not contract.subsidy or on > end or kinds & {"refund", "return"}:
        return []
    return [Event(on, "subsidy", contract.subsidy)]
