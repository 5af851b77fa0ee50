"""Who borrowed what, when and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kaopu.book.core.month_day import on_day
from kaopu.book.core.schedule import Row, build
from kaopu.book.core.terms import Terms
from kaopu.book.sample.products import CATEGORIES, MERCHANTS, OFFERS, Offer

if TYPE_CHECKING:
    from random import Random

    from kaopu.book.core.reference_rate import ReferenceRates

YEARS_OF_LENDING = 2
ZONE = "Asia/Shanghai"
# Sales days of June and November draw more; nobody shops in the week of the Spring Festival.
MONTH_WEIGHT = (0.9, 0.7, 0.95, 1.0, 1.0, 1.45, 1.0, 1.0, 1.05, 1.0, 1.6, 1.1)
GROWTH_A_MONTH = 1.025
HOUR_WEIGHT = (2, 1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 10, 8, 8, 8, 8, 8, 9, 11, 13, 12, 8, 4)
# Days that every month has: then twelve periods of 30/360 are equal, and schedules of one shape share their amounts.
LAST_START_DAY = 28


@dataclass(frozen=True, slots=True)
class Contract:
    """One debt as agreed. `party` is the place of the borrower."""

    offer: Offer
    party: int
    terms: Terms
    rows: tuple[Row, ...]
    due: tuple[date, ...]
    opened_at: datetime
    merchant: int | None

    @property
    def merchant_id(self) -> str | None:
        """The shop's id."""
        return None if self.merchant is None else f"M{self.merchant + 1:04d}"

    @property
    def subsidy(self) -> int:
        """What the shop pays so that the borrower does not, in minor units."""
        return 0 if self.merchant is None else self.terms.principal_minor * self.offer.subsidy_ppm // 1_000_000

    @property
    def category(self) -> str | None:
        """What the shop sells."""
        return None if self.merchant is None else CATEGORIES[self.merchant % len(CATEGORIES)]


def start_days(end: date) -> tuple[list[date], list[float]]:
    """Every day of the two years on which debts begin, and how likely it is."""
    days, weights = [], []
    month = 0
    day = on_day(end.year - YEARS_OF_LENDING, end.month - 1, min(end.day, LAST_START_DAY))
    while day < end:
        if day.day == 1:
            month += 1
        if day.day <= LAST_START_DAY:
            days.append(day)
            weights.append(MONTH_WEIGHT[day.month - 1] * GROWTH_A_MONTH**month)
        day += timedelta(days=1)
    return days, weights


def contracts(  # noqa: PLR0917 - the six numbers that make a book, in the order of its making
    chance: Random, parties: int, shops: int, count: int, end: date, rates: ReferenceRates
) -> list[Contract]:
    """`count` debts in the order of their days. Every party has at least one; shops take the business products."""
    days, weights = start_days(end)
    starts = sorted(chance.choices(days, weights, k=count))
    people = parties - shops
    for_people = [offer for offer in OFFERS if offer.portfolio == "consumer"]
    for_shops = [offer for offer in OFFERS if offer.portfolio == "business"]
    share = sum(offer.weight for offer in for_shops) / sum(offer.weight for offer in OFFERS)
    to_shops = max(shops, round(count * share)) if shops else 0
    owners = [*range(people), *chance.choices(range(people), k=count - to_shops - people)]
    owners += [*range(people, parties), *chance.choices(range(people, parties), k=to_shops - shops)] if shops else []
    chance.shuffle(owners)
    found = []
    for start, owner in zip(starts, owners, strict=True):
        offers = for_shops if owner >= people else for_people
        offer = chance.choices(offers, [each.weight for each in offers])[0]
        found.append(_contract(chance, offer, owner, start, rates))
    return found


def _contract(chance: Random, offer: Offer, party: int, start: date, rates: ReferenceRates) -> Contract:
    # Small amounts are commoner than large ones.
    yuan = offer.least + (offer.most - offer.least) * chance.betavariate(1.3, 4)
    principal = max(round(yuan / offer.step), 1) * offer.step * 100
    terms = Terms(
        plan=offer.plan,
        currency="CNY",
        principal_minor=principal,
        start=start,
        periods=chance.choice(offer.periods),
        rate_annual=Decimal(0) if offer.floating else Decimal(chance.choice(offer.rates)),
        fee_per_period=offer.charge,
        floating=offer.floating,
    )
    hour = chance.choices(range(24), HOUR_WEIGHT)[0]
    local = datetime(start.year, start.month, start.day, hour, chance.randrange(60), chance.randrange(60))  # noqa: DTZ001
    opened_at = local.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    merchant = min(int(chance.paretovariate(0.9)) - 1, MERCHANTS - 1) if offer.at_merchant else None
    rows, due = schedule(terms, rates)
    return Contract(offer, party, terms, rows, due, opened_at, merchant)


def schedule(terms: Terms, rates: ReferenceRates) -> tuple[tuple[Row, ...], tuple[date, ...]]:
    """What `build` gives for the terms, and the days; amounts of one shape are built once, for whatever start day."""
    if terms.floating:
        rows = build(terms, rates).rows
        return rows, tuple(row.due_on for row in rows)
    rows = _amounts(terms.plan, terms.principal_minor, terms.periods, terms.rate_annual, terms.fee_per_period)
    first = terms.start.month - 1
    # As many rows as periods, or one payment at the end of all.
    months = [first + row.seq for row in rows] if len(rows) == terms.periods else [first + terms.periods]
    return rows, tuple(on_day(terms.start.year, month, terms.start.day) for month in months)


@lru_cache(maxsize=100_000)
def _amounts(plan: object, principal: int, periods: int, rate: Decimal, fee: object) -> tuple[Row, ...]:
    terms = Terms(plan, "CNY", principal, date(2025, 1, 15), periods, rate, fee_per_period=fee)  # type: ignore[arg-type]
    return build(terms).rows
