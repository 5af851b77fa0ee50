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

# Asked for by a page, the ledger and the classification: behind OUT32 and behind OUT64 (docs/snapshot.md).
FACTS = (
    "contractual_days_past_due",
    "non_accrual",
    "non_performing_on",
    "cleared_on",
    "restructured_on",
    "dues_since_cleared",
    "dues_since_restructured",
    "first_due_since_restructured",
)

# Sums since the debt began, whole minor units.
COUNTERS = (
    "asked_principal",
    "chargeback",
    "reported_principal",
    "reported_credit",
    "billed_principal",
    "billed_interest",
    "billed_fee",
    "charged_penalty",
    "running_interest",
    "received_principal",
    "received_interest",
    "received_fee",
    "received_penalty",
    "refunded_principal",
    "refunded_interest",
    "refunded_fee",
    "refunded_penalty",
    "waived_principal",
    "waived_interest",
    "waived_fee",
    "waived_penalty",
    "charged_off_principal",
    "charged_off_interest",
    "charged_off_fee",
    "charged_off_penalty",
    "transferred_principal",
    "transferred_interest",
    "transferred_fee",
    "transferred_penalty",
    "dropped_interest",
    "dropped_penalty",
    "suspended_interest",
    "suspended_penalty",
    "paid",
    "set_off",
    "merchant_refund",
    "recovered",
    "passed_on",
    "paid_out",
    "transfer_price",
    "subsidy_due",
    "subsidy_clawed",
    "subsidy_earned",
    "subsidy_received",
)

# The day number that stands for "none" wherever a column holds a day.
NO_DAY = -2147483648

FLAG_CHARGED_OFF = 1
FLAG_RESTRUCTURED = 2
FLAG_FULLY_REFUNDED = 4
FLAG_REPORTED = 8
FLAG_EXISTS = 16
FLAG_SETTLED = 32
FLAG_TRANSFERRED = 64
FLAG_ACCELERATED = 128
FLAG_DISPUTED = 256
FLAG_DEBTOR_CHANGED = 512
