"""What is observed of one debt, and how observations of a party's debts come together: sums, then maxima, then minima.

All are whole numbers, so that the order in which debts are met changes nothing: one party and the whole book agree to
the last bit.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

MONTHS = 24  # points a month apart before the as-of day
SPEND_MONTHS = 12  # of thirty days
NONE = -(1 << 62)  # no day, no amount: below every maximum
LATEST = 1 << 62  # above every minimum

SUMS = (
    # debts
    "debts", "open_debts", "settled_debts", "charged_off_debts", "transferred_debts", "restructured_debts",
    "disputed_debts", "reported_debts", "refunded_debts", "accelerated_debts", "overdue_debts",
    "new_debts_30", "new_debts_90", "new_debts_365",
    "spend", "spend_30", "spend_90", "spend_180", "spend_365", "spend_90_before",
    *(f"spend_month_{month}" for month in range(SPEND_MONTHS)),
    "hour_known", "at_night", "at_weekend",
    # positions
    "outstanding", "overdue", "outstanding_principal", "accrued_interest", "paid_to_date", "credit_balance",
    "charged_off", "recovered", "refunded", "waived", "outstanding_penalty",
    "lent_open",
    # first payments
    "first_payments", "first_payments_7", "first_payments_30", "first_default_1", "first_default_7", "first_default_30",
    # instalments
    "dues", "met_early", "met_on_time", "met_late", "unmet", "days_late", "days_early", "dues_90", "late_90",
    "dues_365", "late_365", "late_30_plus", "late_1_to_7", "instalments", "instalments_left", "due_next_30",
    "due_next_90",
    # events
    "payments", "payments_90", "paid_30", "paid_90", "paid_180", "paid_365", "refunds", "refunds_365", "returns",
    "refund_amount_365", "chargebacks", "pauses", "extensions", "restructures", "disputes", "re_ages", "waivers",
    "fees", "fee_amount", "penalties", "early_settlements", "recoveries", "accelerations", "debtor_changes",
    "reliefs_365", "reversals",
)  # fmt: skip
MAXIMA = (
    "largest_debt", "last_debt_on", "largest_outstanding", "worst_days_past_due", "worst_class", "currency_high",
    *(f"days_past_due_{month}" for month in range(MONTHS + 1)),
    "late_90_days", "late_180_days", "late_365_days", "last_late_due_on", "last_payment_on", "largest_payment",
    "last_relief_on", "last_dispute_on",
)  # fmt: skip
MINIMA = ("first_debt_on", "currency_low", "first_open_on", "next_due_on", "first_payment_on")

NAMES = SUMS + MAXIMA + MINIMA
FIRST_MAXIMUM, FIRST_MINIMUM, WIDTH = len(SUMS), len(SUMS) + len(MAXIMA), len(NAMES)
PLACES = {name: place for place, name in enumerate(NAMES)}
# Compiled code reads a place as a constant: AT.overdue.
AT: Any = namedtuple("AT", NAMES)(*range(WIDTH))  # noqa: PYI024 - the names are made above
