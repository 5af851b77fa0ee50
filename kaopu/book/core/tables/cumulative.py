"""Schedules that are drawn up once: equal instalments, equal principal, flat interest, grace periods.

Day count `fineract-cumulative`: months are twelfths, weeks 52nds, days 365ths of a year, and a leap year has 365 days
too unless the product names another length. Amounts in minor units, halves to even.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from kaopu.book.core.tables.period_factor import DIGITS
from kaopu.book.core.tables.progressive_disbursement import nearest_multiple
from kaopu.book.core.tables.settings import (
    Amortization,
    DayCount,
    DaysInYear,
    InterestCalculated,
    InterestType,
    SpacingUnit,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kaopu.book.core.tables.settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """Principal and interest of one instalment, in minor units."""

    principal: int
    interest: int


@dataclass(frozen=True, slots=True)
class Tranche:
    """Money paid out on a day; minor units."""

    on: date
    amount: int


def days_in_year(settings: Settings) -> int:
    """The year a rate is divided by. Under `fineract-cumulative` an actual year has 365 days in a leap year too."""
    if settings.day_count is DayCount.FINERACT_CUMULATIVE and settings.days_in_year is DaysInYear.ACTUAL:
        return 365
    return int(settings.days_in_year.value)


def period_share(settings: Settings) -> Decimal:
    """The share of a year that one period has by its spacing."""
    a_year = {SpacingUnit.MONTHS: 12, SpacingUnit.WEEKS: 52, SpacingUnit.DAYS: days_in_year(settings)}[settings.unit]
    return DIGITS.divide(Decimal(settings.every), Decimal(a_year))


def cents(exact: Decimal) -> int:
    """Whole minor units, halves to even."""
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def yearly_rate(settings: Settings) -> Decimal:
    """The yearly rate as a fraction."""
    return settings.rate_percent / 100


def parts_of(settings: Settings, spans: Sequence[tuple[date, date]], tranches: Sequence[Tranche]) -> list[Part]:
    """What each instalment is made of. All tranches lie inside the spans; later ones change what follows them."""
    if settings.interest_type is InterestType.FLAT:
        return _flat(settings, spans, tranches)
    return _declining(settings, spans, tranches)


def _flat(settings: Settings, spans: Sequence[tuple[date, date]], tranches: Sequence[Tranche]) -> list[Part]:
    """Each tranche over the periods that are still to fall due on its day."""
    principals, interests = [0] * len(spans), [0] * len(spans)
    for tranche in tranches:
        first = min(sum(due_on <= tranche.on for _, due_on in spans), len(spans) - 1)
        grace = max(0, settings.grace_principal - first)
        charged = _flat_interest(settings, spans[first:], tranche.amount, first)
        share = Decimal(tranche.amount) / (len(spans) - first - grace)
        unit, each = settings.rounded_to_minor, charged[-1] if len(charged) == 1 else charged[-2]
        whole = nearest_multiple(share + each, unit) - each if unit else cents(share)
        parts = [0] * grace + _capped(tranche.amount, whole, len(spans) - first - grace)
        for place, (principal, interest) in enumerate(zip(parts, charged, strict=True), first):
            principals[place] += principal
            interests[place] += interest
    return [Part(p, i) for p, i in zip(principals, _deferred(settings, interests), strict=True)]


def _flat_interest(settings: Settings, spans: Sequence[tuple[date, date]], principal: int, skipped: int) -> list[int]:
    """Interest of the periods that are left: spread evenly, the rest with the last, none in the free periods."""
    free = min(max(0, settings.interest_free_periods - skipped), len(spans) - 1)
    charged = len(spans) - free
    if settings.interest_calculated is InterestCalculated.DAILY:
        share = DIGITS.divide(Decimal((spans[-1][1] - spans[free][0]).days), Decimal(days_in_year(settings)))
        total = cents(principal * yearly_rate(settings) * share)
    else:
        total = cents(principal * yearly_rate(settings) * period_share(settings) * charged)
    each = cents(Decimal(total) / charged)
    return [0] * free + [each] * (charged - 1) + [total - each * (charged - 1)]


def _capped(total: int, each: int, count: int) -> list[int]:
    """`count` equal amounts as long as they last; the rest with the last."""
    found, left = [], total
    for _ in range(count - 1):
        found.append(min(each, left))
        left -= found[-1]
    return [*found, left]


def _deferred(settings: Settings, interests: Sequence[int]) -> list[int]:
    """Interest of the grace periods is collected with the period after them."""
    grace = settings.grace_interest
    if not grace:
        return list(interests)
    return [0] * grace + [sum(interests[: grace + 1]), *interests[grace + 1 :]]


def _declining(settings: Settings, spans: Sequence[tuple[date, date]], tranches: Sequence[Tranche]) -> list[Part]:
    principals: list[int] = []
    interests: list[int] = []
    balance, level = 0, 0
    count = len(spans)
    for index, (start, due_on) in enumerate(spans):
        new = [t for t in tranches if start <= t.on < due_on or (index == count - 1 and t.on == due_on)]
        interest = _interest(settings, (start, due_on), balance, new)
        balance += sum(t.amount for t in new)
        paying = count - max(index, settings.grace_principal)
        if new or index == settings.grace_principal:
            level = level_of(settings, balance, paying)
        interests.append(0 if index < settings.interest_free_periods else interest)
        principal = _principal(settings, level, interests[-1])
        if index == count - 1:
            principal = balance
        principals.append(0 if index < settings.grace_principal else max(0, min(principal, balance)))
        balance -= principals[-1]
    return [Part(p, i) for p, i in zip(principals, _deferred(settings, interests), strict=True)]


def _principal(settings: Settings, level: int, interest: int) -> int:
    return level if settings.amortization is Amortization.EQUAL_PRINCIPAL_PAYMENTS else level - interest


def level_of(settings: Settings, balance: int, count: int) -> int:
    """What stays equal: the principal part, or the whole instalment (an annuity on the rate per period)."""
    unit = settings.rounded_to_minor or 1
    factor = yearly_rate(settings) * period_share(settings)
    if settings.amortization is Amortization.EQUAL_PRINCIPAL_PAYMENTS:
        return cents(Decimal(balance) / count)
    if not factor:
        return nearest_multiple(Decimal(balance) / count, unit)
    growth = (1 + factor) ** count
    return nearest_multiple(balance * factor * growth / (growth - 1), unit)


def _interest(settings: Settings, span: tuple[date, date], balance: int, new: Sequence[Tranche]) -> int:
    """Interest of a period on the balance brought in and on what is paid out inside it."""
    start, due_on = span
    rate = yearly_rate(settings)
    total = Decimal(0)
    for on, amount in [(start, balance), *((t.on, t.amount) for t in new)]:
        days = (due_on - on).days
        if settings.interest_calculated is InterestCalculated.DAILY:
            total += amount * rate * days / days_in_year(settings)
        else:
            inside = Decimal(days) / (due_on - start).days if settings.partial_period_interest else Decimal(1)
            total += amount * rate * period_share(settings) * inside
    return cents(total)
