"""What commands and the API answer: amounts as decimal strings of major units, days as ISO text, no personal data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Subquery, Sum

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_major
from kaopu.receipts.actions.outcome import Matched, Refused, Returned, Unmatched
from kaopu.receipts.core.age import BUCKETS, age_days, bucket
from kaopu.receipts.core.line import DEFAULT_CURRENCY
from kaopu.receipts.models import Note, Receipt, ReceiptsFile, Standing

if TYPE_CHECKING:
    from datetime import date

    from kaopu.receipts.actions.take_receipts import Taken

SUMS = ("matched", "suspense", "returned", "total")


def of_file(taken: Taken) -> dict[str, Any]:
    """The sums of a file as things stand, of its commonest currency on top and of each in `by_currency`."""
    file = ReceiptsFile.objects.get(pk=taken.file)
    found = (
        Standing.objects.filter(receipt__file=file)
        .values("receipt__currency")
        .annotate(
            n=Count("pk"),
            matched_sum=Sum("matched"),
            suspense_sum=Sum("suspense"),
            returned_sum=Sum("returned"),
            total_sum=Sum("amount"),
        )
        .order_by("-n", "receipt__currency")
    )
    by_currency = {
        line["receipt__currency"]: {name: to_major(line[f"{name}_sum"], line["receipt__currency"]) for name in SUMS}
        | {"count": line["n"]}
        for line in found
    }
    currency = next(iter(by_currency), DEFAULT_CURRENCY)
    top = by_currency.get(currency) or {name: to_major(0, currency) for name in SUMS}
    return {
        **{name: top[name] for name in SUMS},
        "currency": currency,
        "count": sum(line["count"] for line in by_currency.values()),
        "rejected": file.rejected,
        "repeated": file.repeated,
        "rejects_file": file.rejects_path or None,
        "file": file.pk,
        "already_taken": taken.already,
        "by_currency": by_currency,
    }


def suspense(as_of: date) -> dict[str, Any]:
    """Every receipt that waits, the oldest first, with its age; sums by bucket of age and by currency."""
    newest = Note.objects.filter(receipt=OuterRef("pk")).order_by("-pk")
    rows = (
        Receipt.objects.filter(standing__suspense__gt=0)
        .annotate(why=Subquery(newest.values("why")[:1]), near=Subquery(newest.values("candidates")[:1]))
        .select_related("standing")
        .order_by("booked_on", "pk")
    )
    receipts, by_bucket, by_currency = [], {name: {"count": 0} for name in BUCKETS}, dict[str, int]()
    for row in rows.iterator(chunk_size=2_000):
        days, left = age_days(row.booked_on, as_of), row.standing.suspense
        receipts.append(
            {
                "receipt": row.pk,
                "booked_on": row.booked_on.isoformat(),
                "age_days": days,
                "bucket": bucket(days),
                "amount": to_major(row.amount, row.currency),
                "suspense": to_major(left, row.currency),
                "currency": row.currency,
                "account": row.account,
                "bank_reference": row.bank_reference,
                "why": row.why or "part_left",
                "candidates": row.near or [],
            }
        )
        cell = by_bucket[bucket(days)]
        cell["count"] += 1
        cell[row.currency] = cell.get(row.currency, 0) + left
        by_currency[row.currency] = by_currency.get(row.currency, 0) + left
    return {
        "as_of": as_of.isoformat(),
        "receipts": receipts,
        "by_bucket": {
            name: {key: value if key == "count" else to_major(value, key) for key, value in cell.items()}
            for name, cell in by_bucket.items()
        },
        "by_currency": {currency: to_major(amount, currency) for currency, amount in sorted(by_currency.items())},
    }


def of_act(outcome: Matched | Unmatched | Returned | Refused, row: Receipt) -> dict[str, Any]:
    """What an act did. Raises `BadInput` with the refusal."""
    if isinstance(outcome, Refused):
        raise BadInput(f"R-{row.pk}: refused: {outcome}")
    answer = asdict(outcome)
    for name in ("amount", "left"):
        answer[name] = to_major(answer[name], row.currency)
    if answer.get("proposal"):
        answer["proposal"] = str(answer["proposal"])
    return answer | {"currency": row.currency}


def found(receipt_id: int) -> Receipt:
    """The receipt, or `BadInput`."""
    row = Receipt.objects.filter(pk=receipt_id).first()
    if row is None:
        raise BadInput(f"receipt: R-{receipt_id} given, expected the number of a receipt")
    return row
