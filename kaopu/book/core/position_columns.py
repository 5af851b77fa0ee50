"""The columns that the kernel writes, by name and place."""

from __future__ import annotations

# Whole minor units.
OUT64 = (
    "outstanding_principal",
    "outstanding_interest",
    "outstanding_fee",
    "outstanding_penalty",
    "overdue_principal",
    "overdue_interest",
    "overdue_fee",
    "overdue_penalty",
    "accrued_interest",
    "paid_to_date",
    "credit_balance",
    "charged_off",
    "recovered",
    "refunded",
    "waived",
    "lapsed",
)

# Days, day numbers since 1970-01-01 and codes.
OUT32 = (
    "days_past_due",
    "worst_days_past_due",
    "next_due",
    "class",
    "class_rule",
    "first_due",
    "first_settled",
    "flags",
)

# The day number that stands for "none" in next_due, first_due and first_settled.
NO_DAY = -2147483648

FLAG_CHARGED_OFF = 1
FLAG_RESTRUCTURED = 2
FLAG_FULLY_REFUNDED = 4
FLAG_REPORTED = 8
FLAG_EXISTS = 16
FLAG_SETTLED = 32
