"""The kernel of the book: columns of debts, instalments and events in, columns of positions out.

One function for one debt and for ten million. It holds no Python object and releases the interpreter's lock, so two
threads walk two buckets at once.
"""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from kaopu.book.core import (
    replay_acceleration,
    replay_age,
    replay_billing,
    replay_counters,
    replay_days,
    replay_dispute,
    replay_events,
    replay_facts,
    replay_general,
    replay_leaving,
    replay_order,
    replay_outcome,
    replay_plain,
    replay_proportion,
    replay_refunds,
    replay_rows,
    replay_state,
)
from kaopu.book.core.position_columns import COUNTERS, FACTS, OUT32, OUT64
from kaopu.book.core.replay_compiled import digest, entry, helper
from kaopu.book.core.replay_counters import BASE64
from kaopu.book.core.replay_general import check_events, check_instalments
from kaopu.book.core.replay_general import replay_general as walk_general
from kaopu.book.core.replay_outcome import write_nothing
from kaopu.book.core.replay_plain import run_plain
from kaopu.book.core.replay_state import (
    BAD_DEBT_ORDER,
    BAD_EVENT_DEBT,
    BAD_INSTALMENT_DEBT,
    BAD_LENGTHS,
    BAD_RULES,
    R_ALLOCATION,
    R_COMPOUND_RATE_PPM,
    R_DISPUTE_RESETS,
    R_LADDER,
    R_LATE_ALLOCATION,
    R_PAUSE_RESETS,
    R_PENALTY_BASE,
    R_PENALTY_DAYS_IN_YEAR,
    R_REFUND_FEE,
    R_REFUND_ORDER,
    RULE_COLUMNS,
    STATE,
    WORK_ROWS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SOURCES = digest(
    replay_state, replay_proportion, replay_rows, replay_billing, replay_age, replay_dispute, replay_acceleration,
    replay_days, replay_order, replay_refunds, replay_leaving, replay_events, replay_outcome, replay_facts,
    replay_counters, replay_general, replay_plain,
)  # fmt: skip

FIRST_CAPACITY = 264  # no power of two, or the rows of the work table would fight for the same lines of the cache
PLAIN_PAYMENTS_MAX = 256  # a debt with more goes to the general walk, which sorts any number of events

EXTENDED64, EXTENDED32 = len(OUT64) + len(COUNTERS), len(OUT32) + len(FACTS)

# Inputs are taken read-only, as Arrow gives them; writable arrays fit too.
_INT64 = types.Array(types.int64, 1, "C", readonly=True)
_INT32 = types.Array(types.int32, 1, "C", readonly=True)
_INT8 = types.Array(types.int8, 1, "C", readonly=True)
_RULES = types.Array(types.int64, 2, "C", readonly=True)
_OUT64 = types.int64[:, ::1]
_OUT32 = types.int32[:, ::1]
_DEBTS = (_INT64, _INT32, _INT64, _RULES)
_INSTALMENTS = (_INT64, _INT32, _INT32, _INT64, _INT64, _INT64, _INT32, _INT32, _INT64)
_EVENTS = (_INT64, _INT32, _INT8, _INT64, _INT64, _INT8, _INT64)


@helper
def end_of(identity: int, debts: Any, row: int) -> Any:
    """One past the last row of the debt."""
    while row < len(debts) and debts[row] == identity:
        row += 1
    return row


@helper
def are_in_range(rule: Any) -> Any:
    """Whether each rule of a debt can be meant."""
    year = rule[R_PENALTY_DAYS_IN_YEAR]
    return (
        rule.min() >= 0
        and rule[R_LADDER] <= 1
        and rule[R_ALLOCATION] <= 23
        and rule[R_PENALTY_BASE] <= 1
        and (year in (360, 365))
        and (rule[R_COMPOUND_RATE_PPM] == 0 or rule[R_PENALTY_BASE] == 0)
        and rule[R_REFUND_ORDER] <= 3
        and rule[R_REFUND_FEE] <= 1
        and rule[R_PAUSE_RESETS] <= 1
        and rule[R_DISPUTE_RESETS] <= 1
        and rule[R_LATE_ALLOCATION] <= 24
    )


def _make_replay(sources: int) -> Callable[..., int]:  # noqa: C901 - see replay
    @entry(types.int64(types.int64, *_DEBTS, *_INSTALMENTS, *_EVENTS, _OUT64, _OUT32))
    def replay(  # noqa: C901, PLR0911, PLR0912 - one walk over three sorted files, each fault with its status
        as_of_day: int,
        debt_id: Any,
        disbursed_on: Any,
        principal: Any,
        rules: Any,
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
        e_id: Any,
        e_component: Any,
        e_reverses: Any,
        out64: Any,
        out32: Any,
    ) -> Any:
        built_from = sources  # noqa: F841 - part of the key under which the compiled code is kept
        debts, instalments, events = len(debt_id), len(i_debt), len(e_debt)
        one_rule = len(rules) == 1
        if (not one_rule and len(rules) != debts) or rules.shape[1] != RULE_COLUMNS:
            return -BAD_LENGTHS
        extended = out64.shape[0] > BASE64
        if extended and (out64.shape[0] != EXTENDED64 or out32.shape[0] != EXTENDED32):
            return -BAD_LENGTHS
        for row in range(len(rules)):
            if not are_in_range(rules[row]):
                return -(16 * row + BAD_RULES)
        rows = np.empty((WORK_ROWS, FIRST_CAPACITY), dtype=np.int64)
        state = np.empty(STATE, dtype=np.int64)
        by_day = np.empty((2, PLAIN_PAYMENTS_MAX), dtype=np.int64)
        debt = i_stop = e_stop = 0
        while debts > 0:
            i_first, e_first = i_stop, e_stop
            if not extended:
                debt, i_first, e_first = run_plain(
                    as_of_day, debt, i_stop, e_stop, debt_id, disbursed_on, rules,
                    i_debt, i_seq, i_due, i_principal, i_interest, i_fee, i_version, i_from, i_cause,
                    e_debt, e_on, e_kind, e_amount, by_day, out64, out32,
                )  # fmt: skip
            i_stop, e_stop = i_first, e_first
            if debt == debts:
                break
            identity = debt_id[debt]
            if debt > 0 and identity <= debt_id[debt - 1]:
                return -(16 * debt + BAD_DEBT_ORDER)
            i_stop, e_stop = end_of(identity, i_debt, i_first), end_of(identity, e_debt, e_first)
            if i_stop < instalments and i_debt[i_stop] < identity:
                return -(16 * i_stop + BAD_INSTALMENT_DEBT)
            if e_stop < events and e_debt[e_stop] < identity:
                return -(16 * e_stop + BAD_EVENT_DEBT)
            status = check_instalments(i_first, i_stop, i_principal, i_interest, i_fee)
            if status == 0:
                status = check_events(e_first, e_stop, e_kind, e_amount, e_component)
            if status < 0:
                return status
            if disbursed_on[debt] > as_of_day:
                write_nothing(out64, out32, debt)
                debt += 1
                continue
            size = i_stop - i_first + e_stop - e_first
            if size > rows.shape[1]:
                rows = np.empty((WORK_ROWS, 2 * size), dtype=np.int64)
            status = walk_general(
                as_of_day, rows, state, rules[0 if one_rule else debt], disbursed_on[debt], principal[debt],
                i_first, i_stop, i_seq, i_due, i_principal, i_interest, i_fee, i_version, i_from, i_cause,
                e_first, e_stop, e_on, e_kind, e_amount, e_id, e_component, e_reverses, out64, out32, debt,
            )  # fmt: skip
            if status < 0:
                return status
            debt += 1
        if i_stop < instalments:
            return -(16 * i_stop + BAD_INSTALMENT_DEBT)
        if e_stop < events:
            return -(16 * e_stop + BAD_EVENT_DEBT)
        return 0

    return replay


replay = _make_replay(SOURCES)


def _make_replay_packed(sources: int) -> Callable[..., int]:
    int64s, int32s, int8s = types.int64[:, ::1], types.int32[:, ::1], types.int8[:, ::1]

    @entry(types.int64(types.int64, int64s, int32s, int64s, int64s, int32s, int64s, int32s, int8s, _OUT64, _OUT32))
    def replay_packed(
        as_of_day: int,
        debts64: NDArray[np.int64],
        debts32: NDArray[np.int32],
        rules: NDArray[np.int64],
        instalments64: NDArray[np.int64],
        instalments32: NDArray[np.int32],
        events64: NDArray[np.int64],
        events32: NDArray[np.int32],
        events8: NDArray[np.int8],
        out64: NDArray[np.int64],
        out32: NDArray[np.int32],
    ) -> Any:
        built_from = sources  # noqa: F841 - part of the key under which the compiled code is kept
        return replay(
            as_of_day, debts64[0], debts32[0], debts64[1], rules,
            instalments64[0], instalments32[0], instalments32[1],
            instalments64[1], instalments64[2], instalments64[3],
            instalments32[2], instalments32[3], instalments64[4],
            events64[0], events32[0], events8[0], events64[1], events64[2], events8[1], events64[3],
            out64, out32,
        )  # fmt: skip

    return replay_packed


# The same for a prepared history: few wide arrays instead of many columns, since each argument costs a call time.
replay_packed = _make_replay_packed(SOURCES)
