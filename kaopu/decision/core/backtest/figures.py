"""Cells to figures: rates, swap sets, bad rates with intervals and bounds, sums, parts of the population."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.backtest.cells import APPROVE, Cell, Tally, swap_of, total
from kaopu.decision.core.backtest.intervals import of_sum, wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OUTCOMES = (APPROVE, "refer", "decline")
SETS = ("in", "out", "both", "neither")
PARTS = {"months": "month", "segments": "segment", "groups": "group"}
FOUR_FIFTHS = 0.8  # 29 CFR 1607.4(D): a selection rate below four fifths of the highest one
METHODS = {
    "rates": "Wilson score interval, 95 %",
    "sums": "normal interval of a sum of independent amounts, 95 %, over the rows whose amount is known",
    "unknown": "an unknown outcome is never counted as good: rates are among the known, the bounds take all unknown "
    "as good (lower) and all as bad (upper)",
}
# How much worse than the known ones the unknown are taken to be, by the name of the assumption.
ASSUMPTIONS = {
    "as_the_known": (1.0, "the unknown go bad as often as the known in the same swap set"),
    "half_again_as_bad": (1.5, "the unknown go bad one and a half times as often as the known in the same swap set"),
    "twice_as_bad": (2.0, "the unknown go bad twice as often as the known in the same swap set"),
}


def figures(cells: Sequence[Cell], *, loss: bool, profit: bool) -> dict[str, Any]:
    """Everything a back-test says about two policies; the layout is in docs/backtest.md.

    Args:
        cells: from the engine.
        loss: whether the population had such a column.
        profit: likewise.
    """
    everything = total(each.tally for each in cells)
    found: dict[str, Any] = {"rows": everything.rows, "known": everything.known}
    found |= _part(cells, loss=loss, profit=profit)
    found["scenarios"] = {side: _scenarios(cells, side) for side in ("old", "new")}
    for key, name in PARTS.items():
        found[key] = _parts(cells, name, loss=loss, profit=profit)
    found["adverse_impact"] = {side: _impact(found["groups"], side) for side in ("old", "new")}
    return found | {"methods": METHODS}


def _part(cells: Sequence[Cell], *, loss: bool, profit: bool) -> dict[str, Any]:
    approved = {side: total(c.tally for c in cells if getattr(c, side) == APPROVE) for side in ("old", "new")}
    return {
        "rates": {side: _rates(cells, side) for side in ("old", "new")},
        "rate_intervals": {side: _rate_intervals(cells, side) for side in ("old", "new")},
        "swap_sets": {
            name: _set(total(c.tally for c in cells if swap_of(c) == name), loss=loss, profit=profit) for name in SETS
        },
        "bad_rate": {side: bad_rate(approved[side]) for side in ("old", "new")},
        "loss": _sums(approved, "loss") if loss else None,
        "profit": _sums(approved, "profit") if profit else None,
    }


def _counts(cells: Iterable[Cell], side: str) -> dict[str, int]:
    counted: dict[str, int] = defaultdict(int, dict.fromkeys(OUTCOMES, 0))
    for cell in cells:
        counted[getattr(cell, side)] += cell.tally.rows
    return dict(counted)


def _rates(cells: Sequence[Cell], side: str) -> dict[str, float | None]:
    counted = _counts(cells, side)
    rows = sum(counted.values())
    return {name: count / rows if rows else None for name, count in counted.items()}


def _rate_intervals(cells: Sequence[Cell], side: str) -> dict[str, tuple[float, float] | None]:
    counted = _counts(cells, side)
    rows = sum(counted.values())
    return {name: wilson(count, rows) for name, count in counted.items()}


def bad_rate(tally: Tally) -> dict[str, Any]:
    """The rate among the known with its interval, and the bounds over all rows."""
    unknown = tally.rows - tally.known
    return {
        "rows": tally.rows,
        "known": tally.known,
        "unknown": unknown,
        "bad": tally.bad,
        "rate": tally.bad / tally.known if tally.known else None,
        "interval": wilson(tally.bad, tally.known),
        "bounds": (tally.bad / tally.rows, (tally.bad + unknown) / tally.rows) if tally.rows else None,
    }


def _set(tally: Tally, *, loss: bool, profit: bool) -> dict[str, Any]:
    rate = bad_rate(tally)
    found = {
        **{key: rate[key] for key in ("rows", "known", "unknown", "bad")},
        "bad_rate": rate["rate"],
        "bad_rate_interval": rate["interval"],
        "bad_rate_bounds": rate["bounds"],
    }
    if loss:
        found["loss"] = amount(tally, "loss")
    if profit:
        found["profit"] = amount(tally, "profit")
    return found


def amount(tally: Tally, name: str) -> dict[str, Any]:
    """The sum of a tally's losses or profits, over how many rows, with its interval."""
    count = tally.losses if name == "loss" else tally.profits
    value, squares = getattr(tally, name), getattr(tally, f"{name}_squares")
    return {"sum": value, "rows": count, "interval": of_sum(value, squares, count)}


def _sums(approved: dict[str, Tally], name: str) -> dict[str, Any]:
    found: dict[str, Any] = {side: amount(tally, name) for side, tally in approved.items()}
    found["change"] = found["new"]["sum"] - found["old"]["sum"]
    return found


def _scenarios(cells: Sequence[Cell], side: str) -> list[dict[str, Any]]:
    """The bad rate of all approved under each assumption about those whose outcome nobody knows.

    A set in which nothing is known takes the rate of the whole population's known; None where there is none either.
    """
    everything = total(c.tally for c in cells)
    overall = everything.bad / everything.known if everything.known else None
    sets = [total(c.tally for c in cells if getattr(c, side) == APPROVE and swap_of(c) == name) for name in SETS]
    rows = sum(each.rows for each in sets)
    found = []
    for name, (factor, words) in ASSUMPTIONS.items():
        expected: float | None = 0.0
        for each in sets:
            rate = each.bad / each.known if each.known else overall
            unknown = each.rows - each.known
            if rate is None and unknown:
                expected = None
            elif expected is not None:
                expected += each.bad + unknown * min(1.0, factor * (rate or 0.0))
        rate_of_all = expected / rows if rows and expected is not None else None
        found.append({"name": name, "assumption": words, "bad_rate": rate_of_all})
    return found


def _parts(cells: Sequence[Cell], name: str, *, loss: bool, profit: bool) -> list[dict[str, Any]]:
    by_name: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        value = getattr(cell, name)
        if value is not None:
            by_name[value].append(cell)
    return [
        {"name": key, "rows": sum(c.tally.rows for c in part), **_part(part, loss=loss, profit=profit)}
        for key, part in sorted(by_name.items())
    ]


def _impact(groups: Sequence[dict[str, Any]], side: str) -> dict[str, Any] | None:
    """Each group's approval rate over the highest one; None without groups."""
    rates = {each["name"]: each["rates"][side][APPROVE] for each in groups}
    highest = max(rates.values(), default=0) or 0
    if not highest:
        return None
    ratios = {name: rate / highest for name, rate in rates.items()}
    return {"ratios": ratios, "least": min(ratios.values()), "four_fifths": min(ratios.values()) >= FOUR_FIFTHS}
