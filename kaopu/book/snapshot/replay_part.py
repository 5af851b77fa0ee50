"""One part of a snapshot through the kernel: columns in, columns of positions out, in memory that is used again."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.event_kind import CODE, COMPONENT_CODE
from kaopu.book.core.position_columns import OUT32, OUT64
from kaopu.book.core.replay import replay
from kaopu.book.core.replay_state import R_GENERAL_ONLY, RULE_COLUMNS
from kaopu.book.core.replay_status import fault_of
from kaopu.book.snapshot.columns import RULES
from kaopu.kernel.core.currencies import EXPONENTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.book.snapshot.parts import Part
    from kaopu.book.snapshot.slab import Slab
    from kaopu.kernel.core.errors import BadInput

KINDS = {kind.value: code for kind, code in CODE.items()}
COMPONENTS = {component.value: code for component, code in COMPONENT_CODE.items()}
MOST_CURRENCIES = 127
_PLACES = tuple(place if place < R_GENERAL_ONLY else place + 1 for place in range(len(RULES)))
_PLAIN_RULES = np.zeros((1, RULE_COLUMNS), np.int64)
_PLAIN_RULES[0, _PLACES] = [rule.default for rule in RULES]
_ALLOWED: dict[str, tuple[int, ...] | range] = {
    "ladder": (0, 1),
    "allocation": range(24),
    "penalty_base": (0, 1),
    "penalty_days_in_year": (360, 365),
    "refund_order": range(4),
    "refund_fee": (0, 1),
    "pause_resets": (0, 1),
    "dispute_resets": (0, 1),
    "late_allocation": range(25),
}


class Currencies:
    """Small codes for the currencies of a snapshot, given out as they are met, the same in every thread."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._lock = Lock()

    def get(self, name: str, default: int) -> int:
        """The code of a currency; `default` for what is no currency of ISO 4217."""
        if name not in EXPONENTS:
            return default
        with self._lock:
            if name not in self.names:
                if len(self.names) == MOST_CURRENCIES:
                    return default
                self.names.append(name)
            return self.names.index(name)


class Memory:
    """Room for the positions of one part, kept by a thread for all its parts: fresh memory is slow."""

    def __init__(self) -> None:
        self._wide = np.empty(0, np.int64)
        self._narrow = np.empty(0, np.int32)

    def room(
        self, debts: int, wide_rows: int = len(OUT64), narrow_rows: int = len(OUT32)
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Two tables of one column a debt. What they held before is lost."""
        if len(self._wide) < wide_rows * debts:
            self._wide = np.empty(wide_rows * debts, np.int64)
        if len(self._narrow) < narrow_rows * debts:
            self._narrow = np.empty(narrow_rows * debts, np.int32)
        wide, narrow = self._wide[: wide_rows * debts], self._narrow[: narrow_rows * debts]
        return wide.reshape(wide_rows, debts), narrow.reshape(narrow_rows, debts)


@dataclass(frozen=True, slots=True)
class Columns:
    """A part read once, to be replayed to one day or to many. `of_kernel` is in the order of the kernel's arguments."""

    debts: Slab
    instalments: Slab
    events: Slab
    debt_id: NDArray[np.int64]
    event_id: NDArray[np.int64]
    currency: NDArray[np.int8]
    of_kernel: tuple[NDArray[Any], ...]


def read_part(part: Part, currencies: Currencies) -> Columns:
    """Read the part. Raises BadInput for the first faulty value."""
    debts, instalments, events = part.rows("debts"), part.rows("instalments"), part.rows("events")
    debt_id, principal = debts.numbers("debt_id"), debts.numbers("principal")
    if len(principal) and principal.min() < 0:
        raise debts.fault(int((principal < 0).argmax()), "principal", "expected an amount of 0 or more")
    event_id = checked_ids(events)
    names = ("debt_id", "seq", "due_on", "principal", "interest", "fee", "version", "from_on", "cause_event")
    columns = (
        debt_id,
        debts.numbers("disbursed_on"),
        principal,
        _rules(debts, len(debt_id)),
        *(instalments.numbers(name) for name in names),
        events.numbers("debt_id"),
        events.numbers("on"),
        events.codes("kind", KINDS, "one of the kinds of docs/snapshot.md"),
        events.numbers("amount"),
        event_id,
        events.codes("component", COMPONENTS, "principal, interest, fee, penalty or null"),
        events.numbers("reverses"),
    )
    currency = debts.codes("currency", currencies, "an ISO 4217 code")
    return Columns(debts, instalments, events, debt_id, event_id, currency, columns)


def replay_to(columns: Columns, as_of_day: int, memory: Memory) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Positions of the part on a day, one column a debt. Raises BadInput for the first faulty row."""
    out64, out32 = memory.room(len(columns.debt_id))
    replay_into(columns, as_of_day, out64, out32)
    return out64, out32


def replay_into(columns: Columns, as_of_day: int, out64: NDArray[np.int64], out32: NDArray[np.int32]) -> None:
    """Write positions of the part on a day; the number of rows says which. Raises BadInput for the first faulty row."""
    status = replay(as_of_day, *columns.of_kernel, out64, out32)
    if status:
        slabs = {"debts": columns.debts, "instalments": columns.instalments, "events": columns.events}
        raise _fault(int(status), slabs)


def checked_ids(events: Slab) -> NDArray[np.int64]:
    """Event ids of a part, or none where the file has none. Raises BadInput for an id below 1 or left out."""
    event_id = events.numbers("event_id")
    if len(event_id) and event_id.min() < 1:
        if not event_id.any():
            return event_id[:0]
        raise events.fault(int((event_id < 1).argmax()), "event_id", "expected an id above 0, in every row or in none")
    return event_id


def _rules(debts: Slab, count: int) -> NDArray[np.int64]:
    # One row stands for all debts where no rule differs from its default.
    given = {name: values for name in (rule.name for rule in RULES) if len(values := debts.numbers(name))}
    given = {
        rule.name: given[rule.name] for rule in RULES if rule.name in given and (given[rule.name] != rule.default).any()
    }
    if not given:
        return _PLAIN_RULES
    table = np.zeros((count, RULE_COLUMNS), np.int64)
    for place, rule in zip(_PLACES, RULES, strict=True):
        table[:, place] = given.get(rule.name, rule.default)
    return table


def _fault(status: int, slabs: dict[str, Slab]) -> BadInput:
    fault = fault_of(status)
    assert fault is not None  # noqa: S101 - a status below zero always has one
    slab, expected = slabs[fault.file], fault.expected
    if fault.column == "debt_id":
        expected = _order_fault(slab, fault.row, slabs["debts"])
    if fault.column == "rules":
        fault_column, expected = _rule_fault(slab, fault.row, expected)
        return slab.fault(fault.row, fault_column, expected)
    return slab.fault(fault.row, fault.column, expected)


def _order_fault(slab: Slab, row: int, debts: Slab) -> str:
    debt_id = slab.numbers("debt_id")
    if row and debt_id[row] < debt_id[row - 1]:
        return f"comes after {debt_id[row - 1]}; expected rows sorted by debt_id"
    if slab is debts:
        return "is there twice; expected each debt once"
    return f"no such debt in {debts.file.name}; expected the debt_id of a row there"


def _rule_fault(debts: Slab, row: int, expected: str) -> tuple[str, str]:
    for rule in RULES:
        values = debts.numbers(rule.name)
        if len(values) and (values[row] < 0 or values[row] not in _ALLOWED.get(rule.name, (values[row],))):
            return rule.name, f"found {values[row]}; {expected}"
    compound = debts.numbers("compound_rate_ppm")
    if len(compound) and compound[row] > 0:
        return "compound_rate_ppm", f"found {compound[row]} with penalty_base 1; {expected}"
    return "rules", expected
