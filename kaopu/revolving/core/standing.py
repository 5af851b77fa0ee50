"""Where an account stands at the end of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.book.core.classification import LADDER_CARD, bucket_of, class_of
from kaopu.book.core.rounding import round_minor
from kaopu.kernel.core.money import to_major
from kaopu.revolving.core.walk import buckets_of

if TYPE_CHECKING:
    from datetime import date

    from kaopu.revolving.core.walk import Walk


@dataclass(frozen=True, slots=True)
class Standing:
    """Minor units. `outstanding` by bucket holds billed interest; `accrued_interest` is what the next bill will add.

    `minimum_due`: what is left to pay of all minimums asked for; `past_due`: the part whose due day is over.
    """

    as_of: date
    outstanding: dict[str, int]
    credit_balance: int
    accrued_interest: int
    minimum_due: int
    past_due: int
    days_past_due: int
    statement_on: date | None
    due_on: date | None
    full_amount_due: int

    @property
    def total(self) -> int:
        """All that is owed, the credit balance not deducted."""
        return sum(self.outstanding.values())

    @property
    def class_(self) -> str:
        """By the card ladder."""
        return class_of(self.days_past_due, LADDER_CARD)

    def as_json(self, currency: str) -> dict[str, Any]:
        """Amounts as decimal strings in major units, days as YYYY-MM-DD."""
        return {
            "as_of": self.as_of.isoformat(),
            "currency": currency,
            "outstanding": {name: to_major(minor, currency) for name, minor in self.outstanding.items()},
            "total": to_major(self.total, currency),
            "credit_balance": to_major(self.credit_balance, currency),
            "accrued_interest": to_major(self.accrued_interest, currency),
            "minimum_due": to_major(self.minimum_due, currency),
            "past_due": to_major(self.past_due, currency),
            "days_past_due": self.days_past_due,
            "bucket": bucket_of(self.days_past_due),
            "class": self.class_,
            "statement_on": self.statement_on.isoformat() if self.statement_on else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "full_amount_due": to_major(self.full_amount_due, currency),
        }


def standing(walk: Walk, as_of: date) -> Standing:
    """Where the account stands at the end of `as_of`, the day to which it was walked."""
    buckets = buckets_of(walk.account)
    credit = -buckets.pop("credit")
    interest = walk.account.interest_so_far(as_of)
    last = walk.cycles[-1] if walk.cycles else None
    terms = walk.terms
    return Standing(
        as_of=as_of,
        outstanding=buckets,
        credit_balance=credit,
        accrued_interest=sum(round_minor(exact, terms.rounding) for exact in interest.values()),
        minimum_due=walk.minimums.total,
        past_due=sum(minimum.left for minimum in walk.minimums.waiting if minimum.due_on < as_of),
        days_past_due=walk.minimums.days_past_due(as_of, terms.tolerance_days, terms.tolerance_minor),
        statement_on=last.statement_on if last else None,
        due_on=last.due_on if last else None,
        full_amount_due=walk.account.owed(billed_only=True),
    )
