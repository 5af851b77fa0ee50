"""Tax and allowance on whole minor units: half up, exact for large amounts, and telescoping."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.book.core.allowance import allowance
from kaopu.ledger.core.rates import MILLION, vat_within

amounts = st.integers(-(10**12), 9 * 10**17)
rates = st.integers(0, MILLION)


def half_up(exact):
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


@pytest.mark.parametrize(("income", "rate", "tax"), [
    # income   rate      tax inside
    (10_600,  60_000,    600),
    (10_000,  60_000,    566),  # 566.03…
    (    53,  60_000,      3),
    (     8,  60_000,      0),  # 0.45…
    (     9,  60_000,      1),  # 0.51…
    (  -500,  60_000,      0),  # no income, no tax
    (10_300,  30_000,    300),
])  # fmt: skip
def test_tax_is_inside_the_income(income, rate, tax):
    assert vat_within(np.array([income]), rate).tolist() == [tax]


@given(income=amounts, rate=rates)
def test_tax_is_exact_whatever_the_size(income, rate):
    assert vat_within(np.array([income]), rate)[0] == half_up(Fraction(max(income, 0) * rate, MILLION + rate))


@given(carrying=amounts, class_code=st.integers(0, 4), table=st.tuples(rates, rates, rates, rates, rates))
def test_the_allowance_is_exact_whatever_the_size(carrying, class_code, table):
    found = allowance(np.array([carrying]), np.array([class_code], np.int32), table)
    assert found[0] == half_up(Fraction(max(carrying, 0) * table[class_code], MILLION))


@given(parts=st.lists(st.integers(0, 10**9), min_size=1, max_size=30), rate=rates)
def test_rounding_telescopes(parts, rate):
    """Booked by day or at once: the tax of the whole is that of its sum, never the sum of rounded parts."""
    sums = np.cumsum([0, *parts])
    booked = np.diff(vat_within(sums, rate))
    assert booked.sum() == vat_within(sums[-1:], rate)[0]
    assert (booked >= 0).all()
