"""`kaopu quote`: what a plan would cost, from its terms alone; no database, and nothing that is slow to import."""

from __future__ import annotations

import json
from datetime import datetime  # noqa: TC003 - Typer reads the annotations when the command is hung up
from pathlib import Path  # noqa: TC003 - same
from typing import Annotated, Any

import typer

from kaopu.book import quote_options as options
from kaopu.book.core import irregular_table, reference_rate
from kaopu.book.core.quote import quote as quote_terms
from kaopu.book.core.refund_rule import RefundFee, RefundOrder, RefundRule
from kaopu.book.core.subsidy import SubsidyKind
from kaopu.book.core.terms import (
    Floating,
    InterestPaid,
    Moratorium,
    Plan,
    Spacing,
    Split,
    Terms,
    UpfrontFeeDue,
)
from kaopu.book.core.terms_check import check_currency
from kaopu.kernel.core.calendars import BusinessDays
from kaopu.kernel.core.day_count import DayCount

DAY = ["%Y-%m-%d"]


def quote(  # noqa: PLR0917 - one argument an option, Typer passes them by name
    plan: Annotated[Plan, typer.Option(help="How the debt is repaid.")],
    principal: Annotated[str, typer.Option(help="Price or loan in major units, down payment included: 10000.00.")],
    currency: Annotated[str, typer.Option(help="ISO 4217 code: CNY.")],
    start: Annotated[datetime, typer.Option(formats=DAY, help="Day the money is paid out.")],
    periods: Annotated[int | None, typer.Option(help="Instalments, the down payment not counted.")] = None,
    rate: Annotated[str, typer.Option(help="Interest, a fraction a year: 0.12 (or 12%).")] = "0",
    day_count: Annotated[DayCount, typer.Option(help="How days become years.")] = DayCount.THIRTY_360_US,
    down_payment: Annotated[str, typer.Option(help="Paid on the start day, in major units.")] = "0",
    fee_per_period: Annotated[str | None, typer.Option(help=options.FEE_HELP)] = None,
    fee_upfront: Annotated[str | None, typer.Option(help=options.FEE_HELP)] = None,
    fee_upfront_due: Annotated[
        UpfrontFeeDue, typer.Option(help="When the upfront fee is due.")
    ] = UpfrontFeeDue.AT_START,
    first_due: Annotated[
        datetime | None, typer.Option(formats=DAY, help="First due date, if not one spacing on.")
    ] = None,
    due_day: Annotated[
        int | None, typer.Option(help="Day of the month, 1 to 31; short months fall due on their last.")
    ] = None,
    every: Annotated[int, typer.Option(help="Months, weeks or days between two due dates.")] = 1,
    spacing: Annotated[Spacing, typer.Option(help="Unit of --every.")] = Spacing.MONTHS,
    business_days: Annotated[
        BusinessDays, typer.Option(help="Where a due date on a day off moves.")
    ] = BusinessDays.NONE,
    calendar: Annotated[str, typer.Option(help="Days off: weekend or china.")] = "weekend",
    balloon: Annotated[str, typer.Option(help="Left to pay with the last instalment, in major units.")] = "0",
    moratorium: Annotated[int, typer.Option(help="Periods at the start without principal.")] = 0,
    moratorium_of: Annotated[Moratorium, typer.Option(help="What rests meanwhile.")] = Moratorium.PRINCIPAL,
    interest_paid: Annotated[
        InterestPaid, typer.Option(help="On-demand: when interest is paid.")
    ] = InterestPaid.AT_MATURITY,
    split: Annotated[Split, typer.Option(help="Which parts of an uneven split take the rest.")] = Split.LAST,
    table: Annotated[Path | None, typer.Option(help="Irregular: CSV with due_on and principal or weight.")] = None,
    reference: Annotated[str | None, typer.Option(help="Floating: name of the reference rate, as lpr_1y.")] = None,
    spread: Annotated[str, typer.Option(help="Floating: added to the reference, a fraction a year.")] = "0",
    reset_months: Annotated[int, typer.Option(help="Floating: months between two fixings.")] = 12,
    first_reset: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Floating: day of the second fixing.")
    ] = None,
    reference_rates: Annotated[
        Path | None, typer.Option(help="Floating: CSV with publish_date and <name>_pct.")
    ] = None,
    subsidy: Annotated[
        str | None, typer.Option(help="Paid by somebody else, so that it is free: " + options.FEE_HELP)
    ] = None,
    subsidy_payer: Annotated[str | None, typer.Option(help="Who pays it: the merchant's code.")] = None,
    subsidy_kind: Annotated[
        SubsidyKind, typer.Option(help="Billed to the payer, or withheld as a discount.")
    ] = SubsidyKind.BILLED,
    refund_order: Annotated[
        RefundOrder, typer.Option(help="Whose principal a refund settles.")
    ] = RefundOrder.LAST_FIRST,
    refund_fee: Annotated[RefundFee, typer.Option(help="Fees not due yet, when goods go back.")] = RefundFee.KEPT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """What a plan costs: each instalment, the totals and the yearly cost. The same function books the debt."""
    with options.named_as_options():
        check_currency(currency)
        lines = irregular_table.parse(options.rows(table), currency, table.name) if table else ()
        floating = None
        if reference is not None:
            spread_annual = options.fraction("spread", spread)
            floating = Floating(reference, spread_annual, reset_months, options.day(first_reset))
        known = reference_rate.parse(options.rows(reference_rates), reference_rates.name) if reference_rates else None
        terms = Terms(
            plan=plan,
            currency=currency,
            principal_minor=options.minor("principal", principal, currency),
            start=start.date(),
            periods=options.periods(plan, periods, len(lines)),
            rate_annual=options.fraction("rate", rate),
            day_count=day_count,
            spacing=spacing,
            spacing_every=every,
            first_due=options.day(first_due),
            due_day=due_day,
            business_days=business_days,
            calendar=calendar,
            down_payment_minor=options.minor("down_payment", down_payment, currency),
            fee_per_period=options.charge("fee_per_period", fee_per_period, currency),
            fee_upfront=options.charge("fee_upfront", fee_upfront, currency),
            fee_upfront_due=fee_upfront_due,
            balloon_minor=options.minor("balloon", balloon, currency),
            moratorium_periods=moratorium,
            moratorium=moratorium_of,
            interest_paid=interest_paid,
            split=split,
            table=lines,
            floating=floating,
        )
        paid_by = options.subsidy(subsidy, subsidy_payer, subsidy_kind, terms)
        answer = quote_terms(terms, known, subsidy=paid_by, on_refund=RefundRule(refund_order, refund_fee))
    if as_json:
        typer.echo(json.dumps(answer))
    else:
        _show(answer, currency)


def _show(answer: dict[str, Any], currency: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=f"{currency}", title_justify="left")
    columns = ("seq", "due_on", "principal", "interest", "fee", "total", "outstanding")
    for column in columns:
        table.add_column(column.replace("_", " "), justify="left" if column == "due_on" else "right")
    for row in answer["rows"]:
        table.add_row(*(str(row[column]) for column in columns))
    table.add_section()
    table.add_row("", "all", *(answer["totals"][name] for name in ("principal", "interest", "fee", "total")), "")
    console = Console()
    console.print(table)
    for name, value in answer["cost"].items():
        console.print(f"  {name.replace('_', ' ')}: {value}", highlight=False)
    for other in answer["paid_by_others"]:
        console.print(
            f"  {other['payer']} pays {other['amount']} {currency} in the borrower's place ({other['kind']})."
        )
    console.print(f"  {answer['on_refund']['words']}")
    if "assumed_from" in answer:
        console.print(f"  The reference rate is known up to {answer['assumed_from']}; later fixings assume it stays.")
