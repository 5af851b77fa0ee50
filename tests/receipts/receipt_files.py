"""A bank's file made of rows, and debts that it may pay."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.core.terms import Plan, Terms
from kaopu.book.models import Debt

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
COLUMNS = (
    "booked_on", "amount", "currency", "bank_reference", "reference", "payer_name", "payer_account", "account",
)  # fmt: skip


def csv_bytes(rows, columns=COLUMNS) -> bytes:
    """Rows as a CSV file; a row that names no day is of 15 February 2026."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({"booked_on": "2026-02-15", **row})
    return out.getvalue().encode()


def book_debt_of(
    party_id, external_id, *, principal=120_000, start=date(2026, 1, 15), periods=12, currency="CNY", rate="0.12"
):
    terms = Terms(
        plan=Plan.EQUAL_INSTALMENT, currency=currency, principal_minor=principal, start=start, periods=periods,
        rate_annual=Decimal(rate),
    )  # fmt: skip
    return Debt.objects.get(pk=book_debt(BookDebt(terms, party_id, external_id), "test", NOW).debt_id)
