"""One debt's schedule and events walked once: when instalments were met, what was paid back, what relief was given.

An instalment is *met* on the first day on which the money received so far (payments, set-off, early settlement,
recoveries, and waivers) reaches what all instalments up to it ask, oldest first; fees and penalties charged by events
stand apart. A refund lowers what the last instalments ask, and takes back what it had covered; once money covers all
principal and the charges due by then, later charges lapse. Once met stays met. Due days are those of the version in
force at the as-of day, moved by extensions; pauses and disputes move nothing here, so this is lateness by contract.
"""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.event_kind import CODE, EventKind
from kaopu.book.core.replay_compiled import helper
from kaopu.decision.core.features.observation import AT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.int64]

REVERSAL, RESTRUCTURE = CODE[EventKind.REVERSAL], CODE[EventKind.RESTRUCTURE]
EXTENSION, PAUSE = CODE[EventKind.EXTENSION], CODE[EventKind.PAUSE]
ACCELERATION, FEE = CODE[EventKind.ACCELERATION], CODE[EventKind.FEE]
PENALTY, CHARGEBACK = CODE[EventKind.PENALTY], CODE[EventKind.CHARGEBACK]
PAYMENT, EARLY = CODE[EventKind.PAYMENT], CODE[EventKind.EARLY_SETTLEMENT]
REFUND, RETURN = CODE[EventKind.REFUND], CODE[EventKind.RETURN]
WAIVER, RECOVERY = CODE[EventKind.WAIVER], CODE[EventKind.RECOVERY]
SET_OFF, DISPUTE = CODE[EventKind.SET_OFF], CODE[EventKind.DISPUTE]
RE_AGE = CODE[EventKind.RE_AGE]
ASSUMPTION, JOINING = CODE[EventKind.ASSUMPTION], CODE[EventKind.JOINING]

# Rows of the work table, int64[WORK, capacity].
DUE, ASKED_PRINCIPAL, ASKED_CHARGES, SEQ, MET = 0, 1, 2, 3, 4  # one column an instalment in force
EVENT, DEAD = 5, 6  # one column an event, in order; DEAD by offset
WORK = 7
NEVER = np.int64(1) << 40


@helper
def order_events(  # noqa: C901 - sort, then judge reversals
    work: Table, first: int, stop: int, e_on: Any, e_id: Any, e_kind: Any, e_reverses: Any
) -> None:
    """Events by day and id, and which of them are reversed, reversals of reversals seen."""
    count = stop - first
    named = len(e_id) > 0
    reversals = 0
    for offset in range(count):
        work[DEAD, offset] = 0
        if e_kind[first + offset] == REVERSAL:
            reversals += 1
        place = offset
        while place > 0:
            other = work[EVENT, place - 1]
            later = e_on[first + other] > e_on[first + offset]
            if named and e_on[first + other] == e_on[first + offset]:
                later = e_id[first + other] > e_id[first + offset]
            if not later:
                break
            work[EVENT, place] = other
            place -= 1
        work[EVENT, place] = offset
    if reversals == 0 or not named or len(e_reverses) == 0:
        return
    # A reversal stands after what it reverses: from the last down, each is judged before its target.
    for place in range(count - 1, -1, -1):
        offset = work[EVENT, place]
        if e_kind[first + offset] != REVERSAL or work[DEAD, offset] != 0:
            continue
        for other in range(count):
            if e_id[first + other] == e_reverses[first + offset]:
                work[DEAD, other] = 1


@helper
def version_in_force(
    work: Table, as_of: int, i_first: int, i_stop: int, i_version: Any, i_from: Any, i_cause: Any,
    e_first: int, e_stop: int, e_id: Any,
) -> Any:  # fmt: skip
    """The highest version begun by the day whose cause is not reversed; -1 none, 1 where rows have no version."""
    if len(i_version) == 0:
        return 1
    best = -1
    for row in range(i_first, i_stop):
        version = i_version[row]
        if version <= best or (len(i_from) > 0 and i_from[row] > as_of):
            continue
        gone = False
        if len(i_cause) > 0 and i_cause[row] != 0 and len(e_id) > 0:
            for event in range(e_first, e_stop):
                if e_id[event] == i_cause[row]:
                    gone = work[DEAD, event - e_first] != 0
                    break
        if not gone:
            best = version
    return best


@helper
def lay_out(  # noqa: C901 - choose, sort, move

    work: Table, version: int, i_first: int, i_stop: int, i_seq: Any, i_due: Any, i_principal: Any, i_interest: Any,
    i_fee: Any, i_version: Any, i_from: Any, e_first: int, count: int, e_on: Any, e_kind: Any, e_amount: Any,
) -> Any:  # fmt: skip
    """The instalments in force by due day, moved by extensions; how many."""
    rows = 0
    begun = np.int64(-(1 << 31))
    for row in range(i_first, i_stop):
        if len(i_version) > 0 and i_version[row] != version:
            continue
        if len(i_from) > 0:
            begun = max(begun, np.int64(i_from[row]))
        place = rows
        while place > 0 and (
            work[DUE, place - 1] > i_due[row]
            or (work[DUE, place - 1] == i_due[row] and work[SEQ, place - 1] > i_seq[row])
        ):
            for part in range(MET):
                work[part, place] = work[part, place - 1]
            place -= 1
        work[DUE, place], work[SEQ, place] = i_due[row], i_seq[row]
        work[ASKED_PRINCIPAL, place], work[ASKED_CHARGES, place] = i_principal[row], i_interest[row] + i_fee[row]
        rows += 1
    for place in range(count):
        offset = work[EVENT, place]
        event = e_first + offset
        if e_kind[event] == EXTENSION and work[DEAD, offset] == 0 and e_on[event] > begun:
            for row in range(rows):
                if work[DUE, row] >= e_on[event]:
                    work[DUE, row] += e_amount[event]
    for row in range(rows):
        work[MET, row] = NEVER
    return rows


@helper
def take_back(work: Table, rows: int, met: int, covered: Any, amount: Any) -> Any:
    """A refund: what the last instalments ask falls; what money had covered up to there."""
    row = rows - 1
    while row >= 0 and amount > 0:
        part = min(amount, work[ASKED_PRINCIPAL, row])
        work[ASKED_PRINCIPAL, row] -= part
        amount -= part
        if row < met:
            covered -= part
        row -= 1
    return covered


@helper
def lapse(work: Table, rows: int, met: int, money: Any, day: Any) -> None:
    """Charges due after the day lapse once money covers all principal and the charges due by then."""
    needed = np.int64(0)
    for row in range(rows):
        needed += work[ASKED_PRINCIPAL, row]
        if work[DUE, row] <= day or row < met:
            needed += work[ASKED_CHARGES, row]
    if money >= needed:
        for row in range(met, rows):
            if work[DUE, row] > day:
                work[ASKED_CHARGES, row] = 0


@helper
def walk_events(  # noqa: C901, PLR0912, PLR0915 - one branch a kind
    work: Table, rows: int, as_of: int, e_first: int, count: int, e_on: Any, e_kind: Any, e_amount: Any, obs: Any
) -> None:
    """Money against instalments, and what happened counted into the row of the debt."""
    met, covered, money = 0, np.int64(0), np.int64(0)
    for place in range(count):
        offset = work[EVENT, place]
        event = e_first + offset
        if work[DEAD, offset] != 0 or e_on[event] > as_of:
            continue
        kind, day, amount = e_kind[event], np.int64(e_on[event]), e_amount[event]
        ago = as_of - day
        relief = False
        if kind in (PAYMENT, EARLY, SET_OFF, RECOVERY):
            money += amount
            obs[AT.payments] += 1
            obs[AT.payments_90] += ago < 90
            obs[AT.paid_30] += amount if ago < 30 else 0
            obs[AT.paid_90] += amount if ago < 90 else 0
            obs[AT.paid_180] += amount if ago < 180 else 0
            obs[AT.paid_365] += amount if ago < 365 else 0
            obs[AT.last_payment_on] = max(obs[AT.last_payment_on], day)
            obs[AT.first_payment_on] = min(obs[AT.first_payment_on], day)
            obs[AT.largest_payment] = max(obs[AT.largest_payment], amount)
            obs[AT.early_settlements] += kind == EARLY
            obs[AT.recoveries] += kind == RECOVERY
        elif kind in (REFUND, RETURN):
            covered = take_back(work, rows, met, covered, amount)
            obs[AT.refunds] += 1
            obs[AT.returns] += kind == RETURN
            obs[AT.refunds_365] += ago < 365
            obs[AT.refund_amount_365] += amount if ago < 365 else 0
        elif kind == WAIVER:
            money += amount
            obs[AT.waivers] += 1
        elif kind == CHARGEBACK:
            money -= amount
            obs[AT.chargebacks] += 1
        elif kind == FEE:
            obs[AT.fees] += 1
            obs[AT.fee_amount] += amount
        elif kind == PENALTY:
            obs[AT.penalties] += 1
        elif kind == PAUSE:
            obs[AT.pauses] += 1
            relief = True
        elif kind == EXTENSION:
            obs[AT.extensions] += 1
            relief = True
        elif kind == RESTRUCTURE:
            obs[AT.restructures] += 1
            relief = True
        elif kind == RE_AGE:
            obs[AT.re_ages] += 1
            relief = True
        elif kind == ACCELERATION:
            obs[AT.accelerations] += 1
        elif kind == DISPUTE:
            obs[AT.disputes] += 1
            obs[AT.last_dispute_on] = max(obs[AT.last_dispute_on], day)
        elif kind in (ASSUMPTION, JOINING):
            obs[AT.debtor_changes] += 1
        elif kind == REVERSAL:
            obs[AT.reversals] += 1
        if relief:
            obs[AT.reliefs_365] += ago < 365
            obs[AT.last_relief_on] = max(obs[AT.last_relief_on], day)
        if kind in (EARLY, REFUND, RETURN):
            lapse(work, rows, met, money, day)
        while met < rows and covered + work[ASKED_PRINCIPAL, met] + work[ASKED_CHARGES, met] <= money:
            covered += work[ASKED_PRINCIPAL, met] + work[ASKED_CHARGES, met]
            work[MET, met] = day
            met += 1


@helper
def count_late(obs: Any, as_of: int, due: int, stop: int) -> None:
    """One instalment that was unmet at the end of its due day; `stop` is the day it was met, or the as-of day."""
    days = stop - due
    obs[AT.days_late] += days
    obs[AT.late_30_plus] += days >= 30
    obs[AT.late_1_to_7] += days <= 7
    obs[AT.last_late_due_on] = max(obs[AT.last_late_due_on], due)
    if stop > as_of - 90:
        obs[AT.late_90_days] = max(obs[AT.late_90_days], days)
    if stop > as_of - 180:
        obs[AT.late_180_days] = max(obs[AT.late_180_days], days)
    if stop > as_of - 365:
        obs[AT.late_365_days] = max(obs[AT.late_365_days], days)


@helper
def count_instalments(work: Table, rows: int, as_of: int, owed: int, is_gone: int, obs: Any) -> None:
    """How instalments that fell due were met, and what is still to come.

    `owed` is what the replay says is owed; `is_gone` not 0 where the debt was charged off or sold.
    """
    next_30, next_90 = np.int64(0), np.int64(0)
    for row in range(rows):
        due, met = work[DUE, row], work[MET, row]
        asked = work[ASKED_PRINCIPAL, row] + work[ASKED_CHARGES, row]
        if asked == 0:
            continue
        if met == NEVER and owed > 0 and due >= as_of:
            next_30 += asked if due <= as_of + 30 else 0
            next_90 += asked if due <= as_of + 90 else 0
        if work[SEQ, row] < 1:
            continue
        obs[AT.instalments] += 1
        obs[AT.instalments_left] += met == NEVER and owed > 0
        if met == NEVER and (due >= as_of or (owed <= 0 and is_gone == 0)):
            continue  # not due yet, or settled in a way that the sum of money does not show
        if due > as_of:
            continue
        obs[AT.dues] += 1
        recent_90, recent_365 = due > as_of - 90, due > as_of - 365
        obs[AT.dues_90] += recent_90
        obs[AT.dues_365] += recent_365
        if met <= due:
            obs[AT.met_early] += met < due
            obs[AT.met_on_time] += met == due
            obs[AT.days_early] += due - met
            continue
        obs[AT.late_90] += recent_90
        obs[AT.late_365] += recent_365
        if met == NEVER:
            obs[AT.unmet] += 1
            count_late(obs, as_of, due, as_of)
        else:
            obs[AT.met_late] += 1
            count_late(obs, as_of, due, met)
    obs[AT.due_next_30] = min(next_30, max(owed, 0))
    obs[AT.due_next_90] = min(next_90, max(owed, 0))
