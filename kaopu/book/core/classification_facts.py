"""From the columns that the kernel writes to the facts that classes rest on, for the debts that need more than days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.classification_own import (
    DebtFacts,
    needs_restructuring_observation,
    needs_upgrade_observation,
)
from kaopu.book.core.classification_rules import (
    NON_PERFORMING_DAYS,
    OBSERVED_DUES,
    OBSERVED_MONTHS,
    RESTRUCTURED_DUES,
    RESTRUCTURED_MONTHS,
    UPGRADE_2023,
)
from kaopu.book.core.history import day_number
from kaopu.book.core.position import replayed
from kaopu.book.core.position_columns import (
    COUNTERS,
    FACTS,
    FLAG_CHARGED_OFF,
    FLAG_EXISTS,
    FLAG_RESTRUCTURED,
    FLAG_TRANSFERRED,
    NO_DAY,
    OUT32,
    OUT64,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from kaopu.book.core.history import PreparedHistory

    Table = NDArray[Any]

_EPOCH = date(1970, 1, 1).toordinal()
_NEVER = np.iinfo(np.int64).max
_WIDE = {name: place for place, name in enumerate((*OUT64, *COUNTERS)) if place < len(OUT64)}
_NARROW = {name: place for place, name in enumerate((*OUT32, *FACTS))}


@dataclass(frozen=True, slots=True)
class ClassRules:
    """The rules of debts that classes follow, one entry a debt, beside the columns of the kernel."""

    debt_id: Table
    currency: Sequence[str]
    obligors: Sequence[Iterable[int]]
    upgrade: Table
    retail: Table


def owed(wide: Table, narrow: Table) -> Table:
    """What obligors owe: outstanding, and what was written off and not recovered; nothing where the claim was sold."""
    flags = narrow[_NARROW["flags"]]
    written_off = np.maximum(wide[_WIDE["charged_off"]] - wide[_WIDE["recovered"]], 0)
    claim = wide[:4].sum(axis=0) + np.where(flags & FLAG_CHARGED_OFF, written_off, 0)
    return np.where((flags & FLAG_EXISTS != 0) & (flags & FLAG_TRANSFERRED == 0), claim, 0)


def needs_facts(wide: Table, narrow: Table, upgrade: Table) -> Table:
    """Which debts may be held back by an observation: once non-performing and no longer, or restructured."""
    flags, last = narrow[_NARROW["flags"]], narrow[_NARROW["non_performing_on"]]
    days = narrow[_NARROW["days_past_due"]]
    past = ((last != NO_DAY) & (days <= NON_PERFORMING_DAYS)) | (flags & FLAG_RESTRUCTURED != 0)
    open_ = (flags & FLAG_CHARGED_OFF == 0) & (owed(wide, narrow) > 0)
    holds: Table = np.logical_and((upgrade == UPGRADE_2023) & past, open_)
    return holds


def facts_of(wide: Table, narrow: Table, rules: ClassRules, places: Iterable[int]) -> list[DebtFacts]:
    """Facts of the debts at `places`. `narrow` may lack the rows of FACTS where no observation is asked for."""
    claims = owed(wide, narrow)
    told = []
    for place in places:
        values = dict(zip(_NARROW, narrow[:, place].tolist(), strict=False))
        told.append(
            DebtFacts(
                debt_id=int(rules.debt_id[place]),
                obligors=frozenset(rules.obligors[place]),
                currency=rules.currency[place],
                owed=int(claims[place]),
                class_by_days=values["class"],
                rule_by_days=values["class_rule"],
                days_past_due=values["days_past_due"],
                is_charged_off=bool(values["flags"] & FLAG_CHARGED_OFF),
                contractual_days_past_due=values.get("contractual_days_past_due", 0),
                non_performing_on=_day(values.get("non_performing_on", NO_DAY)),
                cleared_on=_day(values.get("cleared_on", NO_DAY)),
                restructured_on=_day(values.get("restructured_on", NO_DAY)),
                dues_since_cleared=values.get("dues_since_cleared", 0),
                dues_since_restructured=values.get("dues_since_restructured", 0),
                first_due_since_restructured=_day(values.get("first_due_since_restructured", NO_DAY)),
                upgrade=int(rules.upgrade[place]),
                retail=bool(rules.retail[place]),
            )
        )
    return told


def with_proofs(prepared: PreparedHistory, debts: Sequence[DebtFacts], as_of: date) -> list[DebtFacts]:
    """The same debts with the month end at which an observation that is broken now was complete before.

    A debt lawfully better again may be late again, which is special mention and no second observation: for that, the
    facts of earlier month ends are asked. `prepared` holds the same debts in the same order.
    """
    upgrade, terms = _Search(debts, _broken_upgrade(as_of)), _Search(debts, _broken_terms(as_of))
    for month_end in _month_ends(as_of):
        day = day_number(month_end)
        if day < min(upgrade.earliest(), terms.earliest()):
            break
        _, narrow = replayed(prepared, month_end, extended=True)
        upgrade.look(_upgrade_complete(narrow, month_end), day)
        terms.look(_restructuring_complete(narrow, month_end), day)
    return [
        replace(debt, upgrade_proven_on=_day(int(one)), restructured_proven_on=_day(int(other)))
        for debt, one, other in zip(debts, upgrade.found, terms.found, strict=True)
    ]


class _Search:
    """The latest day at which an observation was complete, for the debts where it is broken now."""

    def __init__(self, debts: Sequence[DebtFacts], broken_since: Callable[[DebtFacts], date | None]) -> None:
        """`broken_since`: the day after which a complete one is looked for; None where there is no need."""
        self.found = np.full(len(debts), NO_DAY)
        since = [broken_since(debt) for debt in debts]
        self._since = np.array([_NEVER if day is None else day_number(day) for day in since], np.int64)

    def earliest(self) -> int:
        return int(self._since.min(initial=_NEVER))

    def look(self, complete: Table, day: int) -> None:
        here = complete & (self._since < day)
        self.found[here] = day
        self._since[here] = _NEVER


def _broken_upgrade(as_of: date) -> Callable[[DebtFacts], date | None]:
    return lambda debt: debt.non_performing_on if needs_upgrade_observation(debt, as_of) else None


def _broken_terms(as_of: date) -> Callable[[DebtFacts], date | None]:
    return lambda debt: debt.last_trouble_on if needs_restructuring_observation(debt, as_of) else None


def _month_ends(as_of: date) -> Iterable[date]:
    day = as_of.replace(day=1)
    while day.year > 1:
        day = date.fromordinal(day.toordinal() - 1)
        yield day
        day = day.replace(day=1)


def _months(days: Table) -> Table:
    """Months since January 1970 of day numbers."""
    known: Table = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return known


def _is_clear(narrow: Table) -> Table:
    holds: Table = np.logical_and(
        narrow[_NARROW["days_past_due"]] == 0, narrow[_NARROW["contractual_days_past_due"]] == 0
    )
    return holds


def _observed(narrow: Table, begun: Table, periods: Table, month_end: date, dues: int, months: int) -> Table:  # noqa: PLR0917
    # At a month's last day whole months have passed from whatever day of the month they began.
    passed = (month_end.year - 1970) * 12 + month_end.month - 1 - _months(np.maximum(begun, 0))
    holds: Table = np.logical_and(_is_clear(narrow) & (begun != NO_DAY), (periods >= dues) & (passed >= months))
    return holds


def _upgrade_complete(narrow: Table, month_end: date) -> Table:
    cleared, last = narrow[_NARROW["cleared_on"]], narrow[_NARROW["non_performing_on"]]
    done = _observed(narrow, cleared, narrow[_NARROW["dues_since_cleared"]], month_end, OBSERVED_DUES, OBSERVED_MONTHS)
    holds: Table = np.logical_and((last != NO_DAY) & (cleared > last), done)
    return holds


def _restructuring_complete(narrow: Table, month_end: date) -> Table:
    first, cleared = narrow[_NARROW["first_due_since_restructured"]], narrow[_NARROW["cleared_on"]]
    anew = cleared > first
    begun = np.where(anew, cleared, first)
    periods = np.where(anew, narrow[_NARROW["dues_since_cleared"]], narrow[_NARROW["dues_since_restructured"]] - 1)
    done = _observed(narrow, begun, periods, month_end, RESTRUCTURED_DUES, RESTRUCTURED_MONTHS)
    holds: Table = np.logical_and(first != NO_DAY, done)
    return holds


def _day(number: int) -> date | None:
    return None if number == NO_DAY else date.fromordinal(number + _EPOCH)
