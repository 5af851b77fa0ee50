"""What the debts of these tests were agreed on, and the moment at which they are recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from kaopu.book.core.terms import Plan, Terms

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
# 1,200.00 in twelve equal instalments from 15 January 2026, 12 % a year.
TERMS = Terms(
    plan=Plan.EQUAL_INSTALMENT,
    currency="CNY",
    principal_minor=120_000,
    start=date(2026, 1, 15),
    periods=12,
    rate_annual=Decimal("0.12"),
)
