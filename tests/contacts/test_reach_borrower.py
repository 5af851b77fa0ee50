"""Borrowers: what points and agreeing contacts come to together."""

from datetime import UTC, datetime, timedelta
from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.contacts.core.borrower_reach import (
    Consent,
    Pooling,
    agreed,
    at_least,
    borrower_lost,
    exposure_at_risk,
)
from kaopu.kernel.core.errors import BadInput

DAY = datetime(2026, 1, 1, tzinfo=UTC)
chances = st.lists(st.floats(0, 1), max_size=6)
ALONE = Pooling(own_together=0, contacts_together=0, passes_on=1)


@pytest.mark.parametrize(("own", "contacts", "pooling", "lost"), [
    ([],         [],    Pooling(),              1.0),
    ([0.8],      [],    Pooling(),              0.2),    # one point: pooling has nothing to do
    ([0.8, 0.5], [],    ALONE,                  0.1),    # independent
    ([0.8, 0.5], [],    Pooling(own_together=1), 0.2),   # the better one alone
    ([0.8, 0.5], [],    Pooling(own_together=0.2), 0.12),
    ([0.8],      [1.0], Pooling(),              0.1),    # a contact passes on every second word
    ([],         [0.6], Pooling(passes_on=0.5), 0.7),
])  # fmt: skip
def test_lost(own, contacts, pooling, lost):
    assert borrower_lost(own, contacts, pooling) == pytest.approx(lost)


@given(chances, chances, st.floats(0, 1))
def test_one_more_way_never_makes_it_worse(own, contacts, more):
    plain = borrower_lost(own, contacts)
    assert 0 <= plain <= 1
    assert borrower_lost([*own, more], contacts) <= plain + 1e-12
    assert borrower_lost(own, [*contacts, more]) <= plain + 1e-12


@given(chances, st.integers(0, 7))
def test_some_of_several_against_every_outcome(chances, count):
    brute = sum(
        prod(p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True))
        for outcome in product((0, 1), repeat=len(chances))
        if sum(outcome) >= count
    )
    assert at_least(chances, count) == pytest.approx(brute, abs=1e-12)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([], False),
        ([(0, None)], False),
        ([(0, False)], False),
        ([(0, True)], True),
        ([(0, False), (5, True)], True),  # nominated, then agreed
        ([(0, None), (5, True)], True),
        ([(0, True), (5, None)], False),  # unknown is never yes
        ([(0, True), (5, False)], False),
        ([(0, True), (5, False), (9, True)], False),  # a withdrawal is final
        ([(5, True), (5, False)], False),
    ],
)
def test_whether_a_contact_counts(said, counts):
    consents = [Consent(DAY + timedelta(days=day), word) for day, word in said]
    assert agreed(consents) is counts
    assert agreed(reversed(consents)) is counts


def test_exposure_at_risk_adds_up():
    assert exposure_at_risk([(0.5, 1000), (0.1, 500)]) == 550


def test_pooling_out_of_range_is_refused():
    with pytest.raises(BadInput, match="passes_on"):
        Pooling(passes_on=1.5)
