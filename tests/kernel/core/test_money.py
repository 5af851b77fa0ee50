"""Money counted in whole minor units, and shared out without losing one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.kernel.core.currencies import EXPONENTS
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import MINOR_MAX, CurrencyMismatch, Money, allocate, exponent, to_major, to_minor

codes = st.sampled_from(sorted(EXPONENTS))
minors = st.integers(-MINOR_MAX, MINOR_MAX)


@pytest.mark.parametrize(("currency", "decimals"), [
    ("CNY", 2), ("EUR", 2), ("USD", 2), ("MGA", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("ISK", 0), ("UYI", 0),
    ("KWD", 3), ("BHD", 3), ("TND", 3), ("CLF", 4), ("UYW", 4), ("XCG", 2), ("ZWG", 2),
])  # fmt: skip
def test_decimals_follow_iso_4217(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize("currency", ["", "cny", "RMB", "XXX", "XAU", "HRK", "ANG", "CN", "CNY "])
def test_a_code_that_is_not_active_is_refused(currency):
    with pytest.raises(BadInput, match="ISO 4217"):
        exponent(currency)


def test_twenty_six_currencies_have_other_than_two_decimals():
    assert all(len(code) == 3 and code.isupper() for code in EXPONENTS)
    assert [list(EXPONENTS.values()).count(decimals) for decimals in (0, 3, 4)] == [17, 7, 2]


@pytest.mark.parametrize(("major", "currency", "minor", "written"), [
    ("12.34",     "CNY",     1_234, "12.34"),
    ("-0.05",     "CNY",        -5, "-0.05"),
    ("0",         "CNY",         0, "0.00"),
    ("-0.00",     "CNY",         0, "0.00"),
    ("10000.000", "CNY", 1_000_000, "10000.00"),   # zeros beyond the cent are no cents
    ("1E+3",      "JPY",     1_000, "1000"),
    ("-7",        "JPY",        -7, "-7"),
    ("1.234",     "KWD",     1_234, "1.234"),
    ("0.0001",    "CLF",         1, "0.0001"),
])  # fmt: skip
def test_major_units_and_back(major, currency, minor, written):
    assert to_minor(Decimal(major), currency) == minor
    assert to_major(minor, currency) == written


@pytest.mark.parametrize(("major", "currency"), [
    ("1.234", "CNY"), ("0.5", "JPY"), ("1E-999999", "CNY"), ("NaN", "CNY"), ("Infinity", "CNY"), ("-sNaN", "CNY"),
    ("1E+999999", "CNY"), ("92233720368547758.08", "CNY"), ("-92233720368547758.08", "CNY"), ("1", "RMB"),
])  # fmt: skip
def test_an_amount_that_cannot_be_held_is_refused(major, currency):
    with pytest.raises(BadInput, match="expected"):
        to_minor(Decimal(major), currency)


def test_the_largest_amount_is_held():
    assert to_minor(Decimal("92233720368547758.07"), "CNY") == MINOR_MAX


@given(minors, codes)
def test_what_is_written_is_read(minor, currency):
    assert to_minor(Decimal(to_major(minor, currency)), currency) == minor


def test_money_adds_within_a_currency_only():
    assert Money("CNY", 1_234) + Money("CNY", -34) - Money("CNY", 200) == Money("CNY", 1_000)
    assert str(-Money("CNY", 1_234)) == "-12.34 CNY"
    assert Money("CNY", 1) < Money("CNY", 2) <= Money("CNY", 2)
    for act in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__):
        with pytest.raises(CurrencyMismatch):
            act(Money("CNY", 1), Money("USD", 1))
    with pytest.raises(BadInput):
        Money("RMB", 1)


@pytest.mark.parametrize(("total", "weights", "parts"), [
    (   100, [1, 1, 1],                     [34, 33, 33]),       # equal remainders: the earlier
    (   100, [1, 2, 3],                     [17, 33, 50]),       # 16.67, 33.33, 50
    (     7, [Decimal("0.3"), Decimal("0.7")], [2, 5]),          # 2.1, 4.9
    (     1, [0, 5, 0],                     [0, 1, 0]),
    (     0, [3, 4],                        [0, 0]),
    (  -100, [1, 1, 1],                     [-34, -33, -33]),    # a refund mirrors its payment
    (    10, [Fraction(1, 3), Fraction(2, 3)], [3, 7]),
])  # fmt: skip
def test_shares_by_largest_remainder(total, weights, parts):
    assert allocate(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [Decimal("NaN")], [Decimal("Infinity"), 1]])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(BadInput, match="weights"):
        allocate(100, weights)


weights = st.lists(st.integers(0, 10**9) | st.decimals(0, 10**6, places=4), min_size=1, max_size=30).filter(any)


@given(st.integers(-(10**15), 10**15), weights)
def test_no_minor_unit_is_made_or_lost_and_none_is_a_unit_off(total, drawn):
    parts = allocate(total, drawn)
    assert sum(parts) == total
    whole = sum(map(Fraction, drawn))
    assert all(abs(part - total * Fraction(weight) / whole) < 1 for part, weight in zip(parts, drawn, strict=True))
    assert all(part == 0 for part, weight in zip(parts, drawn, strict=True) if weight == 0)
    assert allocate(-total, drawn) == [-part for part in parts]
