"""Which rows of one file tell of the same receipt: the bank's reference is one receipt an account, for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.receipts.core.line import Fault, Line

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTRADICTS = "the amount and currency that this bank_reference has elsewhere"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Each receipt of a file once, in an order that does not depend on the file's; repeats; contradictions."""

    receipts: tuple[Line, ...]
    repeated: int
    faults: tuple[Fault, ...]


def sort(lines: Iterable[Line]) -> Sorted:
    """By day, account and reference. Rows that give one reference two amounts are all refused: none can be believed."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.account, line.bank_reference), []).append(line)
    receipts, faults, repeated = [], [], 0
    for group in groups.values():
        if len({(line.amount, line.currency) for line in group}) > 1:
            faults += [contradiction(line) for line in group]
            continue
        first = min(group, key=lambda line: (line.booked_on, line.reference, line.payer_account, line.row))
        receipts.append(first)
        repeated += len(group) - 1
    receipts.sort(key=lambda line: (line.booked_on, line.account, line.bank_reference))
    return Sorted(tuple(receipts), repeated, tuple(sorted(faults, key=lambda fault: fault.row)))


def contradiction(line: Line) -> Fault:
    """The fault of a row whose reference is known with another amount."""
    return Fault(line.row, "bank_reference", line.bank_reference, CONTRADICTS)
