"""What happens when goods go back, in a quote's words: whose principal the refund settles, and what becomes of fees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RefundOrder(StrEnum):
    """Which principal a refund settles. The strings are public; the codes are those of docs/snapshot.md."""

    LAST_FIRST = "last-first"
    NEXT_FIRST = "next-first"
    PRO_RATA = "pro-rata"
    INSTRUMENT = "instrument"


class RefundFee(StrEnum):
    """What becomes of fees that are not due yet."""

    KEPT = "kept"
    RETURNED = "returned"


ORDER_CODE = {order: code for code, order in enumerate(RefundOrder)}
FEE_CODE = {fee: code for code, fee in enumerate(RefundFee)}
_ORDER_WORDS = {
    RefundOrder.LAST_FIRST: "A refund settles the last instalments first, so the next ones stay as they are.",
    RefundOrder.NEXT_FIRST: "A refund settles the oldest unpaid instalments first, so less is due next.",
    RefundOrder.PRO_RATA: "A refund lowers every unpaid instalment in proportion.",
    RefundOrder.INSTRUMENT: "A refund goes back to the means of payment; the instalments stay as they are.",
}
_FEE_WORDS = {
    RefundFee.KEPT: "Fees stay as agreed.",
    RefundFee.RETURNED: "Fees that are not due yet fall away with the principal that is refunded.",
}


@dataclass(frozen=True, slots=True)
class RefundRule:
    """The rule of a product."""

    order: RefundOrder = RefundOrder.LAST_FIRST
    fee: RefundFee = RefundFee.KEPT

    def as_json(self) -> dict[str, str]:
        """As a quote says it."""
        words = _ORDER_WORDS[self.order]
        if self.order is not RefundOrder.INSTRUMENT:
            words = f"{words} {_FEE_WORDS[self.fee]} What is more than is owed goes back to where payments came from."
        return {"order": str(self.order), "fee": str(self.fee), "words": words}


def refund_rule(order_code: int, fee_code: int) -> RefundRule:
    """The rule behind the columns `refund_order` and `refund_fee`."""
    return RefundRule(tuple(RefundOrder)[order_code], tuple(RefundFee)[fee_code])
