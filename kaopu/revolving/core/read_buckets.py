"""The rates of what was drawn, from JSON: one object for each bucket, a number each, or flat fields."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kaopu.kernel.core.errors import BadInput
from kaopu.revolving.core.reading import Reading
from kaopu.revolving.core.terms import BucketTerms, Component

CHINA_DAILY = Fraction(5, 10_000)  # 日利率万分之五: what cards in China ask for where nothing else is agreed
# A yearly rate below this is a daily one under the wrong name, or a mistake: nobody is billed on a guess.
LEAST_ANNUAL = Fraction(2, 1_000)
ANNUAL = ("rate_annual", "annual_rate", "rate_yearly", "yearly_rate", "apr", "annual", "rate", "interest_rate")
ANNUAL_PERCENT = ("rate_annual_percent", "annual_percent", "annual_rate_percent", "rate_percent", "apr_percent")
DAILY = ("rate_daily", "daily_rate", "rate_per_day", "interest_rate_daily", "daily_interest_rate", "daily")
DAILY_PERCENT = ("rate_daily_percent", "daily_percent", "daily_rate_percent")
FLAT = {
    Component.PURCHASE: ("purchase_",),
    Component.INSTALMENT: ("instalment_", "installment_", "bill_instalment_"),
    Component.CASH: ("cash_", "cash_advance_"),
}
PLAIN_ANNUAL = frozenset({"rate", "interest_rate", "apr"})

COMPONENTS = {
    "fees": Component.FEE,
    "retail": Component.PURCHASE,
    "consumption": Component.PURCHASE,
    "instalment-plan": Component.INSTALMENT,
    "instalment-plans": Component.INSTALMENT,
    "cash-withdrawal": Component.CASH,
    "bill-installment": Component.INSTALMENT,
    "purchases": Component.PURCHASE,
    "cash-advance": Component.CASH,
    "cash-advances": Component.CASH,
    "instalments": Component.INSTALMENT,
    "installment": Component.INSTALMENT,
    "installments": Component.INSTALMENT,
    "bill-instalment": Component.INSTALMENT,
    "bill-instalments": Component.INSTALMENT,
}


def read_buckets(terms: Reading, minimum_rate: Fraction, *, interest_free: bool) -> dict[Component, BucketTerms]:
    """The three buckets; one that is not named has the default, or the rate that stands for all of them."""
    base = _rates_of(terms, "")
    drawn = base or BucketTerms(rate_daily=CHINA_DAILY)
    found = {
        Component.PURCHASE: BucketTerms(drawn.rate_annual, drawn.rate_daily, minimum_rate, interest_free=interest_free),
        Component.INSTALMENT: BucketTerms(),
        Component.CASH: BucketTerms(drawn.rate_annual, drawn.rate_daily, minimum_rate),
    }
    for component, prefixes in FLAT.items():
        for prefix in prefixes:
            flat = _rates_of(terms, prefix)
            found[component] = _with_rate(found[component], flat or found[component])
    name, values = terms.take("buckets", "rates")
    if values is None:
        return found
    seen: set[Component] = set()
    buckets = Reading(_by_name(values), terms.place(name))
    for key in list(buckets.left):
        component = buckets.word(key, key, Component, COMPONENTS)
        if component not in found or component in seen:
            raise buckets.refuse(key, key, "purchase, instalment and cash, each once")
        seen.add(component)
        _, value = buckets.take(key)
        found[component] = _bucket(value, buckets.place(key), component, found[component])
    return found


def _by_name(values: Any) -> Any:
    """A list of buckets, each with its `name`, as an object."""
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        return values
    word = next((word for word in ("name", "bucket", "kind", "type") if all(word in one for one in values)), None)
    if word is None or len({str(one[word]) for one in values}) != len(values):
        return values
    return {str(one[word]): {key: value for key, value in one.items() if key != word} for one in values}


def _bucket(value: Any, path: str, component: Component, default: BucketTerms) -> BucketTerms:
    """A number is the rate a year; an object may name its rate a year or a day."""
    bucket = Reading(value if isinstance(value, dict) else {"rate": value}, path)
    found = _with_rate(default, _rates_of(bucket, "") or default)
    minimum_rate = bucket.rate("minimum_rate", "minimum_share", percent=("minimum_percent",))
    free = bucket.truth("interest_free", "grace") if component is not Component.INSTALMENT else None
    bucket.finish()
    return BucketTerms(
        found.rate_annual,
        found.rate_daily,
        default.minimum_rate if minimum_rate is None else minimum_rate,
        interest_free=default.interest_free if free is None else free,
    )


def _rates_of(fields: Reading, prefix: str) -> BucketTerms | None:
    """The rate that these fields name, a year or a day; None where they name none."""
    names = [f"{prefix}{name}" for name in ANNUAL]
    name = next((name for name in names if fields.has(name)), f"{prefix}{ANNUAL[0]}")
    annual = fields.rate(*names, percent=tuple(f"{prefix}{name}" for name in ANNUAL_PERCENT))
    more = (f"daily_{prefix}rate",) if prefix else ()
    daily = fields.rate(
        *(f"{prefix}{name}" for name in DAILY), *more, percent=tuple(f"{prefix}{name}" for name in DAILY_PERCENT)
    )
    if annual is not None and daily is not None:
        raise BadInput(f"{fields.path}: {prefix}rate_annual and {prefix}rate_daily given, expected one of them")
    if annual is not None and 0 < annual < LEAST_ANNUAL and name.removeprefix(prefix) in PLAIN_ANNUAL:
        raise fields.refuse(name, float(annual), f"the rate a year, or {prefix}rate_daily for a rate a day")
    return None if annual is None and daily is None else BucketTerms(annual or Fraction(0), daily)


def _with_rate(bucket: BucketTerms, rate: BucketTerms) -> BucketTerms:
    return BucketTerms(rate.rate_annual, rate.rate_daily, bucket.minimum_rate, interest_free=bucket.interest_free)
