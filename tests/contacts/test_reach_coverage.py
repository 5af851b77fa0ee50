"""Figures about contacts: the funnel, drop-off, usable contacts, what a portfolio may know, and calibration."""

from datetime import UTC, datetime

import numpy as np
import pytest

from kaopu.contacts.core.calibration import (
    better_by,
    brier,
    calibration_bins,
    expected_calibration_error,
    verified_lately,
    verified_rates,
)
from kaopu.contacts.core.coverage import Journey, coverage, drop_off, usable_share
from kaopu.contacts.core.portfolio_lgd import portfolio_lgd
from kaopu.kernel.core.errors import BadInput

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_funnel():
    found = coverage([
        Journey(DAY, cost_minor=10),
        Journey(DAY, DAY, cost_minor=10),
        Journey(DAY, DAY, DAY, cost_minor=10),
        Journey(DAY, DAY, DAY, DAY, cost_minor=35),
        Journey(DAY, DAY, DAY, DAY, 0.9, cost_minor=35),
        Journey(DAY, DAY, DAY, DAY, 0.6, cost_minor=35),
    ])  # fmt: skip
    assert (found.nominated, found.opened, found.accepted, found.verified) == (6, 5, 4, 3)
    assert (found.verified_180_days, found.alive_180) == (2, 1.5)
    assert found.shares == {"opened": 5 / 6, "accepted": 0.8, "verified": 0.75, "alive_180": 0.75}
    assert found.cost_per_verified_minor == 45


def test_a_funnel_without_anybody():
    found = coverage([])
    assert found.cost_per_verified_minor is None
    assert set(found.shares.values()) == {None}


def test_drop_off_against_newcombes_own_example():
    """His first: 56 of 70 against 48 of 80 gives 0.0524 to 0.3339 (method 10, table II)."""
    found = drop_off((70, 70 - 56), (80, 80 - 48))
    assert found.difference == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    with pytest.raises(BadInput, match="11 completed of 10"):
        drop_off((10, 11), (5, 5))


def test_episodes_with_a_usable_contact():
    assert usable_share([[0.9, 0.1], [], [0.3], [0.5]]) == 0.5
    assert usable_share([]) is None


def test_lgd_of_a_portfolio():
    found = portfolio_lgd([(0.1, 1_000)] * 100 + [(0.5, 3_000)] * 100, 0.4, 0.8)
    # 160,000 of 400,000 expected with the lost: 0.4 + 0.4 * 0.4
    assert found.exposure_at_risk_minor == pytest.approx(160_000)
    assert (found.lgd, found.due_to_lost) == (pytest.approx(0.56), pytest.approx(0.16))


@pytest.mark.parametrize(
    ("rows", "lgds", "told"),
    [
        ([(0.5, 100)] * 99, (0.4, 0.8), "99 borrowers"),
        ([(0.5, 100)], (0.4, 0.8), "1 borrowers"),
        ([(0.5, 1)] * 100 + [(0.5, 1_000_000)], (0.4, 0.8), "a quarter"),
        ([(0.5, 0)] * 100, (0.4, 0.8), "a quarter"),
        ([(0.5, 100)] * 100, (0.8, 0.4), "no less for the lost"),
    ],
)
def test_no_lgd_of_a_person(rows, lgds, told):
    with pytest.raises(BadInput, match=told):
        portfolio_lgd(rows, *lgds)


def test_calibration_by_hand():
    believed, true = [0.05, 0.15, 0.15, 0.95], [0, 0, 1, 1]
    assert brier(believed, true) == pytest.approx((0.05**2 + 0.15**2 + 0.85**2 + 0.05**2) / 4)
    assert [each.count for each in calibration_bins(believed, true)] == [1, 2, 1]
    assert expected_calibration_error(believed, true) == pytest.approx((0.05 + 2 * 0.35 + 0.05) / 4)
    assert expected_calibration_error([1.0, 0.0], [1, 0]) == 0


def test_chances_drawn_as_told_are_calibrated():
    draw = np.random.default_rng(3)
    chance = draw.random(50_000)
    assert expected_calibration_error(chance, draw.random(50_000) < chance) < 0.01
    assert expected_calibration_error(chance**2, draw.random(50_000) < chance) > 0.1


def test_the_rule_of_thumb():
    days, true = [10, 180, 181, np.inf, 20], [1, 1, 0, 0, 0]
    assert verified_lately(days).tolist() == [1, 1, 0, 0, 1]
    assert verified_rates(days, true) == (pytest.approx(2 / 3), 0.0)
    assert better_by(0.1, 0.4) == pytest.approx(0.75)
