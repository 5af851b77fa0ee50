"""What comes after default, and who pays for interest-free: disputes, sales, acceleration, others who join, subsidies.

Drawn after a debt's life is known and from chances of its own, so that the life stays what it was. Nothing here lies
before a payment that it would change: borrowers go on paying what is asked, to the fen.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kaopu.book.sample.behaviour import Event

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from kaopu.book.sample.contracts import Contract

BUYERS = ("huadong-amc", "xinan-amc")
SOLD, SET_OFF = 0.12, 0.02
# Of shops' customers with something unpaid; of all who are late; of enterprises that are late.
DISPUTED, DISPUTED_LATE, RE_AGED = 0.006, 0.06, 0.03
CALLED_DUE, JOINED = 0.14, 0.12
ENDS_AGAIN = 0.5  # of disputes, and of accelerations that are taken back
PRICE_SHARES = (6, 18)  # hundredths of what was lent
SUBSIDY_PAID_AFTER = timedelta(days=20)
PAID = frozenset({"payment", "set_off"})
OVER = frozenset({"charge_off", "early_settlement", "refund", "return"})


def aftermath(chance: Random, contract: Contract, life: list[Event], end: date) -> list[Event]:
    """The life with what followed; reversals keep their places. A `joining` names no party yet: the loader does."""
    is_business = contract.offer.portfolio == "business"
    events = [_as_set_off(chance, event) for event in life] if is_business else life
    kinds = {event.kind for event in life}
    if "charge_off" in kinds:
        events += _sold(chance, contract, life[-1].on, end)
    elif not kinds & OVER:
        events += _unpaid(chance, contract, events, end)
    if contract.subsidy and not kinds & {"refund", "return"}:
        events += _subsidy(contract, end)
    return events


def _as_set_off(chance: Random, event: Event) -> Event:
    """A shop's instalment taken out of what the lender owes the shop elsewhere."""
    if event.kind != "payment" or chance.random() >= SET_OFF:
        return event
    return Event(event.on, "set_off", event.amount)


def _sold(chance: Random, contract: Contract, last: date, end: date) -> list[Event]:
    on = last + timedelta(days=chance.randrange(20, 90))
    if chance.random() >= SOLD or on > end:
        return []
    price = contract.terms.principal_minor * chance.randrange(*PRICE_SHARES) // 100
    return [Event(on, "transfer", price, payload={"owner": chance.choice(BUYERS)})]


def _unpaid(chance: Random, contract: Contract, events: list[Event], end: date) -> list[Event]:
    """What happens about an instalment that nobody paid, in the last weeks of the book and after all payments."""
    paid = sum((event.kind in PAID) - (event.kind == "reversal") for event in events)
    if paid >= len(contract.due):
        return []
    draw, days = chance.random(), chance.randrange(3, 25)
    on = end - timedelta(days=days)
    if on <= contract.terms.start or (events and events[-1].on > on):
        return []
    is_late = contract.due[paid] < on
    if contract.offer.at_merchant and draw < (DISPUTED_LATE if is_late else DISPUTED):
        return _ended(chance, Event(on, "dispute", contract.rows[paid].seq), "dispute_end", days)
    return _late(chance, contract, draw, on, days) if is_late else []


def _late(chance: Random, contract: Contract, draw: float, on: date, days: int) -> list[Event]:
    if contract.offer.portfolio != "business":
        return [Event(on, "re_age", 0)] if draw > 1 - RE_AGED else []
    if draw < CALLED_DUE and contract.due[-1] > on:
        return _ended(chance, Event(on, "acceleration", 0), "reinstatement", days)
    return [Event(on, "joining", 0)] if draw > 1 - JOINED else []


def _ended(chance: Random, event: Event, kind: str, days: int) -> list[Event]:
    """The event, and in half of the cases its end some days later."""
    if chance.random() >= ENDS_AGAIN:
        return [event]
    return [event, Event(event.on + timedelta(days=chance.randrange(1, days)), kind, event.amount)]


def _subsidy(contract: Contract, end: date) -> list[Event]:
    on = contract.terms.start + SUBSIDY_PAID_AFTER
    return [Event(on, "subsidy", contract.subsidy)] if on <= end else []
