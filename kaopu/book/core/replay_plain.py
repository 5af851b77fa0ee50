"""The short walk: one version in due order, payments alone, rules at their defaults. Most debts of most books.

Money then always goes to the oldest unsettled row, due or not, so payments and rows are merged once without a table.
Both walks give the same on every plain debt (tests/laws/test_position_laws.py).

One function runs through debts for as long as they are plain, apart from the general walk: compiled into one piece with
it, or split into functions that hand columns on, the same loops took almost twice as long (61 ns a debt as they are).
"""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.position_columns import FLAG_EXISTS, FLAG_SETTLED
from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_outcome import accrued, class_by_days, write_nothing
from kaopu.book.core.replay_state import (
    NO_DAY,
    PAYMENT,
    R_ACCELERATE_AFTER_DAYS,
    R_COMPOUND_RATE_PPM,
    R_LADDER,
    R_LATE_ALLOCATION,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def is_default(rules: Table, at: int) -> Any:
    """Whether every rule that a payment can meet is at its default; the days in a year matter with a penalty alone."""
    return (
        rules[at, 1]
        | rules[at, 2]
        | rules[at, 3]
        | rules[at, 4]
        | rules[at, 6]
        | rules[at, 7]
        | rules[at, 8]
        | rules[at, 9]
        | rules[at, R_COMPOUND_RATE_PPM]
        | rules[at, R_ACCELERATE_AFTER_DAYS]
        | rules[at, R_LATE_ALLOCATION]
    ) == 0


@helper
def has_versions(first: int, stop: int, i_version: Any, i_from: Any, i_cause: Any) -> Any:
    """Whether the debt's rows are more than one version in force from the start."""
    for row in range(first, stop):
        if len(i_version) > 0 and i_version[row] != i_version[first]:
            return True
        if (len(i_from) > 0 and i_from[row] != NO_DAY) or (len(i_cause) > 0 and i_cause[row] != 0):
            return True
    return False


@helper
def run_plain(  # noqa: C901, PLR0912, PLR0915 - one loop over three sorted files
    as_of: int,
    debt: int,
    i_stop: int,
    e_stop: int,
    debt_id: Any,
    disbursed_on: Any,
    rules: Table,
    i_debt: Any,
    i_seq: Any,
    i_due: Any,
    i_principal: Any,
    i_interest: Any,
    i_fee: Any,
    i_version: Any,
    i_from: Any,
    i_cause: Any,
    e_debt: Any,
    e_on: Any,
    e_kind: Any,
    e_amount: Any,
    by_day: Table,
    out64: Table,
    out32: Any,
) -> tuple[Any, Any, Any]:
    """Write debts from `debt` on until one is not plain; that one, its first instalment and its first event.

    `by_day` is room for the payments of one debt, day and amount, put in order as they are read; a debt with more than
    it holds is not plain.
    """
    debts, instalments, events = len(debt_id), len(i_debt), len(e_debt)
    versioned = len(i_version) + len(i_from) + len(i_cause) > 0
    one_rule = len(rules) == 1
    default, ladder = is_default(rules, 0), rules[0, R_LADDER]
    if debt < 0 or i_stop < 0 or e_stop < 0:
        return debts, instalments, events  # never so; but it tells the compiler that no index counts from the end
    identity_before = debt_id[debt - 1] if debt > 0 else np.int64(-(1 << 63))
    while debt < debts:
        identity, i_first, e_first = debt_id[debt], i_stop, e_stop
        if not one_rule:
            default, ladder = is_default(rules, debt), rules[debt, R_LADDER]
        plain = default
        if not plain or (debt > 0 and identity <= identity_before):
            return debt, i_first, e_first
        signs, before = np.int64(0), np.int64(NO_DAY) - 1
        owed_principal = owed_interest = owed_fee = np.int64(0)
        while i_stop < instalments and i_debt[i_stop] == identity:
            plain &= i_due[i_stop] > before
            before = np.int64(i_due[i_stop])
            signs |= i_principal[i_stop] | i_interest[i_stop] | i_fee[i_stop]
            owed_principal += i_principal[i_stop]
            owed_interest += i_interest[i_stop]
            owed_fee += i_fee[i_stop]
            i_stop += 1
        known = paid = np.int64(0)
        while e_stop < events and e_debt[e_stop] == identity:
            day, amount = np.int64(e_on[e_stop]), e_amount[e_stop]
            plain &= e_kind[e_stop] == PAYMENT
            signs |= amount
            e_stop += 1
            if day > as_of:
                continue
            paid += amount
            # By insertion: a debt has few payments, most stand right, and those of one day add up in any order.
            place = known
            if known < by_day.shape[1]:
                while place > 0 and by_day[0, place - 1] > day:
                    by_day[0, place], by_day[1, place] = by_day[0, place - 1], by_day[1, place - 1]
                    place -= 1
                by_day[0, place], by_day[1, place] = day, amount
            known += 1
        plain &= known <= by_day.shape[1]
        plain &= i_stop >= instalments or i_debt[i_stop] > identity
        plain &= e_stop >= events or e_debt[e_stop] > identity
        if not plain or signs < 0 or (versioned and has_versions(i_first, i_stop, i_version, i_from, i_cause)):
            return debt, i_first, e_first
        if disbursed_on[debt] > as_of:
            write_nothing(out64, out32, debt)
            identity_before = identity
            debt += 1
            continue
        event = np.int64(0)
        start = np.int64(disbursed_on[debt])
        money = worst = np.int64(0)
        day, row, first = start, i_first, i_first
        while first < i_stop and i_seq[first] < 1:
            first += 1
        first_due = first_settled = np.int64(NO_DAY)
        if first < i_stop:
            first_due = np.int64(i_due[first])
            if i_principal[first] + i_interest[first] + i_fee[first] == 0:
                first_settled = start  # a row that asks nothing is settled from the start
        # Rows that the payments settle.
        asked = np.int64(0)
        while row < i_stop:
            asked = i_principal[row] + i_interest[row] + i_fee[row]
            while money < asked and event < known:
                day = by_day[0, event]
                money += by_day[1, event]
                event += 1
            if money < asked:
                break
            money -= asked
            owed_principal -= i_principal[row]
            owed_interest -= i_interest[row]
            owed_fee -= i_fee[row]
            if asked > 0:
                worst = max(worst, day - 1 - i_due[row])
                if row == first:
                    first_settled = day
            row += 1

        late_principal = late_interest = late_fee = np.int64(0)
        days, coming, running = np.int64(0), np.int64(NO_DAY), np.int64(0)
        if row < i_stop:
            # The row that the money reached: fee, interest, principal.
            days = max(np.int64(0), as_of - np.int64(i_due[row]))
            fee_paid = min(money, i_fee[row])
            interest_paid = min(money - fee_paid, i_interest[row])
            principal_paid = money - fee_paid - interest_paid
            money = np.int64(0)
            owed_principal -= principal_paid
            owed_interest -= interest_paid
            owed_fee -= fee_paid
            reached = row
            if days > 0:
                late_principal, late_interest, late_fee = -principal_paid, -interest_paid, -fee_paid
                while row < i_stop and i_due[row] < as_of:
                    late_principal += i_principal[row]
                    late_interest += i_interest[row]
                    late_fee += i_fee[row]
                    row += 1
            ahead = row
            while ahead < i_stop:
                if ahead == reached or i_principal[ahead] + i_interest[ahead] + i_fee[ahead] > 0:
                    coming = np.int64(i_due[ahead])
                    break
                ahead += 1
            # A running instalment before the row reached is settled and earns nothing more.
            while row < i_stop and i_due[row] <= as_of:
                row += 1
            if row < i_stop and i_interest[row] > 0:
                begun = np.int64(i_due[row - 1]) if row > i_first else start
                if begun <= as_of:
                    asks = i_interest[row] - (interest_paid if row == reached else 0)
                    running = accrued(i_interest[row], as_of - begun, i_due[row] - begun, asks)
        else:
            while event < known:
                money += by_day[1, event]
                event += 1

        out64[0, debt] = owed_principal
        out64[1, debt] = owed_interest
        out64[2, debt] = owed_fee
        out64[3, debt] = 0
        out64[4, debt] = late_principal
        out64[5, debt] = late_interest
        out64[6, debt] = late_fee
        out64[7, debt] = 0
        out64[8, debt] = running
        out64[9, debt] = paid
        out64[10, debt] = money
        for column in range(11, 16):
            out64[column, debt] = 0
        class_ = class_by_days(days, ladder)
        out32[0, debt] = days
        out32[1, debt] = max(worst, days)
        out32[2, debt] = coming
        out32[3, debt] = class_
        out32[4, debt] = 10 * ladder + class_
        out32[5, debt] = first_due
        out32[6, debt] = first_settled
        settled = owed_principal + owed_interest + owed_fee == 0
        out32[7, debt] = FLAG_EXISTS | FLAG_SETTLED if settled else FLAG_EXISTS
        identity_before = identity
        debt += 1
    return debt, i_stop, e_stop
