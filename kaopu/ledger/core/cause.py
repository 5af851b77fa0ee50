"""The causes that the journal books: for each a cumulative sum of one debt, the side it debits, the side it credits.

A side is a role (the loan principal, the bank …); the chart of accounts says which account plays it. Amounts are
signed: a cause that falls books the other way round. Meanings of the kernel's counters: docs/snapshot.md, "Facts and
counters".
"""

from __future__ import annotations

from dataclasses import dataclass

COMPONENTS = ("principal", "interest", "fee", "penalty")
# The receivable that each component of a debt stands on.
RECEIVABLE = {"principal": "principal", "interest": "interest_due", "fee": "fee", "penalty": "penalty"}


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause. `code` is what journal rows hold: never given to another cause."""

    code: int
    name: str
    debit: str
    credit: str


def _by_component(first: int, word: str, debit: str) -> tuple[Cause, ...]:
    return tuple(
        Cause(first + place, f"{word}_{component}", debit, RECEIVABLE[component])
        for place, component in enumerate(COMPONENTS)
    )


CAUSES = (
    Cause(1, "lent", "principal", "bank"),
    Cause(2, "rescheduled", "principal", "reschedule_clearing"),
    Cause(3, "chargeback", "principal", "bank"),
    Cause(4, "reported_principal", "principal", "migration_clearing"),
    Cause(5, "reported_credit", "migration_clearing", "customer"),
    Cause(6, "accrued_interest", "interest_running", "interest_income"),
    Cause(7, "billed_interest", "interest_due", "interest_running"),
    Cause(8, "billed_fee", "fee", "fee_income"),
    Cause(9, "charged_penalty", "penalty", "penalty_income"),
    Cause(10, "suspended_interest", "interest_income", "interest_suspended"),
    Cause(11, "suspended_penalty", "penalty_income", "penalty_suspended"),
    Cause(12, "dropped_interest", "interest_suspended", "interest_due"),
    Cause(13, "dropped_penalty", "penalty_suspended", "penalty"),
    Cause(14, "paid", "bank", "customer"),
    Cause(15, "set_off", "set_off_clearing", "customer"),
    Cause(16, "merchant_refund", "merchant", "customer"),
    *_by_component(20, "received", "customer"),
    *_by_component(24, "refunded", "customer"),
    *_by_component(28, "waived", "waivers"),
    *_by_component(32, "charged_off", "allowance"),
    *_by_component(36, "transferred", "sale_result"),
    Cause(40, "transfer_price", "bank", "sale_result"),
    Cause(41, "recovered", "customer", "recoveries"),
    Cause(42, "passed_on", "customer", "collected_for_others"),
    Cause(43, "paid_out", "customer", "bank"),
    Cause(44, "subsidy_due", "subsidy_receivable", "unearned_subsidy"),
    Cause(45, "subsidy_clawed", "unearned_subsidy", "subsidy_receivable"),
    Cause(46, "subsidy_earned", "unearned_subsidy", "subsidy_income"),
    Cause(47, "subsidy_received", "bank", "subsidy_receivable"),
    Cause(50, "vat_interest", "interest_income", "vat"),
    Cause(51, "vat_fee", "fee_income", "vat"),
    Cause(52, "vat_penalty", "penalty_income", "vat"),
    Cause(53, "vat_subsidy", "subsidy_income", "vat"),
    Cause(54, "impairment", "impairment", "allowance"),
    Cause(55, "memo_suspended", "memo_suspended", "memo_suspended_contra"),
    Cause(56, "memo_written_off", "memo_written_off", "memo_written_off_contra"),
)
# Sums that other rooms keep, booked by currency alone: money at the bank that no debt has yet, and revolving accounts.
SOURCE_CAUSES = (
    Cause(70, "receipts_received", "bank", "suspense"),
    Cause(71, "receipts_matched", "suspense", "bank"),
    Cause(72, "receipts_returned", "suspense", "bank"),
    Cause(80, "revolving_drawn", "revolving_principal", "bank"),
    Cause(81, "revolving_opening", "revolving_principal", "migration_clearing"),
    Cause(82, "revolving_opening_credit", "migration_clearing", "customer"),
    Cause(83, "revolving_accrued_interest", "interest_running", "interest_income"),
    Cause(84, "revolving_billed_interest", "interest_due", "interest_running"),
    Cause(85, "revolving_fee", "fee", "fee_income"),
    Cause(86, "revolving_paid", "bank", "customer"),
    Cause(87, "revolving_refunded", "merchant", "customer"),
    Cause(88, "revolving_settled_principal", "customer", "revolving_principal"),
    Cause(89, "revolving_settled_interest", "customer", "interest_due"),
    Cause(90, "revolving_settled_fee", "customer", "fee"),
    Cause(91, "revolving_vat_interest", "interest_income", "vat"),
    Cause(92, "revolving_vat_fee", "fee_income", "vat"),
    Cause(93, "revolving_impairment", "impairment", "allowance"),
)
SOURCES_FROM = 70  # codes from here on stand in totals alone
BY_NAME = {cause.name: cause for cause in (*CAUSES, *SOURCE_CAUSES)}
BY_CODE = {cause.code: cause for cause in (*CAUSES, *SOURCE_CAUSES)}
PLACE = {cause.name: place for place, cause in enumerate(CAUSES)}
ROLES = tuple(dict.fromkeys(role for cause in (*CAUSES, *SOURCE_CAUSES) for role in (cause.debit, cause.credit)))
# Accounts whose balance is what debts say, to the last minor unit: a chart may not send one cause elsewhere.
CONTROLLED = frozenset(
    {"principal", "interest_running", "interest_due", "interest_suspended", "fee", "penalty", "penalty_suspended",
     "allowance", "customer", "suspense", "revolving_principal", "unearned_subsidy", "subsidy_receivable"}
)  # fmt: skip
