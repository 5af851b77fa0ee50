"""Balances of the ledger are what positions say, to the last minor unit, whatever happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standings import RATES, standing_of

from kaopu.ledger.core.cause import CAUSES
from kaopu.ledger.core.control import controls
from kaopu.ledger.core.vectors import vectors
from tests.book.histories import START, random_history

DAYS = st.integers(0, 260).map(lambda n: START + timedelta(days=n))


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 10**9), as_of=DAYS)
def test_control_accounts_equal_the_position(seed, as_of):
    standing, position = standing_of(random_history(seed), as_of)
    sums = vectors(standing, RATES)
    for name, (ledger, expected) in controls(sums, standing, position).items():
        assert ledger.tolist() == expected.tolist(), name


@pytest.mark.parametrize("seed", range(40))
def test_a_debt_that_has_not_begun_books_nothing(seed):
    history = random_history(seed)
    standing, _ = standing_of(history, history.rules.disbursed_on - timedelta(days=1))
    assert not vectors(standing, RATES).any()


def test_every_cause_has_a_code_of_its_own():
    assert len({cause.code for cause in CAUSES}) == len({cause.name for cause in CAUSES}) == len(CAUSES)
