"""A chart of accounts out of a file: what is wrong is named with file, row and column."""

from __future__ import annotations

import csv
import io

import pytest

from kaopu.kernel.core.errors import BadInput
from kaopu.ledger.core.cause import BY_NAME
from kaopu.ledger.core.chart import chart_from_json
from kaopu.ledger.core.chart_file import COLUMNS, read_chart
from kaopu.ledger.store import DEFAULT_CHART, packaged_chart

TEXT = DEFAULT_CHART.read_text(encoding="utf-8")


def as_csv(chart):
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(COLUMNS)
    for account in chart.accounts:
        roles = " ".join(role for role, code in chart.roles.items() if code == account.code)
        cash = "yes" if account.cash else ""
        writer.writerow([account.code, account.name_zh, account.name_en, account.kind, cash, roles])
    return rows.getvalue()


def test_the_packaged_chart_has_an_account_for_every_cause():
    chart = packaged_chart()
    for cause in BY_NAME.values():
        for code in chart.posting(cause):
            assert chart.account(code).name_zh
    assert chart_from_json(chart.as_json()) == chart
    assert [account.code for account in chart.accounts if account.cash] == ["1002"]


def test_csv_is_the_same_chart_with_the_rates_in_force():
    chart = packaged_chart()
    read = read_chart(as_csv(chart), "ours.csv", chart.rates)
    assert {**read.as_json(), "name": "default"} == chart.as_json()
    for word in ("true", "是"):
        assert read_chart(as_csv(chart).replace("yes", word), "ours.csv", chart.rates) == read


@pytest.mark.parametrize(("before", "after", "message"), [
    ('bank = "1002"', "", "c.toml, roles, bank: is missing; expected the code of an account"),
    ('bank = "1002"', 'bank = "9"', "c.toml, roles, bank: account 9 given; expected the code of an account"),
    ('bank = "1002"', 'bank = "1002"\nbanks = "1002"', "c.toml, roles, banks: no such role; expected one of"),
    ('kind = "memo"', 'kind = "mem"', "c.toml, account 28, kind: mem given; expected one of asset"),
    ('code = "1301"', 'code = "1002"', "c.toml, account 2, code: 1002 is there twice; expected once"),
    ('code = "1301"', 'code = "13 01"', "c.toml, account 2, code: 13 01 given; expected up to 20 digits and letters"),
    ('name_zh = "银行存款"', "name_zh = 7", "c.toml, account 1, name_zh: 7 given; expected a text"),
    ("cash = true", 'cash = "yes"', "c.toml, account 1, cash: 'yes' given; expected true or false"),
    ('interest = "0.06"', "interest = 0.06", 'c.toml, vat, interest: 0.06 given; expected a fraction as a text, as "0.06"'),
    ('loss = "1"', 'loss = "1.5"', "c.toml, allowance, loss: 1.5 given; expected 0 to 1 with up to six decimals"),
    ("[vat]", '[posting]\nlent = ["1301"]\n[vat]', 'c.toml, posting, lent: .* expected \\["debit account", "credit account"\\]'),
    ("[vat]", '[posting]\nlent = ["1303", "1002"]\n[vat]', "c.toml, posting, lent, debit: account 1303 given; expected 1301"),
    ("[vat]", '[posting]\nlend = ["1301", "1002"]\n[vat]', "c.toml, posting, lend: no such cause; expected one of lent"),
    ("[vat]", '[posting]\npaid = ["7001", "2203"]\n[vat]', "expected memo accounts on both sides or on none"),
    ("[vat]", "[vat", "c.toml: .*expected TOML"),
    ("[vat]", "[tax]", "c.toml, tax: expected one of name, account"),
])  # fmt: skip
def test_what_is_wrong_in_a_toml_file_is_named(before, after, message):
    assert before in TEXT
    with pytest.raises(BadInput, match=message):
        read_chart(TEXT.replace(before, after, 1), "c.toml")


@pytest.mark.parametrize(("before", "after", "message"), [
    ("code,name_zh", "codes,name_zh", "c.csv, row 1: columns codes, .*; expected code, name_zh"),
    ("asset,yes,bank", "asset,ja,bank", "c.csv, row 2, cash: 'ja' given; expected yes, no or nothing"),
    ("asset,yes,bank", "assets,yes,bank", "c.csv, row 2, kind: assets given; expected one of asset"),
    ("asset,yes,bank", "asset,yes,bank vat", "c.csv, row .*, roles: vat is played by 1002 already; expected once"),
    ("asset,yes,bank", "asset,yes,", "c.csv, roles, bank: is missing"),
])  # fmt: skip
def test_what_is_wrong_in_a_csv_file_is_named(before, after, message):
    chart = packaged_chart()
    text = as_csv(chart)
    assert before in text
    with pytest.raises(BadInput, match=message):
        read_chart(text.replace(before, after, 1), "c.csv", chart.rates)


def test_one_cause_may_go_elsewhere():
    chart = read_chart(TEXT.replace("[vat]", '[posting]\nmerchant_refund = ["1002", "2203"]\n[vat]'), "c.toml")
    assert chart.posting(BY_NAME["merchant_refund"]) == ("1002", "2203")
