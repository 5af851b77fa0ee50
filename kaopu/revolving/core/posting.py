"""What happens on a revolving account between statements."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction


class PostingKind(StrEnum):
    """The strings are public. Interest is no posting: the account works it out."""

    PURCHASE = "purchase"
    CASH = "cash"
    FEE = "fee"
    PAYMENT = "payment"
    REFUND = "refund"
    INSTALMENT = "instalment"


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting, counting from `on`; `amount` in minor units, above 0.

    `name` is how a refund finds its purchase (`of`). A conversion into `months` instalments (账单分期) may bring a
    `fee_rate` of its own, a month on the amount converted.
    """

    kind: PostingKind
    on: date
    amount: int
    name: str | None = None
    of: str | None = None
    months: int = 0
    fee_rate: Fraction | None = None
