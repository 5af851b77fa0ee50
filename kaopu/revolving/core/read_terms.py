"""Product terms from JSON. docs/statements.md lists every field with its default."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kaopu.book.core.rounding import Rounding
from kaopu.kernel.core.currencies import EXPONENTS
from kaopu.kernel.core.day_count import DayCount
from kaopu.kernel.core.errors import BadInput
from kaopu.revolving.core.reading import Reading
from kaopu.revolving.core.terms import BucketTerms, Component, InterestOn, NewPurchases, Terms

CHINA_DAILY = Fraction(5, 10_000)  # 日利率万分之五: what cards in China ask for where nothing else is agreed
TEN_PERCENT = Fraction(1, 10)

COMPONENTS = {
    "fees": Component.FEE,
    "purchases": Component.PURCHASE,
    "cash-advance": Component.CASH,
    "cash-advances": Component.CASH,
    "instalments": Component.INSTALMENT,
    "installment": Component.INSTALMENT,
    "installments": Component.INSTALMENT,
    "bill-instalment": Component.INSTALMENT,
    "bill-instalments": Component.INSTALMENT,
}
INTEREST_ON = {
    "unpaid-part": InterestOn.UNPAID,
    "unpaid-balance": InterestOn.UNPAID,
    "whole-bill": InterestOn.WHOLE,
    "full": InterestOn.WHOLE,
    "full-bill": InterestOn.WHOLE,
}
DAY_COUNTS = {
    "act/365": DayCount.ACT_365F,
    "actual/365": DayCount.ACT_365F,
    "actual/360": DayCount.ACT_360,
    "actual/actual": DayCount.ACT_ACT,
}


def read_terms(values: Any, path: str) -> Terms:
    """The terms under `path`. Raises `BadInput` for a field unknown, missing or not as expected."""
    terms = Reading(values, path)
    terms.ignore("name", "description", "note")
    currency = _currency(terms)
    statement_day = terms.count(1, 31, "statement_day", "billing_day")
    if statement_day is None:
        raise terms.refuse("statement_day", None, "a day of the month from 1 to 31")
    due_day = terms.count(1, 31, "due_day", "payment_due_day")
    due_days = terms.count(1, 28, "due_days", "days_to_due", "due_days_after_statement", "due_after_days")
    if due_day is not None and due_days is not None:
        raise terms.refuse("due_days", due_days, "due_day or due_days, not both")
    floor, minimum_rate, includes_interest = _minimum(terms, currency)
    found = Terms(
        currency=currency,
        statement_day=statement_day,
        due_day=due_day,
        due_days=20 if due_days is None else due_days,
        buckets=_buckets(terms, minimum_rate),
        interest_on=terms.choice(InterestOn, INTEREST_ON, "interest_on", "interest_base") or InterestOn.WHOLE,
        new_purchases=terms.choice(NewPurchases, {}, "new_purchases") or NewPurchases.KEEP_GRACE,
        minimum_floor=floor,
        minimum_includes_interest=includes_interest,
        refund_pays_minimum=terms.truth("refund_pays_minimum") or False,
        instalment_fee_rate=terms.rate("instalment_fee_rate", percent=("instalment_fee_percent",)) or Fraction(0),
        allocation=_allocation(terms),
        tolerance_days=terms.count(0, 28, "tolerance_days") or 0,
        tolerance_minor=terms.amount(currency, "tolerance_amount") or 0,
        day_count=_day_count(terms),
        rounding=terms.choice(Rounding, {}, "rounding") or Rounding.HALF_UP,
    )
    terms.finish()
    return found


def _currency(terms: Reading) -> str:
    currency = terms.text("currency") or "CNY"
    if currency not in EXPONENTS:
        raise terms.refuse("currency", currency, "an active ISO 4217 code in capitals, as CNY")
    return currency


def _minimum(terms: Reading, currency: str) -> tuple[int, Fraction, bool]:
    """Floor, share and whether interest counts, from `minimum` or from flat fields such as `minimum_floor`."""
    name, inner = terms.take("minimum", "minimum_payment")
    prefix, fields = ("minimum_", terms) if inner is None else ("", Reading(inner, terms.place(name)))
    floor = fields.amount(currency, f"{prefix}floor")
    rate = fields.rate(f"{prefix}rate", percent=(f"{prefix}percent",))
    includes = fields.truth(f"{prefix}includes_interest")
    if inner is not None:
        fields.finish()
    return floor or 0, TEN_PERCENT if rate is None else rate, includes is not False


def _buckets(terms: Reading, minimum_rate: Fraction) -> dict[Component, BucketTerms]:
    """The three buckets; `rates` (a number each, a year) or `buckets` (objects). A bucket not named has the default."""
    grace = terms.truth("interest_free", "grace")
    found = {
        Component.PURCHASE: BucketTerms(Fraction(0), CHINA_DAILY, minimum_rate, interest_free=grace is not False),
        Component.INSTALMENT: BucketTerms(),
        Component.CASH: BucketTerms(Fraction(0), CHINA_DAILY, minimum_rate),
    }
    name, values = terms.take("buckets", "rates")
    if values is None:
        return found
    seen: set[Component] = set()
    buckets = Reading(values, terms.place(name))
    for key in list(buckets.left):
        component = buckets.word(key, key, Component, COMPONENTS)
        if component not in found or component in seen:
            raise buckets.refuse(key, key, "purchase, instalment and cash, each once")
        seen.add(component)
        _, value = buckets.take(key)
        found[component] = _bucket(value, buckets.place(key), component, found[component])
    return found


def _bucket(value: Any, path: str, component: Component, default: BucketTerms) -> BucketTerms:
    """A number is the rate a year; an object may name its rate a year or a day."""
    bucket = Reading(value if isinstance(value, dict) else {"rate_annual": value}, path)
    annual = bucket.rate("rate_annual", "annual_rate", percent=("rate_annual_percent", "annual_percent"))
    daily = bucket.rate("rate_daily", "daily_rate", percent=("rate_daily_percent", "daily_percent"))
    if annual is not None and daily is not None:
        raise BadInput(f"{path}: rate_annual and rate_daily given, expected one of them")
    minimum_rate = bucket.rate("minimum_rate", percent=("minimum_percent",))
    free = bucket.truth("interest_free", "grace") if component is not Component.INSTALMENT else None
    bucket.finish()
    return BucketTerms(
        rate_annual=annual if annual is not None else default.rate_annual,
        rate_daily=daily if daily is not None or annual is not None else default.rate_daily,
        minimum_rate=default.minimum_rate if minimum_rate is None else minimum_rate,
        interest_free=default.interest_free if free is None else free,
    )


def _allocation(terms: Reading) -> tuple[Component, ...]:
    """The order in which payments settle; each component once."""
    name, values = terms.take("allocation", "allocation_order")
    if values is None:
        return tuple(Component)
    expected = f"a list of {', '.join(Component)}, each once"
    if not isinstance(values, list):
        raise terms.refuse(name, values, expected)
    order = tuple(terms.word(f"{name}[{nr}]", value, Component, COMPONENTS) for nr, value in enumerate(values, 1))
    if sorted(order) != sorted(Component):
        raise terms.refuse(name, values, expected)
    return order


def _day_count(terms: Reading) -> DayCount:
    found = terms.choice(DayCount, DAY_COUNTS, "day_count") or DayCount.ACT_365F
    if found is DayCount.THIRTY_360_US:
        # 29 to 31 January is two days by it, but one when counted day by day: interest would depend on where it is cut.
        raise terms.refuse("day_count", str(found), "a count whose days add up: act/365f, act/360, act/act, 30e/360")
    return found
