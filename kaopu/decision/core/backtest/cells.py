"""What a population is summed up to before Python sees it: rows with the same answers, month, segment and group."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kaopu.decision.core.backtest.amounts import AmountTally

APPROVE = "approve"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts and sums. Amounts in minor units, over the rows whose amount is known.

    Args:
        rows: applications.
        known: those whose outcome is known.
        bad: those known to have gone bad.
        losses, loss, loss_squares: amounts known, their sum, the sum of their squares; `profit` likewise.
    """

    rows: int = 0
    known: int = 0
    bad: int = 0
    losses: int = 0
    loss: float = 0
    loss_squares: float = 0
    profits: int = 0
    profit: float = 0
    profit_squares: float = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """All rows that both policies answered alike and that share month, segment and group (None: not asked for).

    `amounts`: one for each output key that was asked for.
    """

    old: str
    new: str
    month: str | None
    segment: str | None
    group: str | None
    tally: Tally
    amounts: tuple[AmountTally, ...] = ()


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum, field by field."""
    sums = {each.name: 0.0 for each in fields(Tally)}
    names = tuple(sums)
    for tally in tallies:
        for name in names:
            sums[name] += getattr(tally, name)
    whole = ("rows", "known", "bad", "losses", "profits")
    return Tally(**{name: int(value) if name in whole else value for name, value in sums.items()})  # type: ignore[arg-type]


def swap_of(cell: Cell) -> str:
    """`in`: only the new policy approves; `out`: only the old one; `both`; `neither`."""
    match cell.old == APPROVE, cell.new == APPROVE:
        case False, True:
            return "in"
        case True, False:
            return "out"
        case True, True:
            return "both"
    return "neither"
