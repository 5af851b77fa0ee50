"""`kaopu revolving …`: revolving accounts of the book, each command with `--json`. Slow imports lie inside."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path  # noqa: TC003 - same
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.book.opened_book import opened_book
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.revolving.models import IssuedStatement, RevolvingAccount

DAY = ["%Y-%m-%d"]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
AccountArgument = Annotated[str, typer.Argument(metavar="ACCOUNT", help="R-12, or the account's outside number.")]
AsOf = Annotated[datetime | None, typer.Option(formats=DAY, help="The day; today if not given.")]

app = typer.Typer(no_args_is_help=True, help="Revolving accounts: terms, postings, statements, positions.")


def show(answer: dict[str, Any], *, as_json: bool) -> None:
    """The answer as JSON, or a line for each of its entries."""
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in answer.items():
        if isinstance(value, dict):
            value = ", ".join(f"{part} {amount}" for part, amount in value.items())  # noqa: PLW2901 - one line
        typer.echo(f"{name.replace('_', ' ')}: {value}")


def _today() -> date:
    from kaopu.kernel.clock import system_clock

    return system_clock().now().date()


@app.command("terms")
def terms(
    path: Annotated[Path, typer.Argument(metavar="FILE.json", help="Terms as in docs/statements.md.")],
    product: Annotated[str, typer.Option(help="Code of the product.")],
    valid_from: Annotated[datetime, typer.Option("--from", formats=DAY, help="Accounts opened from this day on.")],
    name: Annotated[str, typer.Option(help="Name of the product.")] = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Keep a version of a product's terms. Accounts that are open keep theirs."""
    given = _json(path)
    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.revolving.actions.add_terms import add_terms

        now = system_clock().now()
        version = add_terms(product, name or product, valid_from.date(), given, actor=actor(), now=now)
        show({"product": product, "version": version}, as_json=as_json)


@app.command("open")
def open_(
    party: Annotated[int, typer.Option(help="Number of the party, without P-.")],
    product: Annotated[str, typer.Option(help="Code of the product.")],
    account: Annotated[str, typer.Option("--id", help="Outside number of the account.")],
    on: Annotated[datetime, typer.Option(formats=DAY, help="First day.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Open an account under the terms in force on its first day."""
    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.revolving.actions.open_account import OpenAccount, OpenRefusal, open_account

        done = open_account(OpenAccount(party, product, account, on.date()), actor(), system_clock().now())
        if isinstance(done, OpenRefusal):
            raise BadInput(f"refused: {done}")
        show({"account_id": done.account_id, "external_id": done.external_id}, as_json=as_json)


@app.command("post")
def post_(  # noqa: PLR0917 - one argument an option, Typer passes them by name
    account: AccountArgument,
    kind: Annotated[str, typer.Option(help="purchase, cash, fee, payment, refund, instalment, reversal.")],
    on: Annotated[datetime, typer.Option(formats=DAY, help="The day it counts for.")],
    key: Annotated[str, typer.Option(help="Idempotency key: the same key and body post once.")],
    amount: Annotated[int, typer.Option(help="Minor units, above 0; none for a reversal.")] = 0,
    refers_to: Annotated[
        int | None, typer.Option(help="Of a refund its purchase, of a reversal what it undoes.")
    ] = None,
    months: Annotated[int | None, typer.Option(help="Of a bill instalment.")] = None,
    fee_rate: Annotated[str | None, typer.Option(help="Of a bill instalment: a fraction a month.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Post to an account. Exit 0 posted (or posted before under this key), 2 refused."""
    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.revolving import store
        from kaopu.revolving.actions.post import Post, Refusal, post

        given = {"months": months, "fee_rate": fee_rate}
        asked = Post(
            account_id=store.named(account).account_id,
            kind=kind,
            on=on.date(),
            key=key,
            amount=amount,
            refers_to=refers_to,
            payload={name: value for name, value in given.items() if value is not None} or None,
        )
        done = post(asked, actor(), system_clock().now())
        if isinstance(done, Refusal):
            raise BadInput(f"refused: {done}")
        answer = asdict(done)
        if answer.pop("repeated"):
            typer.echo("kaopu: this key had posted it before; nothing new was written", err=True)
        show(answer, as_json=as_json)


@app.command("statements")
def statements_(account: AccountArgument, as_of: AsOf = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Every statement of an account as the replay tells it now, and as it was issued."""
    with opened_book():
        from kaopu.revolving import store
        from kaopu.revolving.statements_command import print_cycles

        row = store.named(account)
        answer = {"account_id": row.account_id, **statements_of(row, as_of.date() if as_of else _today())}
        if as_json:
            typer.echo(json.dumps(answer, ensure_ascii=False))
        else:
            print_cycles(answer)


def statements_of(row: RevolvingAccount, as_of: date) -> dict[str, Any]:
    """The cycles of an account, each with its issued statement beside it (null where none was issued)."""
    from kaopu.revolving import store

    known = store.history(row)
    issued = {each.statement_on: each for each in known.issued}
    cycles = known.walked(as_of).told_on(as_of) if as_of >= row.opened_on else []
    return {
        "currency": row.currency,
        "as_of": as_of.isoformat(),
        "cycles": [
            {**cycle.as_json(row.currency), "issued": _issued(issued.get(cycle.statement_on))} for cycle in cycles
        ],
    }


def _issued(row: IssuedStatement | None) -> dict[str, Any] | None:
    if row is None:
        return None
    said = ("opening", "corrections", "closing", "minimum_due", "corrected_by")
    return {"number": row.number, "fingerprint": row.fingerprint, **{name: row.content[name] for name in said}}


@app.command("position")
def position_(account: AccountArgument, as_of: AsOf = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Where an account stands at the end of a day: by bucket, minimum, days past due, class by the card ladder."""
    with opened_book():
        from kaopu.revolving import store

        row = store.named(account)
        now = store.history(row).standing(as_of.date() if as_of else _today())
        show({"account_id": row.account_id, **now.as_json(row.currency)}, as_json=as_json)


@app.command("issue")
def issue_(
    account: Annotated[str | None, typer.Argument(metavar="[ACCOUNT]", help="One account; all if not given.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Issue every statement up to a day that was not issued yet. What was issued never changes."""
    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.revolving import store
        from kaopu.revolving.actions.issue import issue, issue_all

        day, now = as_of.date() if as_of else _today(), system_clock().now()
        if account is None:
            issued, accounts = issue_all(day, actor(), now)
        else:
            issued, accounts = len(issue(store.named(account).account_id, day, actor(), now)), 1
        show({"issued": issued, "accounts": accounts}, as_json=as_json)


@app.command("totals")
def totals_(as_of: AsOf = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Counters of all accounts since they were opened, by currency, in minor units: what a ledger books from."""
    with opened_book():
        from kaopu.revolving import store

        found = store.ledger_totals(as_of.date() if as_of else _today())
        answer = {currency: counters.as_json() for currency, counters in found.items()}
        if as_json:
            typer.echo(json.dumps(answer))
            return
        for currency, counters in answer.items():
            typer.echo(currency)
            show(counters, as_json=False)


def _json(path: Path) -> Any:
    try:
        # Numbers as texts keep the decimals as written.
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_float=lambda text: str(Decimal(text)))
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read ({problem.strerror}), expected a JSON file") from None
    except ValueError as problem:
        raise BadInput(f"{path}: {problem}, expected JSON") from None
