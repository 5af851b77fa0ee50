"""Who pays so that the borrower does not (贴息, 贴现): agreed with the debt, earned by the day, clawed back on refund.

The closed form of docs/snapshot.md, *Subsidy*, for quotes and views of one debt; the kernel counts the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_major

if TYPE_CHECKING:
    from datetime import date


class SubsidyKind(StrEnum):
    """How the payer settles it. The strings are public."""

    BILLED = "billed"  # 贴息: the lender sends a bill
    DISCOUNT = "discount"  # withheld from what the merchant is paid


@dataclass(frozen=True, slots=True)
class Subsidy:
    """An amount in minor units that `payer` (a merchant's code) pays for the borrower."""

    minor: int
    payer: str
    kind: SubsidyKind = SubsidyKind.BILLED

    def __post_init__(self) -> None:
        if self.minor <= 0:
            raise BadInput(f"subsidy: {self.minor} given, expected minor units above 0")
        if not 0 < len(self.payer) <= 64:
            raise BadInput("subsidy_payer: expected a code of 1 to 64 characters, so that the quote can name the payer")

    def as_json(self, currency: str) -> dict[str, Any]:
        """As a quote names it."""
        return {"payer": self.payer, "kind": str(self.kind), "amount": to_major(self.minor, currency)}


def clawed_back(subsidy: int, refunded: int, lent: int) -> int:
    """What the payer gets back when goods go back: in proportion to the refund, rounded down, in minor units."""
    return subsidy * min(refunded, lent) // lent if lent > 0 else 0


def earned(subsidy: int, clawed: int, days: int, span_days: int, *, is_repaid: bool) -> int:
    """Income so far: by the day over the span of the schedule, rounded down; all of it once no principal is left."""
    left = subsidy - clawed
    if is_repaid or span_days <= 0:
        return left
    return left * min(max(days, 0), span_days) // span_days


def span_days(start: date, last_due: date) -> int:
    """Days over which it is earned."""
    return (last_due - start).days
