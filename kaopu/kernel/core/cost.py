"""The yearly cost of a debt: one function and one set of keys wherever a cost is shown."""

from __future__ import annotations

from calendar import monthrange
from math import expm1, isfinite
from typing import TYPE_CHECKING, TypedDict

from kaopu.kernel.core.cashflow import Irr, Solutions, irr, periodic_irr
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

DAY_EXACT = "effective_day_exact: internal rate of return, (1 + r)^(days/365)"
MONTHLY = "effective_monthly: monthly internal rate of return compounded 12 times; nominal: that rate times 12"
NOT_MONTHLY = "effective_monthly and nominal: not stated, the flows do not fall on one day of the month"
DIGITS = 12  # beyond them a float of this size holds noise that differs between machines


class Cost(TypedDict):
    """Fractions a year (0.1268 is 12.68%); None where a rate does not exist, and `method` says why."""

    effective_day_exact: float | None
    effective_monthly: float | None
    nominal: float | None
    method: str


def cost(flows: list[tuple[date, int]]) -> Cost:
    """The yearly cost of dated flows in minor units, what the borrower gets above 0 and what is paid below 0.

    `effective_day_exact` solves Σ amount / (1 + r)^(days/365) = 0. Where every flow falls on the same day of the month
    (short months on their last), months count as equal: `nominal` is 12 times the monthly rate i and
    `effective_monthly` is (1 + i)^12 − 1. Raises `BadInput` where there are no flows.
    """
    if not flows:
        raise BadInput("flows: none given, expected at least one amount received and one paid")
    amounts = [amount for _, amount in flows]
    by_day = irr(amounts, [day.toordinal() for day, _ in flows])
    if by_day.rate is None or not isfinite(by_day.rate):
        return Cost(effective_day_exact=None, effective_monthly=None, nominal=None, method=_why_not(by_day))
    day_exact, months = _stated(by_day.rate), _months([day for day, _ in flows])
    if months is None:
        method = f"{DAY_EXACT}; {NOT_MONTHLY}"
        return Cost(effective_day_exact=day_exact, effective_monthly=None, nominal=None, method=method)
    by_month = periodic_irr(amounts, months)
    if by_month.rate is None or not isfinite(by_month.rate):
        method = f"{DAY_EXACT}; effective_monthly and nominal: {_why_not(by_month)}"
        return Cost(effective_day_exact=day_exact, effective_monthly=None, nominal=None, method=method)
    return Cost(
        effective_day_exact=day_exact,
        effective_monthly=_stated(expm1(12 * by_month.continuous[0])),
        nominal=_stated(12 * by_month.rate),
        method=f"{DAY_EXACT}; {MONTHLY}",
    )


def _months(days: list[date]) -> list[int] | None:
    """The month of each day, counted from year 0, where all share one day of the month; else None."""
    anchor = max(day.day for day in days)
    if any(day.day != min(anchor, monthrange(day.year, day.month)[1]) for day in days):
        return None
    return [12 * day.year + day.month for day in days]


def _stated(rate: float) -> float:
    return round(rate, DIGITS) + 0.0  # turns -0.0 into 0.0


def _why_not(found: Irr) -> str:
    if found.solutions is Solutions.MANY:
        rates = ", ".join(str(_stated(rate)) for rate in found.rates)
        return f"not stated: more than one rate brings these flows to 0 ({rates})"
    if found.solutions is Solutions.EVERY:
        return "not stated: the amounts of each day cancel out, so any rate would do"
    if found.solutions is Solutions.NONE:
        return "not stated: no rate brings these flows to 0"
    return "not stated: the rate is beyond what a number here can hold"
