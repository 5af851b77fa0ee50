"""What acts on receipts answer, and why they may refuse."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


class Refusal(StrEnum):
    """Why nothing was done. The strings are public: add new ones, keep the old."""

    RECEIPT_UNKNOWN = "receipt_unknown"
    DEBT_UNKNOWN = "debt_unknown"
    OTHER_CURRENCY = "other_currency"
    NOTHING_LEFT = "nothing_left"  # all of it is matched or returned already
    ABOVE_WHAT_IS_LEFT = "above_what_is_left"
    AMOUNT_MUST_BE_POSITIVE = "amount_must_be_positive"
    CHANGED_MEANWHILE = "changed_meanwhile"  # somebody else acted since the page was shown
    NOT_MATCHED = "not_matched"
    ALREADY_UNMATCHED = "already_unmatched"
    DAY_BEFORE_THE_RECEIPT = "day_before_the_receipt"
    RETURN_IS_WAITING = "return_is_waiting"  # for a second person
    DEBT_NOT_BEGUN = "debt_not_begun"
    BOOK_REFUSED = "book_refused"


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal with the book's or the approval's own word, where there is one."""

    why: Refusal
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.why}: {self.detail}" if self.detail else str(self.why)


@dataclass(frozen=True, slots=True)
class Matched:
    """Money that went to a debt. `left`: still in suspense."""

    receipt: int
    debt: int
    event_id: int
    amount: int
    left: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Money that came back from a debt to suspense."""

    receipt: int
    debt: int
    event_id: int
    amount: int
    left: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Money sent back; or, with a `proposal`, what waits for a second person."""

    receipt: int
    amount: int
    left: int
    proposal: UUID | None = None
    waits: bool = False
