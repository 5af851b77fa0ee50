"""The figures a lender reads: quality, allowance, yield, loss, funding cost, and what each vintage contributed.

Whole minor units of one currency throughout. Shares come with what they were divided from; one that cannot be
formed is None and says why.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.allowance import MILLION
from kaopu.book.core.classification import CLASSES
from kaopu.book.core.classification_rules import NON_PERFORMING_FROM
from kaopu.book.core.vintage import month_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    Values = NDArray[Any]

# Of a debt on a day, since it began.
FLOWS = (
    "balance", "principal", "interest", "fee", "penalty", "subsidy", "waived", "charged_off", "sold", "sale_price",
    "recovered",
)  # fmt: skip
# Of a debt on the as-of day.
STANDS = ("debts", "lent", "young", "non_performing", "over_90", *CLASSES, *(f"allowance_{name}" for name in CLASSES))
OVER_90 = 90
YEAR = 365
INCOME = ("interest", "fee", "penalty", "subsidy")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share with its parts. `value` is None where the denominator is nothing; `why` says so."""

    value: float | None
    numerator: int
    denominator: int
    formula: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a group of debts brought and cost since it was lent. `contribution` is None where funding is not known."""

    name: str
    debts: int
    lent: int
    balance: int
    income: int
    waived: int
    loss: int
    recovered: int
    funding_cost: int | None
    contribution: int | None
    of_lent: float | None
    allowance: int
    why: str = ""


def flows_of(outstanding: Values, counters: Mapping[str, Values]) -> Values:
    """int64[FLOWS, debts]. `outstanding` by component, `counters` by the names of docs/snapshot.md.

    Income is what was earned: billed or running, without what non-accrual suspends. What a sale takes away counts
    against its price.
    """
    of = counters
    rows = {
        "balance": outstanding.sum(axis=0),
        "principal": outstanding[0],
        "interest": of["billed_interest"] + of["running_interest"] - of["suspended_interest"],
        "fee": of["billed_fee"],
        "penalty": of["charged_penalty"] - of["suspended_penalty"],
        "subsidy": of["subsidy_earned"],
        "waived": _of_components(of, "waived"),
        "charged_off": _of_components(of, "charged_off"),
        "sold": _of_components(of, "transferred"),
        "sale_price": of["transfer_price"],
        "recovered": of["recovered"],
    }
    return np.array([rows[name] for name in FLOWS], np.int64)


def _of_components(counters: Mapping[str, Values], cause: str) -> Values:
    found: Values = sum(counters[f"{cause}_{each}"] for each in ("principal", "interest", "fee", "penalty"))  # type: ignore[assignment]
    return found


def stands_of(  # noqa: PLR0917 - the columns of a day
    balance: Values,
    lent: Values,
    exists: Values,
    class_code: Values,
    days_past_due: Values,
    young: Values,
    needed: Values,
) -> Values:
    """int64[STANDS, debts] on the as-of day. `needed` is the allowance of each debt; `young` says which are."""
    by_class = [balance * (class_code == code) for code in range(len(CLASSES))]
    allowances = [needed * (class_code == code) for code in range(len(CLASSES))]
    return np.array(
        [
            exists,
            lent * exists,
            balance * young,
            balance * (class_code >= NON_PERFORMING_FROM),
            balance * (days_past_due > OVER_90),
            *by_class,
            *allowances,
        ],
        np.int64,
    )


def funding_costs(principal: Values, days: Sequence[date], rate_ppm: int) -> list[int]:
    """What it cost to fund each row of principal int[rows, days]: the mean of two days × the days between × the rate.

    Simple interest, actual over 365, half up once a row.
    """
    spans = [(later - one).days for one, later in pairwise(days)]
    whole = 2 * YEAR * MILLION
    costs = []
    for row in principal.tolist():
        amount_days = sum((row[at] + row[at + 1]) * span for at, span in enumerate(spans))
        costs.append((amount_days * rate_ppm + whole // 2) // whole)
    return costs


def ratio(numerator: int, denominator: int, formula: str, why: str, per_year: float = 1.0) -> Ratio:
    """The share, times `per_year`; without a denominator there is none, for the reason `why`."""
    if denominator <= 0:
        return Ratio(None, numerator, denominator, formula, why)
    return Ratio(round(numerator / denominator * per_year, 6), numerator, denominator, formula)


def quality(stands: Mapping[str, int], balance: int) -> dict[str, Ratio]:
    """The four ratios of quality and allowance."""
    bad, late = stands["non_performing"], stands["over_90"]
    needed = sum(stands[f"allowance_{name}"] for name in CLASSES)
    empty, sound = "nothing is outstanding", "no debt is non-performing"
    return {
        "npl_ratio": ratio(bad, balance, "balance of substandard, doubtful and loss ÷ balance", empty),
        "over_90_to_npl": ratio(late, bad, "balance over 90 days past due ÷ non-performing balance", sound),
        "coverage": ratio(needed, bad, "allowance ÷ non-performing balance", sound),
        "allowance_to_loans": ratio(needed, balance, "allowance ÷ balance", empty),
    }


def year_of(
    first: Mapping[str, int], last: Mapping[str, int], balances: Sequence[int], days: int, rate_ppm: int
) -> dict[str, Any]:
    """Yield, loss and funding cost between two days, on the mean of `balances`, annualised over `days`."""
    moved = {name: last[name] - first[name] for name in FLOWS}
    income = sum(moved[name] for name in INCOME)
    loss = moved["charged_off"] + moved["sold"] - moved["sale_price"] - moved["recovered"]
    average = (2 * sum(balances) + len(balances)) // (2 * len(balances)) if balances else 0
    per_year, empty = YEAR / days if days else 0.0, "nothing was outstanding in the period"
    cost = (average * rate_ppm * days * 2 + YEAR * MILLION) // (2 * YEAR * MILLION)
    each = f"÷ average balance × 365 ÷ {days} days"
    return {
        "income": {name: moved[name] for name in INCOME},
        "charged_off": moved["charged_off"],
        "sold_below_claim": moved["sold"] - moved["sale_price"],
        "recovered": moved["recovered"],
        "average_balance": average,
        "balances_averaged": len(balances),
        "yield": asdict(ratio(income, average, f"interest, fee, penalty and subsidy earned {each}", empty, per_year)),
        "loss": asdict(ratio(loss, average, f"charged off + sold − sale price − recovered {each}", empty, per_year)),
        "funding_cost": asdict(ratio(cost, average, f"funding rate × average balance {each}", empty, per_year)),
    }


def contribution(name: str, flows: Mapping[str, int], stands: Mapping[str, int], funding: int | None) -> Contribution:
    """Income − waived − loss + recovered − funding cost, in money and as a share of what was lent."""
    income = sum(flows[each] for each in INCOME)
    loss = flows["charged_off"] + flows["sold"] - flows["sale_price"]
    left = None if funding is None else income - flows["waived"] - loss + flows["recovered"] - funding
    lent = stands["lent"]
    why = "lent before the first day that was replayed" if left is None else "" if lent else "nothing was lent"
    return Contribution(
        name=name,
        debts=stands["debts"],
        lent=lent,
        balance=flows["balance"],
        income=income,
        waived=flows["waived"],
        loss=loss,
        recovered=flows["recovered"],
        funding_cost=funding,
        contribution=left,
        of_lent=round(left / lent, 6) if left is not None and lent else None,
        allowance=sum(stands[f"allowance_{each}"] for each in CLASSES),
        why=why,
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """Sums of the debts of one product and one month of disbursal."""

    product: str
    month: int
    flows: Values  # int64[days, FLOWS]; beyond balance and principal of the first day of the period and the last alone
    stands: Values  # int64[STANDS]


def lender_figures(cells: Sequence[Cell], days: Sequence[date], period_from: date, rate_ppm: int) -> dict[str, Any]:
    """The figures of one currency. `days` are those of the cells, in order, the as-of day last.

    Vintages and products are sums of the same cells, so each adds up to the book.
    """
    flows = sum((cell.flows for cell in cells), np.zeros((len(days), len(FLOWS)), np.int64))
    stands = sum((cell.stands for cell in cells), np.zeros(len(STANDS), np.int64))
    standing, last = _named(STANDS, stands), _named(FLOWS, flows[-1])
    start = days.index(period_from)
    year = year_of(
        _named(FLOWS, flows[start]), last, flows[start:, 0].tolist(), (days[-1] - period_from).days, rate_ppm
    )
    costs = _costs(cells, days, rate_ppm)
    return {
        "debts": standing["debts"],
        "balance": last["balance"],
        "non_performing": standing["non_performing"],
        "over_90": standing["over_90"],
        "allowance": sum(standing[f"allowance_{name}"] for name in CLASSES),
        "by_class": {name: {"balance": standing[name], "allowance": standing[f"allowance_{name}"]} for name in CLASSES},
        "ratios": {name: asdict(each) for name, each in quality(standing, last["balance"]).items()},
        "year": year,
        "young_share": round(standing["young"] / last["balance"], 6) if last["balance"] else None,
        "growth": round(last["balance"] / before - 1, 6) if (before := int(flows[start, 0])) > 0 else None,
        "vintages": _grouped(cells, costs, [month_name(cell.month) for cell in cells]),
        "products": _grouped(cells, costs, [cell.product for cell in cells]),
        "total": asdict(contribution("total", last, standing, _sum(costs))),
    }


def _costs(cells: Sequence[Cell], days: Sequence[date], rate_ppm: int) -> list[int | None]:
    if not cells:
        return []
    principal = np.array([cell.flows[:, FLOWS.index("principal")] for cell in cells])
    first = days[0].year * 12 + days[0].month - 1
    found = funding_costs(principal, days, rate_ppm)
    # What was lent before the first day has a past that was not looked at.
    return [cost if cell.month > first else None for cell, cost in zip(cells, found, strict=True)]


def _grouped(cells: Sequence[Cell], costs: Sequence[int | None], names: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for name in sorted(set(names)):
        mine = [place for place, each in enumerate(names) if each == name]
        flows = _named(FLOWS, np.sum([cells[place].flows[-1] for place in mine], axis=0))
        stands = _named(STANDS, np.sum([cells[place].stands for place in mine], axis=0))
        if stands["debts"]:
            rows.append(asdict(contribution(name, flows, stands, _sum([costs[place] for place in mine]))))
    return rows


def _sum(costs: Sequence[int | None]) -> int | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def _named(names: Sequence[str], values: Values) -> dict[str, int]:
    return dict(zip(names, values.tolist(), strict=True))
