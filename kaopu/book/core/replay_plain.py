"""The short walk: one version in due order, payments alone, rules at their defaults. Most debts of most books.

Money then always goes to the oldest unsettled row, due or not, so payments and rows are merged once without a table.
Equal to the general walk on every such debt (tests/laws/test_short_walk.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.position_columns import FLAG_EXISTS, FLAG_SETTLED
from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_outcome import accrued, class_by_days
from kaopu.book.core.replay_state import NO_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def replay_plain(
    as_of: int,
    ladder: int,
    disbursed_on: int,
    i_first: int,
    i_stop: int,
    i_seq: Any,
    i_due: Any,
    i_principal: Any,
    i_interest: Any,
    i_fee: Any,
    e_first: int,
    e_stop: int,
    e_on: Any,
    e_amount: Any,
    out64: Table,
    out32: Any,
    place: int,
) -> None:
    """One debt whose rows and payments are in order of day."""
    money, paid, day, worst = np.int64(0), np.int64(0), np.int64(disbursed_on), np.int64(0)
    event, row = e_first, i_first
    first = i_first
    while first < i_stop and i_seq[first] < 1:
        first += 1
    first_settled = np.int64(NO_DAY)
    principal = interest = fee = np.int64(0)
    while row < i_stop:
        principal, interest, fee = i_principal[row], i_interest[row], i_fee[row]
        asked = principal + interest + fee
        while money < asked and event < e_stop and e_on[event] <= as_of:
            money += e_amount[event]
            paid += e_amount[event]
            day = np.int64(e_on[event])
            event += 1
        if money < asked:
            break
        money -= asked
        if asked > 0:
            worst = max(worst, day - 1 - i_due[row])
        if row == first:
            # A row that asks nothing is settled from the start.
            first_settled = day if asked > 0 else np.int64(disbursed_on)
        row += 1
    while event < e_stop and e_on[event] <= as_of:
        money += e_amount[event]
        paid += e_amount[event]
        event += 1

    owed_principal = owed_interest = owed_fee = np.int64(0)
    late_principal = late_interest = late_fee = np.int64(0)
    days, coming, running = np.int64(0), np.int64(NO_DAY), np.int64(0)
    if row < i_stop:
        # The row that the money reached: fee, interest, principal.
        used = min(money, fee)
        fee -= used
        money -= used
        used = min(money, interest)
        interest -= used
        principal -= money - used
        money = np.int64(0)
        days = max(np.int64(0), as_of - np.int64(i_due[row]))
        unsettled = row
        while row < i_stop and i_due[row] < as_of:
            late_principal += principal
            late_interest += interest
            late_fee += fee
            row += 1
            if row < i_stop:
                principal, interest, fee = i_principal[row], i_interest[row], i_fee[row]
        owed_principal, owed_interest, owed_fee = late_principal, late_interest, late_fee
        ran = False
        while row < i_stop:
            if coming == NO_DAY and principal + interest + fee > 0:
                coming = np.int64(i_due[row])
            if not ran and i_due[row] > as_of:
                ran = True
                if interest > 0 and row >= unsettled:
                    start = np.int64(i_due[row - 1]) if row > i_first else np.int64(disbursed_on)
                    running = accrued(i_interest[row], as_of - start, i_due[row] - start, interest)
            owed_principal += principal
            owed_interest += interest
            owed_fee += fee
            row += 1
            if row < i_stop:
                principal, interest, fee = i_principal[row], i_interest[row], i_fee[row]

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
    out32[5, place] = i_due[first] if first < i_stop else NO_DAY
    out32[6, place] = first_settled
    settled = owed_principal + owed_interest + owed_fee == 0
    out32[7, place] = FLAG_EXISTS | FLAG_SETTLED if settled else FLAG_EXISTS
