"""`kaopu ledger …`: post, trial balance, result of a period, one account, the chart. What is slow comes late."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.book.opened_book import debt_named, opened_book
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.ledger.core.trial_balance import TrialBalance
    from kaopu.ledger.statements import Sums

DAY = ["%Y-%m-%d"]
EXIT_FALSE = 1
FIRST_TO_BEGIN = timedelta(hours=14)  # no place on earth begins a day earlier before UTC
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
AsOf = Annotated[datetime, typer.Option(formats=DAY, help="The day, its end.")]
Currency = Annotated[str | None, typer.Option(help="ISO 4217; the first that was booked if not given, CNY before all.")]

app = typer.Typer(no_args_is_help=True, help="The ledger: double entry out of what happened to debts.")


@app.command("post")
def post(as_of: AsOf, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Post the book to a day. Safe to run again: the same day posts only what changed since, as corrections."""
    with opened_book():
        posted = _post(as_of.date())
    if posted["repeated"]:
        typer.echo(f"kaopu: {posted['as_of']} was posted before and nothing changed since", err=True)
    _show(posted, as_json=as_json)


def _post(as_of: date) -> dict[str, Any]:
    from dataclasses import asdict

    from kaopu.kernel.boot import actor
    from kaopu.kernel.clock import system_clock
    from kaopu.ledger.actions.post_ledger import post_ledger

    now = system_clock().now()
    if as_of >= (now + FIRST_TO_BEGIN).date():
        typer.echo(
            f"kaopu: {as_of} is not over: what still happens up to it will be posted as corrections, and no earlier day"
            " can be posted any more",
            err=True,
        )
    posted = asdict(post_ledger(as_of, actor(), now, _progress))
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in posted.items()}


@app.command("trial-balance")
def trial_balance(as_of: AsOf, currency: Currency = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Balances of all accounts. A day later than the last posting is posted first. Exit 1: the sides differ."""
    with opened_book():
        from kaopu.ledger import statements, store

        day, last = as_of.date(), store.last_run()
        if last is None or last.as_of < day:
            _post(day)
        sums = statements.sums_to(day)
        chosen = sums.currency(currency)
        found = statements.trial_balance_of(sums, chosen)
        answer = _balance_as_json(sums, chosen, found, day)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _show_balance(answer)
    if not found.balanced:
        raise typer.Exit(EXIT_FALSE)


def _balance_as_json(sums: Sums, currency: str, found: TrialBalance, day: date) -> dict[str, Any]:
    from kaopu.kernel.core.money import to_major

    return {
        "as_of": day.isoformat(),
        "posted_to": sums.posted_to.isoformat() if sums.posted_to else None,
        "basis": sums.basis,
        "currency": currency,
        "currencies": list(sums.currencies),
        "chart": sums.chart.name,
        "accounts": [
            {
                "code": line.account.code,
                "name": line.account.name_en,
                "name_zh": line.account.name_zh,
                "kind": line.account.kind,
                "debit": to_major(line.debit, currency),
                "credit": to_major(line.credit, currency),
            }
            for line in found.lines
        ],
        "debit": to_major(found.debit, currency),
        "credit": to_major(found.credit, currency),
        "balanced": found.balanced,
    }


@app.command("period")
def period(
    first: Annotated[datetime, typer.Option("--from", formats=DAY, help="First day.")],
    last: Annotated[datetime, typer.Option("--to", formats=DAY, help="Last day.")],
    currency: Currency = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Income and cash by cause, both days included, and corrections of earlier days that were posted in it."""
    with opened_book():
        from kaopu.kernel.core.money import to_major
        from kaopu.ledger import statements

        found = statements.period(first.date(), last.date())
        chosen = found.sums.currency(currency)
        result = found.result(chosen)
        answer: dict[str, Any] = {
            "from": found.first.isoformat(),
            "to": found.last.isoformat(),
            "basis": found.sums.basis,
            "currency": chosen,
            "currencies": list(found.sums.currencies),
        }
        for name, amounts in (("income", result.income), ("cash", result.cash)):
            by_cause = {cause: to_major(amount, chosen) for cause, amount in amounts.items()}
            answer[name] = {**by_cause, "total": to_major(sum(amounts.values()), chosen)}
        answer["corrections"] = [
            {
                "debt": each.debt_id,
                "posted_on": each.posted_on.isoformat(),
                "effective_on": each.effective_on.isoformat() if each.effective_on else None,
                "amounts": {cause: to_major(amount, chosen) for cause, amount in each.amounts.items()},
            }
            for each in found.corrections
            if each.currency == chosen
        ]
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for part in ("income", "cash"):
        typer.echo(f"{part} in {chosen}, {answer['from']} to {answer['to']}")
        for cause, amount in answer[part].items():
            typer.echo(f"  {cause.replace('_', ' '):<24}{amount:>20}")
    typer.echo(f"corrections of earlier days: {len(answer['corrections'])}")


@app.command("entries")
def entries(  # noqa: PLR0917 - one argument an option, Typer passes them by name
    account: Annotated[str, typer.Option(help="Code of the account.")],
    debt: Annotated[str | None, typer.Option(help="D-12, or the debt's external id.")] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=DAY, help="Postings up to this day.")] = None,
    currency: Currency = None,
    most: Annotated[int, typer.Option(min=1, help="Lines at most.")] = 200,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """What was booked on one account, by debt and cause, newest posting first. Above 0 is debit.

    With --debt also the events of the debt, amounts in minor units (days for a pause or an extension).
    """
    with opened_book():
        from kaopu.kernel.core.money import to_major
        from kaopu.ledger import statements, store
        from kaopu.ledger.core.cause import BY_CODE

        last = store.last_run()
        if last is None:
            raise BadInput("entries: nothing is posted yet; run `kaopu ledger post --as-of …` first")
        day = as_of.date() if as_of else last.as_of
        sums = statements.sums_to(day)
        _known_account(sums, account)
        chosen = sums.currency(currency)
        number = debt_named(debt) if debt else None
        asked = statements.Asked(chosen, day, debt=number)
        lines = [
            {
                "posting": line.run,
                "posted_on": line.posted_on.isoformat(),
                "effective_on": line.effective_on.isoformat() if line.effective_on else None,
                "debt": line.debt_id,
                "cause": BY_CODE[line.code].name,
                "amount": to_major(line.amount, chosen),
            }
            for line in statements.debt_lines(sums.chart, account, asked, most=most)
        ]
        events = statements.events_of(number, day) if number is not None else []
    if as_json:
        answer = {"account": account, "currency": chosen, "entries": lines}
        if debt:
            answer["events"] = events
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(f"{line['posted_on']}  D-{line['debt']:<10} {line['cause']:<24}{line['amount']:>20}")
    for event in events:
        typer.echo(f"{event['on']}  E-{event['event']:<10} {event['kind']:<24}{event['amount']:>20}")


@app.command("chart")
def chart(
    file: Annotated[Path | None, typer.Option(help="TOML, or CSV with one account a row.")] = None,
    install: Annotated[bool, typer.Option(help="Take the file in; without it, it is only checked.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Show the chart of accounts in force, check the lender's own, or take it in. Exit 2 names what is wrong in it."""
    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.ledger import store
        from kaopu.ledger.actions.install_chart import install_chart
        from kaopu.ledger.core.chart_file import read_chart

        chosen = store.chart_in_force()
        if file is not None:
            try:
                text = file.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as problem:
                raise BadInput(f"{file}: {problem}; expected a readable file in UTF-8") from None
            chosen = read_chart(text, file.name, chosen.rates)
        if install and file is None:
            raise BadInput("--install: expected --file with it")
        if install:
            install_chart(chosen, actor(), system_clock().now())
        answer = {**chosen.as_json(), "installed": install}
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for account in chosen.accounts:
        typer.echo(f"{account.code:<10}{account.kind:<11}{account.name_en} {account.name_zh}")


def _known_account(sums: Sums, account: str) -> None:
    codes = [each.code for each in sums.chart.accounts]
    if account not in codes:
        raise BadInput(f"account: {account} given; expected one of {', '.join(codes)}")


def _progress(done: int, _of: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\rposting: {done} debts")
        sys.stderr.flush()


def _show(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in answer.items():
        typer.echo(f"{name.replace('_', ' ')}: {value}")


def _show_balance(answer: dict[str, Any]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=f"{answer['currency']}, {answer['as_of']}", title_justify="left")
    for name in ("code", "account", "debit", "credit"):
        table.add_column(name, justify="right" if name in {"debit", "credit"} else "left")
    for row in answer["accounts"]:
        table.add_row(row["code"], row["name"], row["debit"], row["credit"])
    table.add_section()
    table.add_row("", "balanced" if answer["balanced"] else "NOT BALANCED", answer["debit"], answer["credit"])
    Console().print(table)
