"""Columns of text: what is read, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.book.imports.field import read
from kaopu.book.imports.mapping import FieldSpec, load, parse
from kaopu.kernel.core.errors import BadInput


def one(kind, text, currency="CNY", **how):
    values, bad = read(FieldSpec("x", "x", kind, **how), pa.array([text], pa.string()), currency)
    return "bad" if bad[0] else values[0].as_py()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "12.34", 1234), ("money", "12", 1200), ("money", "12.3400", 1234), ("money", "12.345", "bad"),
        ("money", "-1.00", "bad"), ("money", "1e3", "bad"), ("money", "", "bad"), ("money", None, "bad"),
        ("money", "99999999999999.00", "bad"), ("money-float", "5864.9505117095", 586_495), ("money-float", "nan", "bad"),
        ("percent", "13.99", 139_900), ("percent", "5.3", 53_000), ("percent", "-1", "bad"),
        ("minor", "0012", 12), ("minor", "+7", 7), ("minor", "1.0", "bad"), ("minor", "９", "bad"),
        ("date", "2024-02-29", date(2024, 2, 29)), ("date", "2026-02-29", "bad"), ("date", "2026-02-30", "bad"),
        ("date", "2026-13-01", "bad"), ("date", "26-01-01", "bad"), ("date", "2026-1-1", "bad"),
        ("yymmdd", "960229", date(1996, 2, 29)), ("yymmdd", "970229", "bad"),
        ("currency", "CNY", "CNY"), ("currency", "cny", "bad"), ("currency", "XAU", "bad"),
        ("kind", "reported-status", "reported_status"), ("kind", "Payment", "bad"),
        ("text", "a\x00b", "bad"), ("text", "x" * 65, "bad"), ("json", '{"a":1}', '{"a":1}'), ("json", "[1]", "bad"),
        ("json", '{"a":NaN}', "bad"), ("instant", "2026-02-30T10:00:00Z", "bad"), ("bool", "maybe", "bad"),
    ],
)  # fmt: skip
def test_a_value_is_read_or_refused(kind, text, value):
    assert one(kind, text) == value


@given(st.decimals(min_value=0, max_value=10**10, places=2))
def test_money_is_exact(amount):
    assert one("money", f"{amount:.2f}") == int(amount * 100)


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_money_follows_the_currency(amount):
    assert one("money", f"{amount:.3f}", "KWD") == int(amount * 1000)
    whole = amount == amount.to_integral_value()
    assert one("money", f"{amount:.3f}", "JPY") == (int(amount) if whole else "bad")
    assert isinstance(amount, Decimal)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read(day):
    assert one("date", day.isoformat()) == day


def test_mappings_say_what_is_wrong_with_them():
    with pytest.raises(BadInput, match="expected one of berka"):
        load("nowhere")
    with pytest.raises(BadInput, match="recipe"):
        parse("own", 'recipe = "magic"\nsource = "x"')
    with pytest.raises(BadInput, match="colour"):
        parse(
            "own",
            'recipe = "native"\nsource = "x"\n[files.debts]\nname = "d*"\n[files.debts.columns]\na = {type = "whole", colour = 1}',
        )
    assert {load(name).recipe for name in ("berka", "lendingclub", "native", "taiwan")} == {
        "berka", "lendingclub", "native", "taiwan",
    }  # fmt: skip
