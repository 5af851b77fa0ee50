"""The short walk: one version in due order, payments alone, rules at their defaults. Most debts of most books.

Money then always goes to the oldest unsettled row, due or not, so payments and rows are merged once without a table.
It takes for granted that the debt is like that and says at the end whether it was; where not, the general walk follows.
Both give the same on every plain debt (tests/laws/test_position_laws.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.position_columns import FLAG_EXISTS, FLAG_SETTLED
from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_outcome import accrued, class_by_days
from kaopu.book.core.replay_state import NO_DAY, PAYMENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def replay_plain(  # noqa: C901, PLR0912, PLR0915 - one pass over the rows is what makes it quick
    as_of: int,
    ladder: int,
    identity: int,
    disbursed_on: int,
    i_first: int,
    i_debt: Any,
    i_seq: Any,
    i_due: Any,
    i_principal: Any,
    i_interest: Any,
    i_fee: Any,
    e_first: int,
    e_debt: Any,
    e_on: Any,
    e_kind: Any,
    e_amount: Any,
    out64: Table,
    out32: Any,
    place: int,
) -> tuple[Any, Any, Any]:
    """One debt. Where its rows and its events end, and whether it was plain."""
    instalments, events = len(i_debt), len(e_debt)
    start = np.int64(disbursed_on)
    plain, signs = True, np.int64(0)
    money = paid = worst = np.int64(0)
    day, due_before, on_before = start, np.int64(NO_DAY) - 1, np.int64(NO_DAY)
    event, row = e_first, i_first
    first_due = first_settled = np.int64(NO_DAY)
    due = principal = interest = fee = asked = np.int64(0)
    is_open = False
    # Rows that the payments up to the as-of day settle.
    while row < instalments and i_debt[row] == identity:
        due, principal, interest, fee = np.int64(i_due[row]), i_principal[row], i_interest[row], i_fee[row]
        plain &= due > due_before
        signs |= principal | interest | fee
        asked = principal + interest + fee
        while money < asked and event < events and e_debt[event] == identity and e_on[event] <= as_of:
            day = np.int64(e_on[event])
            plain &= (e_kind[event] == PAYMENT) & (day >= on_before)
            signs |= e_amount[event]
            on_before = day
            money += e_amount[event]
            event += 1
        if first_due == NO_DAY and i_seq[row] > 0:
            first_due = due
            if asked == 0:
                first_settled = start  # a row that asks nothing is settled from the start
            elif money >= asked:
                first_settled = day
        if money < asked:
            is_open = True
            break
        money -= asked
        paid += asked
        if asked > 0:
            worst = max(worst, day - 1 - due)
        due_before = due
        row += 1
    paid += money

    owed_principal = owed_interest = owed_fee = np.int64(0)
    late_principal = late_interest = late_fee = np.int64(0)
    days, coming, running = np.int64(0), np.int64(NO_DAY), np.int64(0)
    if is_open:
        # The row that the money reached: fee, interest, principal.
        days = max(np.int64(0), as_of - due)
        whole = interest
        used = min(money, fee)
        fee -= used
        money -= used
        used = min(money, interest)
        interest -= used
        principal -= money - used
        money = np.int64(0)
        ran = due_before > as_of
        while True:
            if due < as_of:
                late_principal += principal
                late_interest += interest
                late_fee += fee
            else:
                owed_principal += principal
                owed_interest += interest
                owed_fee += fee
                if coming == NO_DAY and principal + interest + fee > 0:
                    coming = due
                if due > as_of and not ran:
                    ran = True
                    begun = due_before if row > i_first else start
                    running = accrued(whole, as_of - begun, due - begun, interest)
            due_before = due
            row += 1
            if row >= instalments or i_debt[row] != identity:
                break
            due, principal, interest, fee = np.int64(i_due[row]), i_principal[row], i_interest[row], i_fee[row]
            whole = interest
            plain &= due > due_before
            signs |= principal | interest | fee
            if first_due == NO_DAY and i_seq[row] > 0:
                first_due = due
                if principal + interest + fee == 0:
                    first_settled = start
        owed_principal += late_principal
        owed_interest += late_interest
        owed_fee += late_fee
    # Payments after the last row; those after the as-of day are only looked at for their kind and order.
    while event < events and e_debt[event] == identity:
        day = np.int64(e_on[event])
        plain &= (e_kind[event] == PAYMENT) & (day >= on_before)
        signs |= e_amount[event]
        on_before = day
        if day <= as_of:
            money += e_amount[event]
            paid += e_amount[event]
        event += 1
    if signs < 0 or not plain:
        return row, event, False

    out64[0, place] = owed_principal
    out64[1, place] = owed_interest
    out64[2, place] = owed_fee
    out64[3, place] = 0
    out64[4, place] = late_principal
    out64[5, place] = late_interest
    out64[6, place] = late_fee
    out64[7, place] = 0
    out64[8, place] = running
    out64[9, place] = paid
    out64[10, place] = money
    for column in range(11, 16):
        out64[column, place] = 0
    class_ = class_by_days(days, ladder)
    out32[0, place] = days
    out32[1, place] = max(worst, days)
    out32[2, place] = coming
    out32[3, place] = class_
    out32[4, place] = 10 * ladder + class_
    out32[5, place] = first_due
    out32[6, place] = first_settled
    settled = owed_principal + owed_interest + owed_fee == 0
    out32[7, place] = FLAG_EXISTS | FLAG_SETTLED if settled else FLAG_EXISTS
    return row, event, True
