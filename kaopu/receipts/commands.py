"""`kaopu book receipts`, `suspense`, `match-receipt`, `return-receipt`: money from the bank at the terminal."""

from __future__ import annotations

import json
from datetime import datetime  # noqa: TC003 - Typer reads the annotations when the command is hung up
from decimal import Decimal, InvalidOperation
from pathlib import Path  # noqa: TC003 - same
from typing import Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

EXIT_WITH_REJECTS = 3
DAY = ["%Y-%m-%d"]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Receipt = Annotated[str, typer.Argument(metavar="ID", help="R-12 or 12.")]
Amount = Annotated[str | None, typer.Option(help="In major units, as 306.20; all that is left if not given.")]


def receipts(
    path: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The bank's receipts; columns: docs/receipts.md.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Take in a bank's receipts. Exit 0 all rows, 2 the file cannot be used (nothing taken), 3 some rows are rejected.

    Amounts are of this file as things stand now: total = matched + suspense + returned.
    """
    from kaopu.book.import_command import progress_bar
    from kaopu.book.opened_book import opened_book

    with opened_book(), progress_bar() as told:
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.receipts import answers, reading
        from kaopu.receipts.actions.take_receipts import take_file

        taken = take_file(path, actor(), system_clock().now(), told)
        answer = answers.of_file(taken)
        ignored = reading.unread(path.read_bytes(), path.name) if path.is_file() else []  # a pipe is read once
    if ignored:
        typer.echo(f"kaopu: columns not read: {', '.join(ignored)}; those that are: docs/receipts.md", err=True)
    if taken.already:
        typer.echo(f"kaopu: this file was taken in before as number {taken.file}; nothing new was written", err=True)
    _show(answer, as_json=as_json)
    raise typer.Exit(EXIT_WITH_REJECTS if answer["rejected"] else 0)


def suspense(
    as_of: Annotated[datetime | None, typer.Option(formats=DAY, help="Day of the ages; today if not given.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Money that waits, the oldest first, with its age in days and why it waits."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.kernel.clock import system_clock
        from kaopu.receipts import answers

        answer = answers.suspense(as_of.date() if as_of else system_clock().now().date())
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for line in answer["receipts"]:
        near = ", ".join(f"D-{debt}" for debt in line["candidates"]) or "none"
        typer.echo(
            f"R-{line['receipt']}  {line['booked_on']}  {line['age_days']} d  {line['suspense']} {line['currency']}"
            f"  {line['why'].replace('_', ' ')}; candidates: {near}"
        )
    for currency, amount in answer["by_currency"].items():
        typer.echo(f"in suspense: {amount} {currency}")


def match_receipt(
    receipt: Receipt,
    debt: Annotated[str, typer.Argument(metavar="DEBT", help="D-12, or the debt's external id.")],
    amount: Amount = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Give money in suspense to a debt, on the day on which the bank booked it. Exit 2 says why not."""
    from kaopu.book.opened_book import debt_named, opened_book

    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.receipts import answers
        from kaopu.receipts.actions.match_receipt import match_receipt as act

        row = answers.found(_number(receipt))
        minor = _minor(amount, row.currency)
        answer = answers.of_act(act(row.pk, debt_named(debt), actor(), system_clock().now(), amount=minor), row)
    _show(answer, as_json=as_json)


def unmatch_receipt(
    receipt: Receipt,
    debt: Annotated[str, typer.Argument(metavar="DEBT", help="The debt that its money went to.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Take the newest match of a receipt with a debt back: the payment is reversed, the money waits again."""
    from kaopu.book.opened_book import debt_named, opened_book

    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.receipts import answers, store
        from kaopu.receipts.actions.unmatch_receipt import unmatch_receipt as act

        row, debt_id = answers.found(_number(receipt)), debt_named(debt)
        known = [each for each in store.living_allocations(row.pk) if each.debt_id == debt_id]
        if not known:
            raise BadInput(f"R-{row.pk}: refused: not_matched")
        answer = answers.of_act(act(row.pk, known[-1].pk, actor(), system_clock().now()), row)
    _show(answer, as_json=as_json)


def return_receipt(
    receipt: Receipt,
    reason: Annotated[str, typer.Option(help="not-ours, paid-twice, payer-asked, no-debt-found or legal-duty.")],
    amount: Amount = None,
    on: Annotated[datetime | None, typer.Option(formats=DAY, help="The day it goes back; today if not given.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Send money in suspense back to its payer; above the limit it waits for a second person, at the console."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.receipts import answers
        from kaopu.receipts.actions.return_receipt import Reason
        from kaopu.receipts.actions.return_receipt import return_receipt as act

        if reason not in set(Reason):
            raise BadInput(f"--reason: {reason} given, expected one of {', '.join(Reason)}")
        row = answers.found(_number(receipt))
        minor, day = _minor(amount, row.currency), on.date() if on else None
        outcome = act(row.pk, Reason(reason), actor(), system_clock().now(), amount=minor, on=day)
        answer = answers.of_act(outcome, row)
    _show(answer, as_json=as_json)


def _number(text: str) -> int:
    digits = text.upper().removeprefix("R-")
    if not digits.isdecimal() or len(digits) > 18:
        raise BadInput(f"receipt: {text} given, expected R-12 or 12")
    return int(digits)


def _minor(text: str | None, currency: str) -> int | None:
    from kaopu.kernel.core.money import to_minor

    if text is None:
        return None
    try:
        return to_minor(Decimal(text), currency)
    except InvalidOperation:
        raise BadInput(f"--amount: {text} given, expected a decimal number, as 306.20") from None


def _show(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in answer.items():
        if isinstance(value, dict):
            for part, amounts in value.items():
                typer.echo(f"{part}: {', '.join(f'{word} {amount}' for word, amount in amounts.items())}")
        else:
            typer.echo(f"{name.replace('_', ' ')}: {value}")
