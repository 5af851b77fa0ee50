"""Product terms from JSON. docs/statements.md lists every field with its default."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaopu.book.core.rounding import Rounding
from kaopu.kernel.core.currencies import EXPONENTS
from kaopu.kernel.core.day_count import DayCount
from kaopu.revolving.core.read_buckets import COMPONENTS, read_buckets
from kaopu.revolving.core.reading import Reading
from kaopu.revolving.core.terms import Component, InterestOn, NewPurchases, Terms

TEN_PERCENT = Fraction(1, 10)
DUE_DAYS_DEFAULT = 20
HIGHEST_FIRST = ("highest-rate-first", "highest-rate")
DRAWN_ORDER = (Component.CASH, Component.INSTALMENT, Component.PURCHASE)  # the usual order of what was drawn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.revolving.core.terms import BucketTerms

# Another name in a file, and what it is here. The first of each is the one that messages use.
STATEMENT_DAY = ("statement_day", "billing_day", "bill_day", "cycle_day", "closing_day", "statement_day_of_month")
DUE_DAY = ("due_day", "payment_due_day", "due_day_of_month")
DUE_DAYS = (
    "due_days",
    "days_to_due",
    "due_days_after_statement",
    "due_after_days",
    "days_after_statement",
    "days_to_pay",
    "payment_days",
    "due_offset_days",
)
FREE = ("interest_free", "grace")
FREE_DAYS = ("interest_free_days", "interest_free_period_days", "grace_period_days")
FREE_EITHER = ("interest_free_period", "grace_period")  # true or false, or a number of days
INTEREST_BASE = ("interest_on", "interest_base", "interest_rule", "interest_method")
FLOOR = ("floor", "amount", "least", "at_least", "floor_amount")
FLAT_FLOOR = ("minimum_floor", "minimum_amount", "min_floor", "minimum_payment_floor", "min_payment_floor")
SHARE = ("rate", "share", "principal_rate", "principal_share", "share_of_principal")
SHARE_PERCENT = ("percent", "principal_percent", "percent_of_principal", "percentage", "pct")
FLAT_SHARE = ("minimum_rate", "minimum_share", "min_rate", "minimum_payment_rate", "minimum_principal_rate")
FLAT_SHARE_PERCENT = (
    "minimum_percent",
    "minimum_percentage",
    "minimum_pct",
    "min_percent",
    "minimum_payment_percent",
    "minimum_principal_percent",
)
REFUND_PAYS = ("refund_pays_minimum", "refunds_pay_minimum", "refund_counts_towards_minimum")
PLAN_FEE = ("instalment_fee_rate", "instalment_fee_rate_monthly", "installment_fee_rate", "bill_instalment_fee_rate")
PLAN_FEE_PERCENT = ("instalment_fee_percent", "installment_fee_percent", "bill_instalment_fee_percent")
FOR_PEOPLE = ("name", "title", "description", "note", "comment", "code", "id", "version", "credit_limit")

INTEREST_ON = {
    "unpaid-part": InterestOn.UNPAID,
    "unpaid-portion": InterestOn.UNPAID,
    "unpaid-bill": InterestOn.UNPAID,
    "partial": InterestOn.UNPAID,
    "remaining": InterestOn.UNPAID,
    "outstanding": InterestOn.UNPAID,
    "未还部分": InterestOn.UNPAID,
    "全额": InterestOn.WHOLE,
    "all": InterestOn.WHOLE,
    "entire-bill": InterestOn.WHOLE,
    "whole-balance": InterestOn.WHOLE,
    "full-balance": InterestOn.WHOLE,
    "full-amount": InterestOn.WHOLE,
    "unpaid-balance": InterestOn.UNPAID,
    "whole-bill": InterestOn.WHOLE,
    "full": InterestOn.WHOLE,
    "full-bill": InterestOn.WHOLE,
}
DAY_COUNTS = {
    "365": DayCount.ACT_365F,
    "360": DayCount.ACT_360,
    "act/365": DayCount.ACT_365F,
    "actual/365": DayCount.ACT_365F,
    "actual/360": DayCount.ACT_360,
    "actual/actual": DayCount.ACT_ACT,
}


def read_terms(values: Any, path: str) -> Terms:
    """The terms under `path`. Raises `BadInput` for a field unknown, missing or not as expected."""
    terms = Reading(values, path)
    terms.ignore(*FOR_PEOPLE)
    currency = _currency(terms)
    statement_day = terms.count(1, 31, *STATEMENT_DAY)
    if statement_day is None:
        raise terms.refuse("statement_day", None, "a day of the month from 1 to 31")
    tolerance_days, tolerance_minor = _tolerance(terms, currency)
    due_day, due_days, interest_free = _due(terms)
    floor, minimum_rate, includes_interest = _minimum(terms, currency)
    buckets = read_buckets(terms, minimum_rate, interest_free=interest_free)
    found = Terms(
        currency=currency,
        statement_day=statement_day,
        due_day=due_day,
        due_days=due_days,
        buckets=buckets,
        interest_on=terms.choice(InterestOn, INTEREST_ON, *INTEREST_BASE) or InterestOn.WHOLE,
        new_purchases=terms.choice(NewPurchases, {}, "new_purchases") or NewPurchases.KEEP_GRACE,
        minimum_floor=floor,
        minimum_includes_interest=includes_interest,
        refund_pays_minimum=terms.truth(*REFUND_PAYS) or False,
        instalment_fee_rate=terms.rate(*PLAN_FEE, percent=PLAN_FEE_PERCENT) or Fraction(0),
        allocation=_allocation(terms, buckets),
        tolerance_days=tolerance_days,
        tolerance_minor=tolerance_minor,
        day_count=_day_count(terms),
        rounding=terms.choice(Rounding, {}, "rounding") or Rounding.HALF_UP,
    )
    terms.finish()
    return found


def _due(terms: Reading) -> tuple[int | None, int, bool]:
    """Day of the month or days after the statement, and whether bills have an interest-free period at all."""
    due_day = terms.count(1, 31, *DUE_DAY)
    due_days = terms.count(1, 28, *DUE_DAYS)
    if due_day is not None and due_days is not None:
        raise terms.refuse("due_days", due_days, "due_day or due_days, not both")
    either = any(isinstance(terms.left.get(name), bool) for name in FREE_EITHER)
    free_days = terms.count(0, 28, *FREE_DAYS, *(() if either else FREE_EITHER))
    if free_days and due_day is None and due_days is None:
        due_days = free_days
    if free_days and free_days != due_days:
        raise terms.refuse("interest_free_days", free_days, "the same as due_days: bills are free until they are due")
    free = terms.truth(*FREE, *(FREE_EITHER if either else ()))
    if free is None:
        free = free_days != 0
    return due_day, DUE_DAYS_DEFAULT if due_days is None else due_days, free


def _tolerance(terms: Reading, currency: str) -> tuple[int, int]:
    """容时容差, from `tolerance` (days, amount) or from flat fields."""
    name, inner = "", None
    for word in ("tolerance", "grace"):
        if isinstance(terms.left.get(word), dict):
            name, inner = terms.take(word)
    if inner is None:
        days = terms.count(0, 28, "tolerance_days", "grace_days")
        return days or 0, terms.amount(currency, "tolerance_amount", "grace_amount") or 0
    fields = Reading(inner, terms.place(name))
    found = (fields.count(0, 28, "days") or 0, fields.amount(currency, "amount") or 0)
    fields.finish()
    return found


def _currency(terms: Reading) -> str:
    currency = terms.text("currency", "currency_code") or "CNY"
    if currency not in EXPONENTS:
        raise terms.refuse("currency", currency, "an active ISO 4217 code in capitals, as CNY")
    return currency


def _minimum(terms: Reading, currency: str) -> tuple[int, Fraction, bool]:
    """Floor, share and whether interest counts, from `minimum` or from flat fields such as `minimum_floor`."""
    name, inner = terms.take("minimum", "minimum_payment", "minimum_due")
    if inner is None:
        floor = terms.amount(currency, *FLAT_FLOOR)
        rate = terms.rate(*FLAT_SHARE, percent=FLAT_SHARE_PERCENT)
        includes = terms.truth("minimum_includes_interest")
    else:
        fields = Reading(inner, terms.place(name))
        floor = fields.amount(currency, *FLOOR)
        rate = fields.rate(*SHARE, percent=SHARE_PERCENT)
        includes = fields.truth("includes_interest", "include_interest")
        for whole in ("fees", "past_due"):
            if fields.truth(f"includes_{whole}", f"include_{whole}", whole) is False:
                raise fields.refuse(whole, False, "true: a minimum always holds them whole")
        fields.finish()
    return floor or 0, TEN_PERCENT if rate is None else rate, includes is not False


def _allocation(terms: Reading, buckets: Mapping[Component, BucketTerms]) -> tuple[Component, ...]:
    """The order in which payments settle; `principal` stands for what is drawn, and what is not named comes last."""
    name, values = terms.take("allocation", "allocation_order", "payment_order")
    if values is None:
        return tuple(Component)
    if isinstance(values, str) and values.strip().lower().replace("_", "-") in HIGHEST_FIRST:
        drawn = sorted(DRAWN_ORDER, key=lambda component: -buckets[component].a_year())
        return (Component.INTEREST, Component.FEE, *drawn)
    expected = f"a list of {', '.join(Component)}, each once, or highest-rate-first"
    if not isinstance(values, list) or not values:
        raise terms.refuse(name, values, expected)
    order: list[Component] = []
    for nr, value in enumerate(values, 1):
        if isinstance(value, str) and value.strip().lower() == "principal":
            order += [component for component in DRAWN_ORDER if component not in order]
        else:
            order.append(terms.word(f"{name}[{nr}]", value, Component, COMPONENTS))
    if len(set(order)) != len(order):
        raise terms.refuse(name, values, expected)
    return (*order, *(component for component in Component if component not in order))


def _day_count(terms: Reading) -> DayCount:
    found = terms.choice(DayCount, DAY_COUNTS, "day_count", "day_count_convention") or DayCount.ACT_365F
    if found is DayCount.THIRTY_360_US:
        # 29 to 31 January is two days by it, but one when counted day by day: interest would depend on where it is cut.
        raise terms.refuse("day_count", str(found), "a count whose days add up: act/365f, act/360, act/act, 30e/360")
    return found
