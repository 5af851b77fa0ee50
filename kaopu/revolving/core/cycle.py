"""One statement and what became of its bill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.money import to_major

if TYPE_CHECKING:
    from datetime import date

    from kaopu.revolving.core.terms import Component


@dataclass(frozen=True, slots=True)
class Cycle:
    """Minor units. closing = opening + purchases + interest + fees - payments = sum of `buckets`.

    `purchases` hold cash advances and `payments` hold refunds, each also told apart. `days_past_due` is true on the
    statement day; `paid_by_due`, `paid_in_full` and `days_late` tell what became of this bill until the day of reading.
    """

    statement_on: date
    due_on: date
    opening: int
    purchases: int
    cash_advances: int
    payments: int
    refunds: int
    interest: int
    fees: int
    closing: int
    minimum_due: int
    full_amount_due: int
    past_due: int
    converted_to_instalments: int
    buckets: dict[str, int]
    interest_by_bucket: dict[Component, int]
    days_past_due: int
    paid_by_due: int
    paid_in_full: bool | None
    days_late: int

    def as_json(self, currency: str) -> dict[str, Any]:
        """Amounts as decimal strings in major units, days as YYYY-MM-DD; `paid_in_full` is null before it is known."""

        def major(minor: int) -> str:
            return to_major(minor, currency)

        return {
            "statement_on": self.statement_on.isoformat(),
            "due_on": self.due_on.isoformat(),
            "opening": major(self.opening),
            "purchases": major(self.purchases),
            "payments": major(self.payments),
            "interest": major(self.interest),
            "fees": major(self.fees),
            "closing": major(self.closing),
            "minimum_due": major(self.minimum_due),
            "paid_by_due": major(self.paid_by_due),
            "days_past_due": self.days_past_due,
            "cash_advances": major(self.cash_advances),
            "refunds": major(self.refunds),
            "converted_to_instalments": major(self.converted_to_instalments),
            "full_amount_due": major(self.full_amount_due),
            "past_due": major(self.past_due),
            "credit_balance": major(-self.buckets["credit"]),
            "paid_in_full": self.paid_in_full,
            "days_late": self.days_late,
            "buckets": {name: major(minor) for name, minor in self.buckets.items()},
            "interest_by_bucket": {str(name): major(minor) for name, minor in self.interest_by_bucket.items()},
        }
