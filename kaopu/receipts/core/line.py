"""One line of a bank's file as a receipt, or what is wrong with it. Columns by their own names and by common others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import exponent, to_minor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The first name is kaopu's own; the others are those that banks give their columns.
NAMES: dict[str, tuple[str, ...]] = {
    "booked_on": (
        "booked_on", "booking_date", "value_date", "transaction_date", "date", "day", "on", "received_on", "paid_on",
        "交易日期", "记账日期", "入账日期", "交易时间", "日期",
    ),
    "amount": (
        "amount", "credit", "credit_amount", "received", "金额", "交易金额", "贷方金额", "贷方发生额", "收入金额",
        "收入",
    ),
    "currency": ("currency", "ccy", "币种", "货币"),
    "bank_reference": (
        "bank_reference", "transaction_id", "bank_ref", "serial", "serial_number", "流水号", "交易流水号", "银行流水号",
        "交易流水",
    ),
    "reference": (
        "reference", "remittance", "remittance_text", "text", "memo", "description", "purpose", "details", "摘要",
        "附言", "用途", "备注", "摘要/附言",
    ),
    "payer_name": (
        "payer_name", "payer", "counterparty", "counterparty_name", "对方户名", "对方名称", "付款人", "付款人名称",
        "付款人户名", "付款户名",
    ),
    "payer_account": (
        "payer_account", "counterparty_account", "iban", "对方账号", "对方账户", "付款账号", "付款人账号",
    ),
    "account": ("account", "our_account", "own_account", "账号", "本方账号", "收款账号"),
}  # fmt: skip
REQUIRED = ("booked_on", "amount")
JOINED = ("reference",)  # a bank may give its text in two columns (摘要 and 附言): both are read
TEXT_MOST = {"bank_reference": 80, "reference": 500, "payer_name": 120, "payer_account": 64, "account": 64}
CURRENCIES = {"RMB": "CNY", "人民币": "CNY", "美元": "USD", "欧元": "EUR", "港币": "HKD", "日元": "JPY"}
DEFAULT_CURRENCY, DEFAULT_ACCOUNT = "CNY", "main"
AMOUNT_MOST = 2**53 - 1  # as the book's events
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月|(\d{2}))(\d{1,2})日?(?:[ T]\d.*)?")


@dataclass(frozen=True, slots=True)
class Line:
    """A receipt as the bank told it. `amount` in minor units, above 0. `bank_reference` may be "" (none given)."""

    row: int
    booked_on: date
    amount: int
    currency: str
    bank_reference: str
    reference: str
    payer_name: str
    payer_account: str
    account: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is not taken: the column, what stood there, and what is expected."""

    row: int
    column: str
    value: str
    expectation: str


def columns(header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Places of the columns that are known, by kaopu's name. Raises `BadInput` where one is missing or doubtful."""
    places: dict[str, tuple[int, ...]] = {}
    folded = [name.strip().strip("\ufeff").lower().replace(" ", "_") for name in header]
    for name, known in NAMES.items():
        found = [place for place, given in enumerate(folded) if given in known]
        own = [place for place in found if folded[place] == name]
        if len(found) > 1 and name not in JOINED:
            if len(own) != 1:
                told = ", ".join(header[place] for place in found)
                raise BadInput(f"header: {told} given, expected one column of {name}")
            found = own
        if found:
            places[name] = tuple(found)
    for name in REQUIRED:
        if name not in places:
            raise BadInput(f"header: no column {name}, expected it (or one of {', '.join(NAMES[name][1:])})")
    return places


def read(row: int, values: Mapping[str, str]) -> Line | Fault:
    """One row by kaopu's names; a column that is missing is empty."""
    given = {name: values.get(name, "").strip() for name in NAMES}
    booked_on = _day(given["booked_on"])
    if booked_on is None:
        return Fault(row, "booked_on", given["booked_on"], "a real date, as 2026-11-22 or 20261122")
    currency = _currency(given["currency"])
    if currency is None:
        return Fault(row, "currency", given["currency"], "an active ISO 4217 code, as CNY")
    amount = _amount(given["amount"], currency)
    if isinstance(amount, str):
        return Fault(row, "amount", given["amount"], amount)
    for name, most in TEXT_MOST.items():
        if len(given[name]) > most or "\0" in given[name]:
            return Fault(row, name, given[name][:200], f"at most {most} characters, no U+0000")
    return Line(
        row=row,
        booked_on=booked_on,
        amount=amount,
        currency=currency,
        bank_reference=given["bank_reference"],
        reference=given["reference"],
        payer_name=given["payer_name"],
        payer_account=given["payer_account"],
        account=given["account"] or DEFAULT_ACCOUNT,
    )


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, *months, day = found.groups()
    try:
        return date(int(year), int(next(month for month in months if month)), int(day))
    except ValueError:
        return None


def _currency(text: str) -> str | None:
    code = CURRENCIES.get(text.upper(), text.upper()) or DEFAULT_CURRENCY
    try:
        exponent(code)
    except BadInput:
        return None
    return code


def _amount(text: str, currency: str) -> int | str:
    """Minor units, or what is expected."""
    plain = text.removeprefix("+").lstrip("¥￥$€ ").replace(" ", "")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"-?\d{1,16}(\.\d{1,8})?", plain):
        return f"a decimal number above 0 in {currency}, as 1234.50"
    try:
        amount = to_minor(Decimal(plain), currency)
    except (BadInput, InvalidOperation):
        return f"at most {exponent(currency)} decimals in {currency}"
    if amount <= 0:
        return "an amount above 0: money that went out is not a receipt"
    return amount if amount <= AMOUNT_MOST else f"at most {AMOUNT_MOST} minor units"
