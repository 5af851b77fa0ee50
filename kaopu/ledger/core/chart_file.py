"""A lender's chart of accounts out of a file: TOML whole, or CSV with one account a row. Errors name row and column."""

from __future__ import annotations

import csv
import io
import tomllib
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput
from kaopu.ledger.core.chart import CLASSES, KINDS, Account, Chart, check
from kaopu.ledger.core.rates import MILLION, TAXED, Rates

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = ("code", "name_zh", "name_en", "kind", "cash", "roles")
YES, NO = ("yes", "true", "是"), ("", "no", "false", "否")
TABLES = ("name", "account", "roles", "posting", "vat", "allowance")


def read_chart(text: str, file: str, rates: Rates | None = None) -> Chart:
    """The chart in `text`; a name that ends in .csv is read as CSV, which takes `rates` for it holds none.

    Raises:
        BadInput: naming file, row and column, what was found and what was expected.
    """
    if file.lower().endswith(".csv"):
        if rates is None:
            raise BadInput(f"{file}: a CSV chart has no rates; expected a TOML file")
        return check(_from_csv(text, file, rates), file)
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadInput(f"{file}: {problem}; expected TOML") from None
    return check(_from_toml(value, file), file)


def _from_toml(value: dict[str, Any], file: str) -> Chart:
    for name in value:
        if name not in TABLES:
            raise BadInput(f"{file}, {name}: expected one of {', '.join(TABLES)}")
    accounts = value.get("account")
    if not isinstance(accounts, list) or not accounts:
        raise BadInput(f"{file}, account: is missing; expected one [[account]] for each account")
    rows = [_account(row, file, f"account {number}") for number, row in enumerate(accounts, 1)]
    return Chart(
        name=_text(value, "name", file, "top"),
        accounts=_once(rows, file, "account"),
        roles={role: str(code) for role, code in _table(value, "roles", file).items()},
        overrides=_posting(_table(value, "posting", file) if "posting" in value else {}, file),
        rates=_rates(value, file),
    )


def _from_csv(text: str, file: str, rates: Rates) -> Chart:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise BadInput(f"{file}, row 1: columns {', '.join(reader.fieldnames or ())}; expected {', '.join(COLUMNS)}")
    accounts: list[Account] = []
    roles: dict[str, str] = {}
    for number, row in enumerate(reader, 2):
        cash = (row["cash"] or "").strip().lower()
        if cash not in {*YES, *NO}:
            raise BadInput(f"{file}, row {number}, cash: {cash!r} given; expected yes, no or nothing")
        accounts.append(_account({**row, "cash": cash in YES}, file, f"row {number}"))
        for role in (row["roles"] or "").split():
            if role in roles:
                raise BadInput(f"{file}, row {number}, roles: {role} is played by {roles[role]} already; expected once")
            roles[role] = accounts[-1].code
    if not accounts:
        raise BadInput(f"{file}, row 2: is missing; expected one row for each account")
    return Chart(file.rsplit(".", 1)[0], _once(accounts, file, "row"), roles, {}, rates)


def _account(row: Any, file: str, place: str) -> Account:
    if not isinstance(row, dict):
        raise BadInput(f"{file}, {place}: expected code, name_zh, name_en and kind")
    for name in row:
        if name not in COLUMNS:
            raise BadInput(f"{file}, {place}, {name}: no such column; expected one of {', '.join(COLUMNS[:5])}")
    texts = {name: _text(row, name, file, place) for name in ("code", "name_zh", "name_en", "kind")}
    if texts["kind"] not in KINDS:
        raise BadInput(f"{file}, {place}, kind: {texts['kind']} given; expected one of {', '.join(KINDS)}")
    if not texts["code"].isascii() or not texts["code"].isalnum() or len(texts["code"]) > 20:
        raise BadInput(f"{file}, {place}, code: {texts['code']} given; expected up to 20 digits and letters")
    cash = row.get("cash", False)
    if not isinstance(cash, bool):
        raise BadInput(f"{file}, {place}, cash: {cash!r} given; expected true or false")
    return Account(**texts, cash=cash)


def _once(accounts: list[Account], file: str, word: str) -> tuple[Account, ...]:
    seen: set[str] = set()
    for number, account in enumerate(accounts, 2 if word == "row" else 1):
        if account.code in seen:
            raise BadInput(f"{file}, {word} {number}, code: {account.code} is there twice; expected once")
        seen.add(account.code)
    return tuple(sorted(accounts, key=lambda account: account.code))


def _text(row: Mapping[str, Any], name: str, file: str, place: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{file}, {place}, {name}: {value!r} given; expected a text")
    return value.strip()


def _table(value: dict[str, Any], name: str, file: str) -> dict[str, Any]:
    table = value.get(name)
    if not isinstance(table, dict):
        raise BadInput(f"{file}, {name}: is missing; expected a table [{name}]")
    return table


def _posting(table: dict[str, Any], file: str) -> dict[str, tuple[str, str]]:
    found = {}
    for name, sides in table.items():
        if not isinstance(sides, list) or len(sides) != 2 or not all(isinstance(side, str) for side in sides):
            raise BadInput(f'{file}, posting, {name}: {sides!r} given; expected ["debit account", "credit account"]')
        found[name] = (sides[0], sides[1])
    return found


def _rates(value: dict[str, Any], file: str) -> Rates:
    vat, allowance = _table(value, "vat", file), _table(value, "allowance", file)
    taxes = [_share(vat, name, file, "vat") for name in TAXED]
    shares = [_share(allowance, name, file, "allowance") for name in CLASSES]
    return Rates((taxes[0], taxes[1], taxes[2], taxes[3]), (shares[0], shares[1], shares[2], shares[3], shares[4]))


def _share(table: dict[str, Any], name: str, file: str, place: str) -> int:
    given = table.get(name)
    if not isinstance(given, str):
        raise BadInput(f'{file}, {place}, {name}: {given!r} given; expected a fraction as a text, as "0.06"')
    try:
        share = Decimal(given)
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 <= share <= 1 or share * MILLION != int(share * MILLION):
        raise BadInput(f"{file}, {place}, {name}: {given} given; expected 0 to 1 with up to six decimals")
    return int(share * MILLION)
