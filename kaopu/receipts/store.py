"""Rows of receipts as values. For the ledger: `received_totals`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import OuterRef, Subquery

from kaopu.kernel import vault
from kaopu.receipts.core.line import Line
from kaopu.receipts.models import Allocation, Note, Receipt, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

TABLE = "receipts_receipt"
PAYER_NAME, PAYER_ACCOUNT = "payer_name", "payer_account"

_TOTALS = """
SELECT currency, sum(received)::bigint, sum(matched)::bigint, sum(returned)::bigint FROM (
  SELECT currency, amount AS received, 0 AS matched, 0 AS returned FROM receipts_receipt WHERE booked_on <= %(as_of)s
  UNION ALL
  SELECT r.currency, 0, a.amount, 0 FROM receipts_allocation a JOIN receipts_receipt r ON r.id = a.receipt_id
    WHERE r.booked_on <= %(as_of)s AND NOT EXISTS (SELECT 1 FROM receipts_unmatch u WHERE u.allocation_id = a.id)
  UNION ALL
  SELECT r.currency, 0, 0, t.amount FROM receipts_return t JOIN receipts_receipt r ON r.id = t.receipt_id
    WHERE t.on <= %(as_of)s
) flows GROUP BY currency ORDER BY currency
"""


def received_totals(as_of: date) -> dict[str, dict[str, int]]:
    """By currency, minor units up to and with a day: {"received", "matched", "returned"}.

    A receipt and what it paid count on the day on which the bank booked it, even when matched later; a return on its
    own day. Money in suspense = received - matched - returned.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"as_of": as_of})
        return {
            currency: {"received": received, "matched": matched, "returned": returned}
            for currency, received, matched, returned in cursor.fetchall()
        }


def take_ids(count: int) -> list[int]:
    """Numbers for new receipts: first, since a ciphertext is bound to its row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [TABLE, count])
        return [number for (number,) in cursor.fetchall()]


def rows_of(lines: Sequence[Line], file_id: int, now: datetime) -> list[Receipt]:
    """New rows with what is personal sealed. Not written yet."""
    ring = vault.ring()
    made = []
    for pk, line in zip(take_ids(len(lines)), lines, strict=True):
        row = Receipt(
            id=pk,
            file_id=file_id,
            row=line.row,
            booked_on=line.booked_on,
            amount=line.amount,
            currency=line.currency,
            account=line.account,
            bank_reference=line.bank_reference,
            taken_at=now,
        )
        if line.reference:
            row.reference_sealed = ring.seal(line.reference, TABLE, "reference_sealed", pk)
        if line.payer_name:
            row.payer_name_sealed = ring.seal(line.payer_name, TABLE, "payer_name_sealed", pk)
            row.payer_name_index = ring.blind_index(PAYER_NAME, line.payer_name)
        if line.payer_account:
            row.payer_account_sealed = ring.seal(line.payer_account, TABLE, "payer_account_sealed", pk)
            row.payer_account_index = ring.blind_index(PAYER_ACCOUNT, line.payer_account)
        made.append(row)
    return made


def opened(row: Receipt, column: str) -> str:
    """The text behind a sealed column, "" where there is none."""
    ciphertext = getattr(row, column)
    return "" if ciphertext is None else vault.ring().open(ciphertext, TABLE, column, row.pk)


def line_of(row: Receipt) -> Line:
    """A receipt as the bank told it, in full: for the rules, never for a page."""
    return Line(
        row=row.row,
        booked_on=row.booked_on,
        amount=row.amount,
        currency=row.currency,
        bank_reference=row.bank_reference,
        reference=opened(row, "reference_sealed"),
        payer_name=opened(row, "payer_name_sealed"),
        payer_account=opened(row, "payer_account_sealed"),
        account=row.account,
    )


def with_why(found: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """The receipts with their standing and, as `why`, the newest reason for which they wait."""
    newest = Note.objects.filter(receipt=OuterRef("pk")).order_by("-pk")
    return found.select_related("standing").annotate(why=Subquery(newest.values("why")[:1]))


def lock_standing(receipt_id: int) -> Standing | None:
    """The standing, locked until the transaction ends: of two who give out the same money, one waits and sees."""
    return Standing.objects.select_for_update().filter(receipt_id=receipt_id).first()


def living_allocations(receipt_id: int) -> list[Allocation]:
    """Allocations that were not taken back, the oldest first."""
    return list(Allocation.objects.filter(receipt_id=receipt_id, unmatch=None).order_by("pk"))


def standing_differs() -> list[int]:
    """Numbers of receipts whose standing is not the sum of their rows, at most ten: expected none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id FROM receipts_receipt r LEFT JOIN receipts_standing s ON s.receipt_id = r.id WHERE"
            " s.amount IS DISTINCT FROM r.amount OR s.matched IS DISTINCT FROM (SELECT coalesce(sum(a.amount), 0)"
            "   FROM receipts_allocation a WHERE a.receipt_id = r.id"
            "   AND NOT EXISTS (SELECT 1 FROM receipts_unmatch u WHERE u.allocation_id = a.id))"
            " OR s.returned IS DISTINCT FROM (SELECT coalesce(sum(t.amount), 0) FROM receipts_return t"
            "   WHERE t.receipt_id = r.id) ORDER BY r.id LIMIT 10"
        )
        return [number for (number,) in cursor.fetchall()]
