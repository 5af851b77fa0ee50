"""What terms must satisfy before a schedule is built from them; each refusal names the field and the expectation."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from kaopu.book.core.month_day import on_day
from kaopu.kernel.core.calendars import CALENDARS
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import exponent

if TYPE_CHECKING:
    from kaopu.book.core.terms import Charge, Terms

PERIODS_MAX = 3_660  # ten years of daily instalments, three centuries of monthly ones: beyond it a typing error
RATE_ANNUAL_MAX = Decimal(10)  # 1,000% a year: "12" for 12% is refused, a real rate is not
WITHOUT_INTEREST = frozenset({"next-month", "fee-instalment"})
WITH_BALLOON = frozenset({"equal-instalment", "equal-principal"})
WITH_MORATORIUM = frozenset({"equal-instalment", "equal-principal"})


def check(terms: Terms) -> None:
    """Raise `BadInput` for the first term that breaks its rule."""
    _check_amounts(terms)
    _check_rate(terms)
    _check_dates(terms)
    _check_plan(terms)
    _check_charge("fee_per_period", terms.fee_per_period)
    _check_charge("fee_upfront", terms.fee_upfront)
    _check_table(terms)


def _expect(*, holds: bool, field: str, got: object, expectation: str) -> None:
    if not holds:
        raise BadInput(f"{field}: {got} given, expected {expectation}")


def check_currency(currency: str) -> None:
    """Raise `BadInput` for a code whose minor unit is not known."""
    try:
        exponent(currency)
    except BadInput as problem:
        raise BadInput(f"currency: {currency!r} given, expected an ISO 4217 code as CNY ({problem})") from None


def _check_amounts(terms: Terms) -> None:
    check_currency(terms.currency)
    principal, down, balloon = terms.principal_minor, terms.down_payment_minor, terms.balloon_minor
    _expect(holds=principal > 0, field="principal", got=principal, expectation="minor units above 0")
    _expect(
        holds=0 <= down < principal,
        field="down_payment",
        got=down,
        expectation=f"minor units from 0 to below the principal {principal}",
    )
    _expect(
        holds=0 <= balloon < terms.financed_minor,
        field="balloon",
        got=balloon,
        expectation=f"minor units from 0 to below the amount lent {terms.financed_minor}",
    )
    _expect(
        holds=terms.level_unit_minor > 0,
        field="level_unit",
        got=terms.level_unit_minor,
        expectation="minor units above 0",
    )


def _check_rate(terms: Terms) -> None:
    rate = terms.rate_annual
    _expect(
        holds=rate.is_finite() and 0 <= rate <= RATE_ANNUAL_MAX,
        field="rate",
        got=rate,
        expectation="a fraction a year from 0 to 10 (0.12 is 12%)",
    )
    if terms.plan in WITHOUT_INTEREST:
        _expect(holds=rate == 0, field="rate", got=rate, expectation=f"0, because plan {terms.plan} bears no interest")
        _expect(
            holds=terms.floating is None,
            field="floating",
            got="a reference rate",
            expectation=f"none, because plan {terms.plan} bears no interest",
        )
    if terms.floating is None:
        return
    _expect(holds=rate == 0, field="rate", got=rate, expectation="0 beside a floating reference (use its spread)")
    _expect(
        holds=terms.floating.reset_months > 0,
        field="reset_months",
        got=terms.floating.reset_months,
        expectation="whole months above 0",
    )
    first = terms.floating.first_reset
    _expect(
        holds=first is None or first > terms.start,
        field="first_reset",
        got=first,
        expectation=f"a day after the start {terms.start}",
    )


def _check_dates(terms: Terms) -> None:
    every, day, first = terms.spacing_every, terms.due_day, terms.first_due
    spaced_by = "a table" if terms.table else terms.spacing
    _expect(holds=terms.calendar in CALENDARS, field="calendar", got=terms.calendar, expectation=" or ".join(CALENDARS))
    _expect(holds=every > 0, field="spacing_every", got=every, expectation="a whole number above 0")
    _expect(holds=day is None or 1 <= day <= 31, field="due_day", got=day, expectation="a day of the month, 1 to 31")
    _expect(
        holds=day is None or (terms.spacing == "months" and not terms.table),
        field="due_day",
        got=day,
        expectation=f"none when due dates are not spaced by months (here: {spaced_by})",
    )
    _expect(
        holds=first is None or first > terms.start,
        field="first_due",
        got=first,
        expectation=f"a day after the start {terms.start}",
    )
    if first is not None and day is not None:
        same = on_day(first.year, first.month - 1, day)
        _expect(holds=first == same, field="first_due", got=first, expectation=f"{same}, as due_day {day} says")


def _check_plan(terms: Terms) -> None:
    plan, periods = terms.plan, terms.periods
    _expect(
        holds=1 <= periods <= PERIODS_MAX,
        field="periods",
        got=periods,
        expectation=f"a whole number from 1 to {PERIODS_MAX}",
    )
    _expect(
        holds=plan != "next-month" or (periods == 1 and terms.spacing == "months" and terms.spacing_every == 1),
        field="periods",
        got=f"{periods} × {terms.spacing_every} {terms.spacing}",
        expectation="1 month, because plan next-month falls due once",
    )
    _expect(
        holds=not terms.balloon_minor or plan in WITH_BALLOON,
        field="balloon",
        got=terms.balloon_minor,
        expectation=f"0, because plan {plan} has no balloon",
    )
    rest = terms.moratorium_periods
    _expect(
        holds=0 <= rest < periods,
        field="moratorium_periods",
        got=rest,
        expectation=f"a whole number from 0 to below the {periods} periods",
    )
    _expect(
        holds=not rest or plan in WITH_MORATORIUM,
        field="moratorium_periods",
        got=rest,
        expectation=f"0, because plan {plan} has no moratorium",
    )


def _check_charge(field: str, charge: Charge | None) -> None:
    if charge is None:
        return
    _expect(
        holds=(charge.rate is None) != (charge.minor is None),
        field=field,
        got=charge,
        expectation="either a rate of the principal or an amount",
    )
    rate, minor = charge.rate, charge.minor
    _expect(
        holds=rate is None or (rate.is_finite() and 0 <= rate < 1),
        field=field,
        got=rate,
        expectation="a fraction of the principal from 0 to below 1",
    )
    _expect(holds=minor is None or minor >= 0, field=field, got=minor, expectation="minor units, 0 or more")


def _check_table(terms: Terms) -> None:
    table = terms.table
    if terms.plan != "irregular":
        _expect(holds=not table, field="table", got="a table", expectation=f"none, because plan is {terms.plan}")
        return
    _expect(holds=bool(table), field="table", got="nothing", expectation="lines of due day and principal or weight")
    _expect(
        holds=terms.first_due is None,
        field="first_due",
        got=terms.first_due,
        expectation="none, because the table holds the due dates",
    )
    for row, (before, after) in enumerate(pairwise([terms.start, *(line.due_on for line in table)]), start=1):
        _expect(holds=after > before, field=f"table row {row} due_on", got=after, expectation=f"a day after {before}")
    amounts = [line.principal_minor for line in table if line.principal_minor is not None]
    weights = [line.weight for line in table if line.weight is not None]
    kinds = {(line.principal_minor is None, line.weight is None) for line in table}
    _expect(
        holds=kinds in ({(False, True)}, {(True, False)}),
        field="table",
        got="a mixture",
        expectation="every row with a principal, or every row with a weight",
    )
    for row, value in enumerate([*map(Decimal, amounts), *weights], start=1):
        _expect(
            holds=value.is_finite() and value >= 0,
            field=f"table row {row}",
            got=value,
            expectation="a principal or weight of 0 or more",
        )
    _expect(
        holds=not amounts or sum(amounts) == terms.financed_minor,
        field="table",
        got=f"principal of {sum(amounts)} in all",
        expectation=f"the amount lent, {terms.financed_minor} minor units",
    )
    _expect(holds=not weights or sum(weights) > 0, field="table", got="weights of 0", expectation="a weight above 0")
    _expect(
        holds=terms.periods == len(table),
        field="periods",
        got=terms.periods,
        expectation=f"{len(table)}, one for each row of the table",
    )
