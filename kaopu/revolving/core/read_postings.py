"""Postings from JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import MINOR_MAX
from kaopu.revolving.core.posting import Posting, PostingKind
from kaopu.revolving.core.reading import Reading, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

KINDS = {
    "purchases": PostingKind.PURCHASE,
    "sale": PostingKind.PURCHASE,
    "spend": PostingKind.PURCHASE,
    "retail": PostingKind.PURCHASE,
    "consumption": PostingKind.PURCHASE,
    "cash-advance": PostingKind.CASH,
    "cash-withdrawal": PostingKind.CASH,
    "withdrawal": PostingKind.CASH,
    "advance": PostingKind.CASH,
    "repayment": PostingKind.PAYMENT,
    "return": PostingKind.REFUND,
    "merchant-refund": PostingKind.REFUND,
    "purchase-refund": PostingKind.REFUND,
    "fees": PostingKind.FEE,
    "annual-fee": PostingKind.FEE,
    "cash-fee": PostingKind.FEE,
    "cash-advance-fee": PostingKind.FEE,
    "late-fee": PostingKind.FEE,
    "late-payment-fee": PostingKind.FEE,
    "service-fee": PostingKind.FEE,
    "instalments": PostingKind.INSTALMENT,
    "instalment-plan": PostingKind.INSTALMENT,
    "instalment-conversion": PostingKind.INSTALMENT,
    "installment": PostingKind.INSTALMENT,
    "installments": PostingKind.INSTALMENT,
    "installment-plan": PostingKind.INSTALMENT,
    "installment-conversion": PostingKind.INSTALMENT,
    "bill-instalment": PostingKind.INSTALMENT,
    "bill-instalments": PostingKind.INSTALMENT,
    "bill-installment": PostingKind.INSTALMENT,
    "convert": PostingKind.INSTALMENT,
    "conversion": PostingKind.INSTALMENT,
}
# Another name in a file, and what it is here. The first is the one that messages use.
TYPE = ("type", "kind", "posting_kind", "transaction_type")
ON = ("on", "date", "posted_on", "posting_date", "post_date", "day", "booked_on", "value_date", "posted", "at")
MONTHS = (
    "months",
    "instalments",
    "installments",
    "periods",
    "number_of_instalments",
    "parts",
    "count",
    "tenor",
    "term_months",
)
FEE_RATE = ("fee_rate", "monthly_fee_rate", "fee_rate_monthly")
FEE_PERCENT = ("fee_percent", "monthly_fee_percent", "fee_percent_monthly")
NAME = ("id", "ref", "reference", "posting_id")
OF = ("of", "refers_to", "purchase", "purchase_id", "original", "original_id")
FOR_PEOPLE = ("description", "memo", "note", "merchant", "comment", "category", "transaction_date", "transacted_on")


def read_postings(values: Any, path: str, currency: str) -> tuple[Posting, ...]:
    """The postings under `path`, in the order written.

    Raises:
        BadInput: a field is unknown, missing or not as expected, a name is used twice or a refund names no purchase.
    """
    if not isinstance(values, list):
        raise BadInput(f"{path}: {shown(values)} given, expected a list of postings")
    found = tuple(_posting(value, f"{path}[{nr}]", currency) for nr, value in enumerate(values, 1))
    _names_hold(found, path)
    return found


def _posting(values: Any, path: str, currency: str) -> Posting:
    fields = Reading(values, path)
    fields.ignore(*FOR_PEOPLE)
    given = fields.text("currency")
    if given is not None and given != currency:
        raise fields.refuse("currency", given, f"{currency}, the currency of the account")
    kind = fields.choice(PostingKind, KINDS, *TYPE)
    if kind is None:
        raise fields.refuse("type", None, f"one of {', '.join(PostingKind)}")
    posting = Posting(
        kind=kind,
        on=_day(fields),
        amount=_amount(fields, currency),
        name=fields.text(*NAME),
        of=fields.text(*OF) if kind is PostingKind.REFUND else None,
        months=_months(fields) if kind is PostingKind.INSTALMENT else 0,
        fee_rate=fields.rate(*FEE_RATE, percent=FEE_PERCENT) if kind is PostingKind.INSTALMENT else None,
    )
    fields.finish()
    return posting


def _day(fields: Reading) -> date:
    found = fields.day(*ON)
    if found is None:
        raise fields.refuse("on", None, "a day of the calendar written as YYYY-MM-DD")
    return found


def _amount(fields: Reading, currency: str) -> int:
    if fields.has("amount_minor"):
        return fields.count(1, MINOR_MAX, "amount_minor") or 0
    found = fields.amount(currency, "amount", "value")
    if not found:
        raise fields.refuse("amount", found, 'an amount above 0, as "12.34"')
    return found


def _months(fields: Reading) -> int:
    found = fields.count(1, 120, *MONTHS)
    if found is None:
        raise fields.refuse("months", None, "a whole number from 1 to 120")
    return found


def _names_hold(postings: Sequence[Posting], path: str) -> None:
    purchases: dict[str, date] = {}
    names: set[str] = set()
    for nr, posting in enumerate(postings, 1):
        if posting.name is not None and posting.name in names:
            raise BadInput(f"{path}[{nr}].id: {posting.name!r} given, expected an id no other posting has")
        if posting.name is not None:
            names.add(posting.name)
            if posting.kind is PostingKind.PURCHASE:
                purchases[posting.name] = posting.on
    for nr, posting in enumerate(postings, 1):
        if posting.of is not None and purchases.get(posting.of, posting.on) > posting.on:
            raise BadInput(f"{path}[{nr}].of: {posting.of!r} given, expected a purchase posted by {posting.on}")
        if posting.of is not None and posting.of not in purchases:
            raise BadInput(f"{path}[{nr}].of: {posting.of!r} given, expected the id of a purchase")
