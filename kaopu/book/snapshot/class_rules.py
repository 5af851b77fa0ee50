"""What a part of a snapshot asks of classes beyond days past due, and whose debts are whose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.classification_debtors import DebtorEvent, obligors_on
from kaopu.book.core.event_kind import CODE, KIND, EventKind
from kaopu.book.core.history import PreparedHistory
from kaopu.book.core.position_columns import NO_DAY
from kaopu.book.snapshot.replay_part import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.book.snapshot.parts import Part
    from kaopu.book.snapshot.replay_part import Columns
    from kaopu.book.snapshot.slab import Slab

    Values = NDArray[Any]

_EPOCH = date(1970, 1, 1).toordinal()
_OF_DEBTORS = np.array([CODE[EventKind.REVERSAL], CODE[EventKind.ASSUMPTION], CODE[EventKind.JOINING]])
# The columns of the kernel's arguments in the blocks of PreparedHistory, with what stands for one that is left out.
_DEBT_ID, _DISBURSED, _PRINCIPAL, _RULES, _INSTALMENTS, _EVENTS = 0, 1, 2, 3, 4, 13
_LEFT_OUT = {_INSTALMENTS + 6: 1, _INSTALMENTS + 7: NO_DAY}


@dataclass(frozen=True, slots=True)
class Asked:
    """`upgrade` and `retail` of the debts of a part."""

    upgrade: Values
    retail: Values


def asked_of(debts: Slab) -> Asked | None:
    """What the debts of a part ask; None where classes follow days alone. Raises BadInput for an unknown rule."""
    upgrade, retail = debts.numbers("upgrade"), debts.numbers("retail")
    plain_upgrade, plain_retail = not upgrade.any(), not len(retail) or bool(retail.all())
    if plain_upgrade and plain_retail:
        return None
    count = len(debts.table)
    if ((upgrade < 0) | (upgrade > 1)).any():
        raise debts.fault(int(((upgrade < 0) | (upgrade > 1)).argmax()), "upgrade", "expected 0 or 1")
    return Asked(
        upgrade if len(upgrade) else np.zeros(count, np.int64), retail if len(retail) else np.ones(count, np.int8)
    )


def asks_more(part: Part) -> bool:
    """Whether a debt of the part asks for more than days, so that its file may be written twice in one close."""
    names = [name for name in ("upgrade", "retail") if name in part.names("debts")]
    return bool(names) and asked_of(part.rows("debts", ["debt_id", *names])) is not None


def parties_of(part: Part) -> Values:
    """The borrower of each debt of the part."""
    return part.rows("debts", ["debt_id", "party_id"]).numbers("party_id")


def joint_debtors(part: Part, debt_id: Values, party: Values, as_of: date) -> dict[int, frozenset[int]]:
    """Of debts that another party took over or joined: all who owe at the end of the day, by number of the debt."""
    if "party_id" not in part.names("events"):
        return {}
    names = ["debt_id", "on", "kind", "party_id"]
    present = part.names("events")
    events = part.rows("events", [*names, *(name for name in ("event_id", "reverses") if name in present)])
    kinds, parties = events.codes("kind", KINDS, "one of the kinds of docs/snapshot.md"), events.numbers("party_id")
    of_event = events.numbers("debt_id")
    touched = np.unique(of_event[(parties != 0) & np.isin(kinds, _OF_DEBTORS[1:])])
    rows = np.flatnonzero(np.isin(of_event, touched) & np.isin(kinds, _OF_DEBTORS))
    on, ids, reverses = events.numbers("on"), events.numbers("event_id"), events.numbers("reverses")
    told: dict[int, list[DebtorEvent]] = {}
    for row in rows.tolist():
        told.setdefault(int(of_event[row]), []).append(
            DebtorEvent(
                date.fromordinal(int(on[row]) + _EPOCH),
                int(ids[row]) if len(ids) else 0,
                KIND[int(kinds[row])],
                int(parties[row]) or None,
                int(reverses[row]) if len(reverses) else 0,
            )
        )
    borrower = dict(zip(touched.tolist(), party[np.searchsorted(debt_id, touched)].tolist(), strict=True))
    found = {debt: obligors_on(borrower[debt], known, as_of) for debt, known in told.items()}
    return {debt: owing for debt, owing in found.items() if owing != {borrower[debt]}}


def prepared_of(columns: Columns, places: Values) -> PreparedHistory:
    """The histories of some debts of the part."""
    given, chosen = columns.of_kernel, columns.debt_id[places]
    lines, happened = np.isin(given[_INSTALMENTS], chosen), np.isin(given[_EVENTS], chosen)

    def block(numbers: tuple[int, ...], keep: Values, kind: type[np.generic]) -> Values:
        count = int(keep.sum())
        taken = [
            given[number][keep] if len(given[number]) else np.full(count, _LEFT_OUT.get(number, 0))
            for number in numbers
        ]
        return np.ascontiguousarray(np.array(taken, dtype=kind))

    rules = given[_RULES]
    return PreparedHistory(
        debts64=np.ascontiguousarray(np.array([chosen, given[_PRINCIPAL][places]], np.int64)),
        debts32=np.ascontiguousarray(np.array([given[_DISBURSED][places]], np.int32)),
        rules=np.ascontiguousarray(rules.repeat(len(places), axis=0) if len(rules) == 1 else rules[places]),
        instalments64=block(tuple(_INSTALMENTS + n for n in (0, 3, 4, 5, 8)), lines, np.int64),
        instalments32=block(tuple(_INSTALMENTS + n for n in (1, 2, 6, 7)), lines, np.int32),
        events64=block(tuple(_EVENTS + n for n in (0, 3, 4, 6)), happened, np.int64),
        events32=block((_EVENTS + 1,), happened, np.int32),
        events8=block((_EVENTS + 2, _EVENTS + 5), happened, np.int8),
    )
