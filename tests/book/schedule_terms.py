"""Terms of every plan, drawn at random for the laws of the schedule."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from kaopu.book.core.terms import (
    Charge,
    InterestPaid,
    Moratorium,
    Plan,
    Spacing,
    Split,
    TableLine,
    Terms,
    UpfrontFeeDue,
)
from kaopu.kernel.core.calendars import BusinessDays
from kaopu.kernel.core.day_count import DayCount

FREE = (Plan.NEXT_MONTH, Plan.FEE_INSTALMENT)
GROWING = (Plan.EQUAL_INSTALMENT, Plan.EQUAL_PRINCIPAL)
starts = st.dates(date(2019, 1, 1), date(2031, 12, 31))
rates = st.decimals(0, Decimal("0.6"), places=4)
charges = (
    st.none()
    | st.builds(Charge, minor=st.integers(0, 5_000))
    | st.builds(Charge, rate=st.decimals(0, Decimal("0.05"), places=4))
)


@st.composite
def tables(draw, start, financed):
    days = sorted(draw(st.sets(st.integers(5, 2_000), min_size=1, max_size=15)))
    due = [start + timedelta(days=7 * n) for n in days]
    if draw(st.booleans()):
        weights = draw(st.lists(st.integers(1, 1_000), min_size=len(due), max_size=len(due)))
        return tuple(TableLine(day, weight=Decimal(weight)) for day, weight in zip(due, weights, strict=True))
    cuts = sorted(draw(st.lists(st.integers(0, financed), min_size=len(due) - 1, max_size=len(due) - 1)))
    amounts = [after - before for before, after in zip([0, *cuts], [*cuts, financed], strict=True)]
    return tuple(TableLine(day, principal_minor=amount) for day, amount in zip(due, amounts, strict=True))


@st.composite
def terms(draw, plans=tuple(Plan)):
    plan = draw(st.sampled_from(plans))
    start = draw(starts)
    principal = draw(st.integers(1, 50_000_000))
    down = draw(st.integers(0, principal - 1)) if draw(st.booleans()) else 0
    financed = principal - down
    spacing = Spacing.MONTHS if plan is Plan.NEXT_MONTH else draw(st.sampled_from(Spacing))
    table = draw(tables(start, financed)) if plan is Plan.IRREGULAR else ()
    periods = 1 if plan is Plan.NEXT_MONTH else len(table) or draw(st.integers(1, 40))
    first_due = None
    if not table and draw(st.booleans()):
        first_due = start + timedelta(days=draw(st.integers(5, 90)))
    moves = BusinessDays if spacing is Spacing.MONTHS and (first_due or table) else [BusinessDays.NONE]
    return Terms(
        plan=plan,
        currency="CNY",
        principal_minor=principal,
        start=start,
        periods=periods,
        rate_annual=Decimal(0) if plan in FREE else draw(rates),
        day_count=draw(st.sampled_from(DayCount)),
        spacing=spacing,
        spacing_every=1 if plan is Plan.NEXT_MONTH else draw(st.integers(1, 4)),
        first_due=first_due,
        business_days=draw(st.sampled_from(list(moves))),
        down_payment_minor=down,
        fee_per_period=draw(charges),
        fee_upfront=draw(charges),
        fee_upfront_due=draw(st.sampled_from(UpfrontFeeDue)),
        balloon_minor=draw(st.integers(0, financed - 1)) if plan in GROWING and draw(st.booleans()) else 0,
        moratorium_periods=draw(st.integers(0, periods - 1)) if plan in GROWING else 0,
        moratorium=draw(st.sampled_from(Moratorium)),
        interest_paid=draw(st.sampled_from(InterestPaid)),
        split=draw(st.sampled_from(Split)),
        table=table,
    )
