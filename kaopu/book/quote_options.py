"""How the words after `kaopu quote` become values: amounts, fractions, fees and files, each fault named."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from kaopu.book.core.subsidy import Subsidy
from kaopu.book.core.terms import Charge, Plan, Terms
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

    from kaopu.book.core.subsidy import SubsidyKind

FEE_HELP = "A fraction of the amount lent (0.006, or 0.6%), or money with its currency (60.00CNY)."
# Between these a bare number could be either: 0.50 as half the principal, or as fifty cents.
FEE_FRACTION_MAX = Decimal("0.2")
FEE_MONEY_MIN = Decimal(1)


# Fields of the terms whose option has another name.
OPTION_OF = {"moratorium_periods": "moratorium", "spacing_every": "every"}
FIELDS = frozenset({field.name.removesuffix("_minor").removesuffix("_annual") for field in fields(Terms)})
ALONE = frozenset({"reference", "reset_months", "first_reset", "spread"})


@contextmanager
def named_as_options() -> Iterator[None]:
    """Faults of the terms, told by the option that was typed: `due_day: …` becomes `--due-day: …`."""
    try:
        yield
    except BadInput as problem:
        field, colon, rest = str(problem).partition(":")
        if not colon or field not in FIELDS | ALONE:
            raise
        option = OPTION_OF.get(field, field.replace("_", "-"))
        raise BadInput(f"--{option}:{rest}") from None


def minor(name: str, text: str, currency: str) -> int:
    """Major units as written ("10000.00") in whole minor units."""
    number = _number(name, text, "an amount in major units, as 10000.00")
    try:
        return to_minor(number, currency)
    except BadInput as problem:
        raise BadInput(f"{name}: {text!r} given, expected an amount that {currency} can pay ({problem})") from None


def fraction(name: str, text: str) -> Decimal:
    """A fraction as written: "0.12" or "12%"."""
    expectation = "a fraction, as 0.12 (or 12%)"
    if text.endswith("%"):
        return _number(name, text[:-1], expectation) / 100
    return _number(name, text, expectation)


def charge(name: str, text: str | None, currency: str) -> Charge | None:
    """A fee as written: a fraction of the amount lent, or money. A bare number of 1 or more is money."""
    if text is None:
        return None
    if text.upper().endswith(currency.upper()):
        return Charge(minor=minor(name, text[: -len(currency)].strip(), currency))
    if text.endswith("%"):
        return Charge(rate=fraction(name, text))
    number = _number(name, text, "a fraction, as 0.006, or money, as 60.00" + currency)
    if number >= FEE_MONEY_MIN:
        return Charge(minor=minor(name, text, currency))
    if number > FEE_FRACTION_MAX:
        raise BadInput(
            f"{name}: {text} given, expected {number * 100:f}% or {text}{currency}, since it could be either"
        )
    return Charge(rate=number)


def subsidy(text: str | None, payer: str | None, kind: SubsidyKind, terms: Terms) -> Subsidy | None:
    """What somebody else pays, as written like a fee, and who; both or neither."""
    if text is None and payer is None:
        return None
    if text is None or payer is None:
        raise BadInput(
            "--subsidy, --subsidy-payer: one of them given, expected both: the quote names who pays how much"
        )
    paid = charge("subsidy", text, terms.currency)
    assert paid is not None  # noqa: S101 - a text was given
    amount = paid.minor if paid.minor is not None else int(terms.financed_minor * (paid.rate or 0))
    return Subsidy(amount, payer, kind)


def day(moment: datetime | None) -> date | None:
    """The day of an optional date option."""
    return None if moment is None else moment.date()


def periods(plan: Plan, said: int | None, table_rows: int) -> int:
    """The number of periods: as said, else the table's rows, else 1 where a plan falls due once by nature."""
    if said is not None:
        return said
    if plan is Plan.IRREGULAR and not table_rows:
        raise BadInput("table: none given, expected a CSV file with due_on and principal or weight")
    if plan not in {Plan.IRREGULAR, Plan.NEXT_MONTH}:
        raise BadInput(f"periods: none given, expected the number of periods of plan {plan}")
    return table_rows or 1


def rows(path: Path) -> Iterator[dict[str, str | None]]:
    """The rows of a CSV file, header first; a byte order mark is allowed."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file, strict=True)
    except OSError as problem:
        raise BadInput(f"{path.name}: {problem.strerror}, expected a readable CSV file") from None
    except (UnicodeDecodeError, csv.Error) as problem:
        raise BadInput(f"{path.name}: {problem}, expected CSV in UTF-8") from None


def _number(name: str, text: str, expectation: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadInput(f"{name}: {text!r} given, expected {expectation}")
    return number
