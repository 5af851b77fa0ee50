"""Observations of debts on a day: the book's replay at the as-of day and at month points before it, and the walk.

One function for the debts of one party and for those of a bucket: columns in, one row of whole numbers a debt out.
"""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from kaopu.book.core import replay_compiled
from kaopu.book.core.history import day_number
from kaopu.book.core.position_columns import (
    FLAG_ACCELERATED,
    FLAG_CHARGED_OFF,
    FLAG_DISPUTED,
    FLAG_EXISTS,
    FLAG_FULLY_REFUNDED,
    FLAG_REPORTED,
    FLAG_RESTRUCTURED,
    FLAG_SETTLED,
    FLAG_TRANSFERRED,
    NO_DAY,
    OUT32,
    OUT64,
)
from kaopu.book.core.replay import replay
from kaopu.book.core.replay_compiled import entry
from kaopu.book.core.replay_status import fault_of
from kaopu.decision.core.features import merging, observation, walk
from kaopu.decision.core.features.merging import bring_in
from kaopu.decision.core.features.observation import (
    AT,
    FIRST_MAXIMUM,
    FIRST_MINIMUM,
    LATEST,
    MONTHS,
    NONE,
    SPEND_MONTHS,
    WIDTH,
)
from kaopu.decision.core.features.walk import (
    WORK,
    count_instalments,
    lay_out,
    order_events,
    version_in_force,
    walk_events,
)
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kaopu.decision.core.features.book_columns import BookColumns

_INT64 = types.Array(types.int64, 1, "C", readonly=True)
_INT32 = types.Array(types.int32, 1, "C", readonly=True)
_INT8 = types.Array(types.int8, 1, "C", readonly=True)
NIGHT_FROM, NIGHT_TO = 22, 6  # local hours; the night is [22:00, 06:00)
_THURSDAY = 3  # 1970-01-01
_SATURDAY = 5
DPD0, SPEND0 = AT.days_past_due_0, AT.spend_month_0


def _make_observe(sources: int) -> Callable[..., None]:  # noqa: C901, PLR0915 - see observe
    @entry(
        types.void(
            types.int64,
            _INT64,
            _INT32,
            _INT64,
            _INT64,
            _INT32,
            _INT32,
            _INT64,
            _INT64,
            _INT64,
            _INT32,
            _INT32,
            _INT64,
            _INT64,
            _INT32,
            _INT8,
            _INT64,
            _INT64,
            _INT8,
            _INT64,
            _INT64,
            _INT64,
            types.int64[:, ::1],
            types.int32[:, ::1],
            types.int32[:, ::1],
            _INT64,
            types.int64[:, ::1],
        )
    )
    def observe(  # noqa: C901, PLR0915 - one walk over three sorted files, a line an observation
        as_of: int, debt_id: Any, disbursed_on: Any, principal: Any,
        i_debt: Any, i_seq: Any, i_due: Any, i_principal: Any, i_interest: Any, i_fee: Any, i_version: Any,
        i_from: Any, i_cause: Any,
        e_debt: Any, e_on: Any, e_kind: Any, e_amount: Any, e_id: Any, e_component: Any,  # noqa: ARG001 - the order of the replay's arguments
        e_reverses: Any,
        currency: Any, hour: Any, out64: Any, out32: Any, past_due: Any, places: Any, sums: Any,
    ) -> None:  # fmt: skip
        built_from = sources  # noqa: F841 - part of the key under which the compiled code is kept
        work = np.empty((WORK, 264), np.int64)
        obs = np.empty(WIDTH, np.int64)
        for party in range(sums.shape[0]):
            sums[party, :FIRST_MAXIMUM] = 0
            sums[party, FIRST_MAXIMUM:FIRST_MINIMUM] = NONE
            sums[party, FIRST_MINIMUM:] = LATEST
        i_stop = e_stop = 0
        for debt in range(len(debt_id)):
            obs[:FIRST_MAXIMUM] = 0
            obs[FIRST_MAXIMUM:FIRST_MINIMUM] = NONE
            obs[FIRST_MINIMUM:] = LATEST
            i_first, e_first = i_stop, e_stop
            while i_stop < len(i_debt) and i_debt[i_stop] == debt_id[debt]:
                i_stop += 1
            while e_stop < len(e_debt) and e_debt[e_stop] == debt_id[debt]:
                e_stop += 1
            start = np.int64(disbursed_on[debt])
            if start > as_of:
                continue
            lent, age = principal[debt], as_of - start
            flags = out32[7, debt]
            owed = out64[0, debt] + out64[1, debt] + out64[2, debt] + out64[3, debt]
            late = out64[4, debt] + out64[5, debt] + out64[6, debt] + out64[7, debt]
            days = out32[0, debt]
            is_gone = flags & (FLAG_CHARGED_OFF | FLAG_TRANSFERRED)

            obs[AT.debts] = 1
            obs[AT.open_debts] = owed > 0
            obs[AT.settled_debts] = (flags & FLAG_SETTLED) != 0
            obs[AT.charged_off_debts] = (flags & FLAG_CHARGED_OFF) != 0
            obs[AT.transferred_debts] = (flags & FLAG_TRANSFERRED) != 0
            obs[AT.restructured_debts] = (flags & FLAG_RESTRUCTURED) != 0
            obs[AT.disputed_debts] = (flags & FLAG_DISPUTED) != 0
            obs[AT.reported_debts] = (flags & FLAG_REPORTED) != 0
            obs[AT.refunded_debts] = (flags & FLAG_FULLY_REFUNDED) != 0
            obs[AT.accelerated_debts] = (flags & FLAG_ACCELERATED) != 0
            obs[AT.overdue_debts] = days > 0
            obs[AT.new_debts_30] = age < 30
            obs[AT.new_debts_90] = age < 90
            obs[AT.new_debts_365] = age < 365
            obs[AT.spend] = lent
            obs[AT.spend_30] = lent if age < 30 else 0
            obs[AT.spend_90] = lent if age < 90 else 0
            obs[AT.spend_180] = lent if age < 180 else 0
            obs[AT.spend_365] = lent if age < 365 else 0
            obs[AT.spend_90_before] = lent if 90 <= age < 180 else 0
            if age < 30 * SPEND_MONTHS:
                obs[SPEND0 + age // 30] = lent
            obs[AT.hour_known] = hour[debt] >= 0
            obs[AT.at_night] = hour[debt] >= NIGHT_FROM or 0 <= hour[debt] < NIGHT_TO
            obs[AT.at_weekend] = (start + _THURSDAY) % 7 >= _SATURDAY
            obs[AT.outstanding], obs[AT.overdue] = owed, late
            obs[AT.outstanding_principal], obs[AT.outstanding_penalty] = out64[0, debt], out64[3, debt]
            obs[AT.accrued_interest], obs[AT.paid_to_date] = out64[8, debt], out64[9, debt]
            obs[AT.credit_balance], obs[AT.charged_off] = out64[10, debt], out64[11, debt]
            obs[AT.recovered], obs[AT.refunded], obs[AT.waived] = out64[12, debt], out64[13, debt], out64[14, debt]
            obs[AT.lent_open] = lent if owed > 0 else 0
            first_due, settled = np.int64(out32[5, debt]), np.int64(out32[6, debt])
            if first_due != NO_DAY and (flags & FLAG_FULLY_REFUNDED) == 0:
                unmet = settled == NO_DAY
                if first_due + 1 <= as_of:
                    obs[AT.first_payments] = 1
                    obs[AT.first_default_1] = unmet or settled > first_due + 1
                if first_due + 7 <= as_of:
                    obs[AT.first_payments_7] = 1
                    obs[AT.first_default_7] = unmet or settled > first_due + 7
                if first_due + 30 <= as_of:
                    obs[AT.first_payments_30] = 1
                    obs[AT.first_default_30] = unmet or settled > first_due + 30
            obs[AT.largest_debt], obs[AT.largest_outstanding] = lent, owed
            obs[AT.first_debt_on] = obs[AT.last_debt_on] = start
            obs[AT.first_open_on] = start if owed > 0 else LATEST
            obs[AT.next_due_on] = out32[2, debt] if out32[2, debt] != NO_DAY else LATEST
            obs[AT.worst_days_past_due], obs[AT.worst_class] = out32[1, debt], out32[3, debt]
            obs[AT.currency_low] = obs[AT.currency_high] = currency[debt]
            for month in range(past_due.shape[0]):
                obs[DPD0 + month] = past_due[month, debt] if past_due[month, debt] >= 0 else NONE

            size = max(i_stop - i_first, e_stop - e_first)
            if size > work.shape[1]:
                work = np.empty((WORK, 2 * size), np.int64)
            order_events(work, e_first, e_stop, e_on, e_id, e_kind, e_reverses)
            version = version_in_force(work, as_of, i_first, i_stop, i_version, i_from, i_cause, e_first, e_stop, e_id)
            rows = lay_out(
                work, version, i_first, i_stop, i_seq, i_due, i_principal, i_interest, i_fee, i_version, i_from,
                e_first, e_stop - e_first, e_on, e_kind, e_amount,
            )  # fmt: skip
            walk_events(work, rows, as_of, e_first, e_stop - e_first, e_on, e_kind, e_amount, obs)
            count_instalments(work, rows, as_of, owed, is_gone, obs)
            bring_in(sums, places[debt], obs)

    return observe


_observe = _make_observe(replay_compiled.digest(walk, merging, observation))


def month_points(as_of: date) -> list[int]:
    """Day numbers of the as-of day and of the same day of each month before it; a shorter month's last day."""
    points = []
    for back in range(MONTHS + 1):
        months = as_of.year * 12 + as_of.month - 1 - back
        year, month = months // 12, months % 12 + 1
        points.append(day_number(date(year, month, min(as_of.day, monthrange(year, month)[1]))))
    return points


def observe(columns: BookColumns, as_of: date, places: NDArray[np.int64], sums: NDArray[np.int64]) -> None:
    """Write what the debts say of their parties: `sums` int64[parties, WIDTH], columns as in observation.NAMES.

    `places[debt]` is the row of its party. `columns` must be cut to what was known (`known_by`). A debt that begins
    after the day leaves no trace. Raises BadInput where a history contradicts itself.
    """
    debts, args = len(columns.party_id), columns.of_kernel
    out64 = np.empty((len(OUT64), debts), np.int64)
    out32 = np.empty((len(OUT32), debts), np.int32)
    past_due = np.empty((MONTHS + 1, debts), np.int32)
    points = month_points(as_of)
    earliest = args[1].min() if debts else points[0]
    for month in range(MONTHS, -1, -1):
        if month and points[month] < earliest:
            past_due[month] = -1  # nothing had begun
            continue
        fault = fault_of(replay(points[month], *args, out64, out32))
        if fault is not None:
            raise BadInput(f"{fault.file}, row {fault.row + 1}, {fault.column}: {fault.expected}")
        np.copyto(past_due[month], np.where(out32[7] & FLAG_EXISTS, out32[0], -1))
    _observe(
        day_number(as_of),
        *args[:3],
        *args[4:],
        columns.currency,
        columns.local_hour,
        out64,
        out32,
        past_due,
        places,
        sums,
    )
