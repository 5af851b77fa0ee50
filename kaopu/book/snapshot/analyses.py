"""Roll rates, vintages, first-payment default, concentrations, expected loss and expected cash of a snapshot.

Each part is read once and replayed to the as-of day and to the month ends before it, by the same kernel as the close;
everything is added up over the parts and told apart by currency. Reported and timed apart from the close.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core import concentration, roll_rate, vintage
from kaopu.book.core.classification import BUCKETS
from kaopu.book.core.expected_loss import expected_loss, recovery_rate
from kaopu.book.core.first_payment_default import AFTER_DAYS
from kaopu.book.snapshot import layout
from kaopu.book.snapshot.analysis_days import AnalysisDays, days_of
from kaopu.book.snapshot.analysis_sums import Sums, add_part
from kaopu.book.snapshot.parts import Part, parts_of
from kaopu.book.snapshot.replay_part import Currencies, Memory
from kaopu.book.snapshot.threads import cores

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the estimates rest on; printed with them."""

    window_months: int = 12
    horizon_months: int = 12
    vintage_months: int = 24
    cash_days: int = 90
    largest: int = 10
    seed: int = 20260101


def analyse(source: Path, as_of: date, assumptions: Assumptions | None = None) -> dict[str, Any]:
    """The analyses by currency, with the seconds that they took.

    Raises:
        BadInput: for a faulty file or row.
    """
    started = time.perf_counter()
    given = assumptions or Assumptions()
    days = days_of(as_of, 1 + max(given.window_months, given.vintage_months))
    parts = parts_of(layout.find(source))
    currencies, own = Currencies(), local()

    def one(part: Part) -> dict[int, Sums]:
        if not hasattr(own, "memory"):
            own.memory = Memory()
        try:
            return add_part(part, days, currencies, own.memory, given.vintage_months, given.cash_days)
        finally:
            part.release()

    sums: dict[int, Sums] = {}
    with ThreadPoolExecutor(cores()) as pool:
        for found in pool.map(one, parts):
            for currency, each in found.items():
                sums[currency] = sums[currency].plus(each) if currency in sums else each
    answer = {currencies.names[code]: _as_json(each, days, given) for code, each in sorted(sums.items())}
    return {
        "as_of": as_of.isoformat(),
        "seconds": round(time.perf_counter() - started, 3),
        "currencies": dict(sorted(answer.items())),
    }


def _as_json(sums: Sums, days: AnalysisDays, given: Assumptions) -> dict[str, Any]:
    last_month = vintage.month_of(days.as_of)
    loss = expected_loss(
        sums.owed_by_bucket,
        sums.monthly[-given.window_months :],
        recovery_rate(sums.charged_off, sums.recovered),
        given.horizon_months,
        given.seed,
    )
    return {
        "roll_rates": {
            "from": days.month_before.isoformat(),
            "to": days.as_of.isoformat(),
            "by_bucket": roll_rate.as_json(sums.last_month),
        },
        "vintages": vintage.as_json(sums.opened, sums.ever_bad, last_month - len(sums.opened) + 1),
        "first_payment_default": {
            str(after): {
                "default": int(bad),
                "debts": int(all_),
                "rate": round(float(bad / all_), 6) if all_ else None,
            }
            for after, (bad, all_) in zip(AFTER_DAYS, sums.first_payments, strict=True)
        },
        "bucket_history": _bucket_history(sums, days),
        "concentrations": _concentrations(sums, given.largest),
        "expected_loss": {**loss.as_json(), "seed": given.seed, "method": "roll to charge-off × (1 − recovery)"},
        "cash_expected": [
            {"on": day.isoformat(), "amount": int(amount)}
            for day, amount in zip(days.next(given.cash_days), sums.cash, strict=True)
        ],
    }


def _bucket_history(sums: Sums, days: AnalysisDays) -> list[dict[str, Any]]:
    """Outstanding by bucket at the month ends, a month before and at the as-of day, oldest first.

    The rows of a roll table add up to what was owed at its beginning, so nothing is replayed again.
    """
    opening = [table.sum(axis=1) for table in (*sums.monthly, sums.last_month)]
    stands = zip((*days.month_ends[:-1], days.month_before, days.as_of), (*opening, sums.owed_by_bucket), strict=True)
    by_day = {day: dict(zip(BUCKETS, amounts.tolist(), strict=True)) for day, amounts in stands}
    return [{"on": day.isoformat(), "outstanding": by_day[day]} for day in sorted(by_day)]


def _concentrations(sums: Sums, most: int) -> dict[str, Any]:
    found = {}
    for group, owed in sums.owed_by.items():
        amounts = np.array(list(owed.values()), np.int64)
        found[group.removesuffix("_id")] = concentration.concentration(list(owed), amounts, most)
    codes, amounts = concentration.sums_by_code(
        *(np.concatenate(each) for each in zip(*sums.owed_by_party, strict=True))
    )
    found["party"] = concentration.concentration(codes, amounts, most)
    return found
