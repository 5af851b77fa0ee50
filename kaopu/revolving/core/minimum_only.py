"""What it costs to pay the minimum alone, from a statement on."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from kaopu.revolving.core.posting import Posting, PostingKind
from kaopu.revolving.core.statement_days import statement_days

if TYPE_CHECKING:
    from datetime import date

    from kaopu.revolving.core.walk import Walk

MOST_STATEMENTS = 600  # fifty years


@dataclass(frozen=True, slots=True)
class MinimumOnly:
    """`payments`, one a month, of `paid` minor units in all, `interest` and `fees` of it, the last `paid_off_on`."""

    payments: int
    paid: int
    interest: int
    fees: int
    paid_off_on: date


def minimum_only(walk: Walk) -> MinimumOnly | None:
    """From the last statement on, every minimum is paid on its due day and nothing else happens.

    `walk` must stand at the end of a statement day, and is left as it is. None: nothing is owed, or it would not be
    paid off within fifty years.
    """
    if not walk.cycles or not walk.account.lots:
        return None
    ahead = deepcopy(walk)
    first = ahead.cycles[-1]
    payments = paid = interest = fees = 0
    for day in islice(statement_days(ahead.terms, first.statement_on), 1, MOST_STATEMENTS):
        last = ahead.cycles[-1]
        asked = [Posting(PostingKind.PAYMENT, last.due_on, last.minimum_due)] if last.minimum_due else []
        payments += len(asked)
        paid += last.minimum_due
        ahead.pass_to(day, asked)
        ahead.close(day)
        billed = ahead.cycles[-1]
        interest += billed.interest
        fees += billed.fees
        if not ahead.account.lots:
            return MinimumOnly(payments, paid, interest, fees, last.due_on)
    return None
