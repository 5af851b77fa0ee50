"""From what the kernel says of debts on a day to the cumulative sums that the journal books, one column a debt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.book.core.allowance import allowance
from kaopu.book.core.position_columns import FLAG_EXISTS, FLAG_REPORTED, FLAG_TRANSFERRED
from kaopu.ledger.core.cause import CAUSES, COMPONENTS, PLACE
from kaopu.ledger.core.rates import Rates, vat_within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Amounts = NDArray[np.int64]


# Causes whose sum is a counter of the kernel under the same name.
PLAIN = tuple(
    cause.name
    for cause in CAUSES
    if cause.name
    not in {
        "lent", "rescheduled", "accrued_interest", "vat_interest", "vat_fee", "vat_penalty", "vat_subsidy",
        "impairment", "memo_suspended", "memo_written_off",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Debts at the end of a day: the kernel's counters by name, amount lent, class and flags, one entry a debt."""

    counters: Mapping[str, Amounts]
    principal: Amounts
    class_code: NDArray[np.int32]
    flags: NDArray[np.int32]


def vectors(standing: Standing, rates: Rates) -> Amounts:
    """The cumulative sums in the order of `CAUSES`, in minor units; all 0 for a debt that has not begun."""
    of, count = standing.counters, len(standing.principal)
    found = np.zeros((len(CAUSES), count), np.int64)
    for name in PLAIN:
        found[PLACE[name]] = of[name]
    exists = (standing.flags & FLAG_EXISTS) != 0
    # An account that another book reports, without a schedule, was not lent here: its balance comes by reports alone.
    only_reported = ((standing.flags & FLAG_REPORTED) != 0) & (of["asked_principal"] == 0)
    found[PLACE["lent"]] = np.where(exists & ~only_reported, standing.principal, 0)
    found[PLACE["rescheduled"]] = of["asked_principal"] - found[PLACE["lent"]]
    found[PLACE["accrued_interest"]] = of["billed_interest"] + of["running_interest"]
    for (name, income), rate_ppm in zip(income_of(standing).items(), rates.vat_ppm, strict=True):
        found[PLACE[f"vat_{name}"]] = vat_within(income, rate_ppm)
    written_off = sum((of[f"charged_off_{component}"] for component in COMPONENTS), np.zeros(count, np.int64))
    required = allowance(carrying_amount(found), standing.class_code, rates.allowance_ppm)
    found[PLACE["impairment"]] = required + written_off
    found[PLACE["memo_suspended"]] = (
        of["suspended_interest"] - of["dropped_interest"] + of["suspended_penalty"] - of["dropped_penalty"]
    )
    sold = (standing.flags & FLAG_TRANSFERRED) != 0
    found[PLACE["memo_written_off"]] = np.where(sold, 0, np.maximum(written_off - of["recovered"], 0))
    return found


def income_of(standing: Standing) -> dict[str, Amounts]:
    """Income recognised so far, tax inside, in the order of `rates.TAXED`."""
    of = standing.counters
    return {
        "interest": of["billed_interest"] + of["running_interest"] - of["suspended_interest"],
        "fee": of["billed_fee"],
        "penalty": of["charged_penalty"] - of["suspended_penalty"],
        "subsidy": of["subsidy_earned"],
    }


def balance(sums: Amounts, role: str) -> Amounts:
    """The debit balance of one role, a debt at a time."""
    found = np.zeros(sums.shape[1], np.int64)
    for place, cause in enumerate(CAUSES):
        if cause.debit == role:
            found += sums[place]
        if cause.credit == role:
            found -= sums[place]
    return found


CARRIED = ("principal", "interest_running", "interest_due", "interest_suspended", "fee", "penalty", "penalty_suspended")


def carrying_amount(sums: Amounts) -> Amounts:
    """What a debt stands at before its allowance: principal and receivables, less what is suspended."""
    found = np.zeros(sums.shape[1], np.int64)
    for role in CARRIED:
        found += balance(sums, role)
    return found
