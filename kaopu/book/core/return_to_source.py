"""Surplus back to where it came from, in payment order: who gets how much of a credit balance that a refund left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that was not reversed, in minor units. `source`: a code of the instrument; None: nobody noted it."""

    on: date
    event_id: int
    amount: int
    source: str | None


@dataclass(frozen=True, slots=True)
class Payout:
    """So much goes back to one source, for one payment."""

    source: str
    amount: int
    of_event: int


@dataclass(frozen=True, slots=True)
class Returned:
    """What goes back where, and what stays as credit balance since its source is not known, in minor units."""

    payouts: tuple[Payout, ...]
    kept: int


def return_to_source(surplus: int, payments: Iterable[Paid], returned_before: int = 0) -> Returned:
    """The oldest payment first, each at most what it brought; `returned_before` was given back of the oldest already.

    A payment without a source takes its share and keeps it: money never goes to a source that did not pay it, and what
    a later payment would get never depends on what nobody noted of an earlier one.
    """
    payouts, kept, left, done = [], 0, surplus, returned_before
    for payment in sorted(payments, key=lambda each: (each.on, each.event_id)):
        before = min(done, payment.amount)
        done -= before
        share = min(left, payment.amount - before)
        left -= share
        if share == 0:
            continue
        if payment.source is None:
            kept += share
        else:
            payouts.append(Payout(payment.source, share, payment.event_id))
    return Returned(tuple(payouts), kept + left)
