"""The lender's figures and the loss forecast of a snapshot: one pass over its parts, by currency."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core import loss_forecast
from kaopu.book.core.allowance import GUIDELINE_PPM, MILLION
from kaopu.book.core.classification import CLASSES
from kaopu.book.core.lender_figures import Cell, lender_figures
from kaopu.book.core.vintage import month_of
from kaopu.book.snapshot import layout
from kaopu.book.snapshot.analysis_days import EPOCH, days_of, last_day
from kaopu.book.snapshot.close import close_snapshot
from kaopu.book.snapshot.lender_sums import Asked, add_part
from kaopu.book.snapshot.parts import parts_of
from kaopu.book.snapshot.replay_part import Currencies, Memory
from kaopu.book.snapshot.result_folder import bucket_name, place_of
from kaopu.book.snapshot.threads import cores

if TYPE_CHECKING:
    from pathlib import Path

    from kaopu.book.core.loss_forecast import RollSums
    from kaopu.book.snapshot.lender_sums import PartSums
    from kaopu.book.snapshot.parts import Part

MONTHS = 120  # older vintages are shown without funding cost
YOUNG_MONTHS = 6
FUNDING_PPM = 30_000


@dataclass(frozen=True, slots=True)
class Rates:
    """What the figures rest on; printed with them. Parts in a million."""

    funding_ppm: int = FUNDING_PPM
    allowance_ppm: tuple[int, ...] = GUIDELINE_PPM


def lender_report(source: Path, as_of: date, positions: Path | None, rates: Rates | None = None) -> dict[str, Any]:
    """`figures` and `forecast` at the end of a day. `positions` is the folder that the close wrote for that day.

    Without it classes rest on days past due alone. Raises BadInput for a faulty file or row.
    """
    started, given = time.perf_counter(), rates or Rates()
    first = _first_day(parts_of(layout.find(source)), as_of)
    asked, period_from = _asked(as_of, first, given)
    currencies, own = Currencies(), local()

    def one(numbered: tuple[int, Part]) -> PartSums:
        place, part = numbered
        if not hasattr(own, "memory"):
            own.memory = Memory()
        try:
            return add_part(part, asked, currencies, own.memory, positions / bucket_name(place) if positions else None)
        finally:
            part.release()

    cells: dict[tuple[int, str, int], Cell] = {}
    rolls: dict[tuple[int, str], RollSums] = {}
    with ThreadPoolExecutor(cores()) as pool:
        for found in pool.map(one, enumerate(parts_of(layout.find(source)))):
            for key, (flows, stands) in found.cells.items():
                was = cells.get(key)
                cells[key] = (
                    Cell(key[1], key[2], flows + was.flows, stands + was.stands)
                    if was
                    else Cell(key[1], key[2], flows, stands)
                )
            for pair, each in found.rolls.items():
                rolls[pair] = rolls[pair].plus(each) if pair in rolls else each
    codes = sorted({key[0] for key in cells}, key=lambda code: currencies.names[code])
    figures = {
        currencies.names[code]: lender_figures(
            [cells[key] for key in sorted(cells) if key[0] == code], asked.days, period_from, given.funding_ppm
        )
        for code in codes
    }
    forecasts = {}
    for code in codes:
        name = currencies.names[code]
        products = [rolls[key] for key in sorted(rolls) if key[0] == code]
        young, growth = figures[name]["young_share"], figures[name]["growth"]
        forecasts[name] = {
            **loss_forecast.loss_forecast(products, asked.ends),
            "young_share": young,
            "growth": growth,
            "bias": loss_forecast.bias_sentence(young, growth),
        }
    return _told(as_of, period_from, given, figures, forecasts, (started, positions is not None))


def closed_report(source: Path, as_of: date, out: Path, rates: Rates | None = None) -> dict[str, Any]:
    """The same of a snapshot that is closed to that day first, into the folder `out`: classes by every rule."""
    close_snapshot(source, as_of, out)
    return lender_report(source, as_of, place_of(out, as_of), rates)


def empty_report(as_of: date, rates: Rates | None = None) -> dict[str, Any]:
    """The same of a book without a debt."""
    return _told(as_of, as_of, rates or Rates(), {}, {}, (time.perf_counter(), True))


def _told(  # noqa: PLR0917 - what is printed
    as_of: date,
    period_from: date,
    rates: Rates,
    figures: dict[str, Any],
    forecasts: dict[str, Any],
    how: tuple[float, bool],
) -> dict[str, Any]:
    started, all_rules = how
    seconds = round(time.perf_counter() - started, 3)
    by_class = dict(zip(CLASSES, (ppm / MILLION for ppm in rates.allowance_ppm), strict=True))
    return {
        "figures": {
            "as_of": as_of.isoformat(),
            "funding_rate": rates.funding_ppm / MILLION,
            "allowance_rates": by_class,
            "allowance_from": "the guideline of 2002" if rates.allowance_ppm == GUIDELINE_PPM else "rates given",
            "classes": "classes by every rule" if all_rules else "classes by days past due",
            "period": {"from": period_from.isoformat(), "to": as_of.isoformat(), "days": (as_of - period_from).days},
            "seconds": seconds,
            "currencies": figures,
        },
        "forecast": {
            "as_of": as_of.isoformat(),
            "horizon_months": loss_forecast.HORIZON,
            "window_months": loss_forecast.WINDOW,
            "credibility_k": loss_forecast.CREDIBILITY_K,
            "seconds": seconds,
            "currencies": forecasts,
        },
    }


def _first_day(parts: list[Part], as_of: date) -> date:
    firsts = []
    for part in parts:
        days = part.rows("debts", ["debt_id", "disbursed_on"]).numbers("disbursed_on")
        if len(days):
            firsts.append(date.fromordinal(int(np.min(days)) + EPOCH))
        part.release()
    return min([*firsts, as_of])


def _asked(as_of: date, first: date, rates: Rates) -> tuple[Asked, date]:
    ends = days_of(as_of, loss_forecast.MONTH_ENDS).month_ends
    newest = month_of(as_of)
    oldest = max(month_of(first) - 1, newest - MONTHS)
    # The last day before the first month lent, so that funding starts from nothing.
    months = [last_day(month) for month in range(oldest, newest + 1)]
    start = max(before(as_of, 12), first - timedelta(days=1))
    days = sorted({day for day in (*months, *ends, start, as_of) if day <= as_of})
    return Asked(tuple(days), ends, (start, as_of), before(as_of, YOUNG_MONTHS), rates.allowance_ppm), start


def before(day: date, months: int) -> date:
    """The same day so many months before, or that month's last; from a month's end to a month's end."""
    month = month_of(day) - months
    end = last_day(month)
    return end if day == last_day(month_of(day)) else end.replace(day=min(end.day, day.day))
