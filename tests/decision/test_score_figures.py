"""Figures about scores, against other people's calculations of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from kaopu.decision.core.scores import calibration, logistic, profit, stability
from kaopu.decision.core.scores.discrimination import Interval, Ranked, auc, difference, ks, resampled, with_intervals
from kaopu.decision.core.scores.fairness import by_group, groups_of

outcomes = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=4, max_size=60).filter(
    lambda rows: len({bad for _, bad in rows}) == 2
)


@given(outcomes)
def test_auc_and_ks_equal_those_of_scikit_learn_and_scipy(rows):
    risk, bad = np.array([r for r, _ in rows], dtype=float), np.array([b for _, b in rows])
    assert auc(risk, bad) == pytest.approx(roc_auc_score(bad, risk))
    assert ks(risk, bad) == pytest.approx(ks_2samp(risk[bad], risk[~bad]).statistic)


@given(outcomes, st.integers(0, 10))
@settings(max_examples=30)
def test_a_resampling_by_weights_is_the_same_as_rows_repeated(rows, seed):
    risk, bad = np.array([r for r, _ in rows], dtype=float), np.array([b for _, b in rows])
    times = resampled(bad, np.random.default_rng(seed))
    repeated = np.repeat(np.arange(len(rows)), times.astype(int))
    assert (times[bad].sum(), times[~bad].sum()) == (bad.sum(), (~bad).sum())
    assert Ranked.of(risk, bad).auc(times) == pytest.approx(roc_auc_score(bad[repeated], risk[repeated]))


def drawn(rows=2000, seed=3):
    draw = np.random.default_rng(seed)
    line = draw.normal(-1, 1, rows)
    return line, draw.random(rows) < 1 / (1 + np.exp(-line)), draw


def test_the_interval_of_an_auc_is_as_wide_as_theory_says():
    line, bad, _ = drawn()
    found = with_intervals(line, bad, seed=0)["auc"]
    q, n, m = found.value, bad.sum(), (~bad).sum()
    q1, q2 = q / (2 - q), 2 * q * q / (1 + q)  # Hanley & McNeil 1982
    error = np.sqrt((q * (1 - q) + (n - 1) * (q1 - q * q) + (m - 1) * (q2 - q * q)) / (n * m))
    assert found.low < q < found.high
    assert (found.high - found.low) / (2 * 1.96 * error) == pytest.approx(1, abs=0.15)


def test_no_claim_where_the_interval_holds_zero():
    line, bad, draw = drawn()
    folds = np.array_split(draw.permutation(len(bad)), 5)
    same = difference(line, line, bad, folds, seed=0, draws=100)
    assert (same.value, same.low, same.high, same.claims) == (0, 0, 0, False)
    jittered = difference(line, line + draw.normal(0, 0.01, len(bad)), bad, folds, seed=0, draws=100)
    assert not jittered.claims
    worse = difference(line, line + draw.normal(0, 2, len(bad)), bad, folds, seed=0, draws=100)
    assert worse.claims
    assert worse.low > 0
    assert Interval(0.1, -0.1, 0.3).claims is False


def test_logistic_regression_equals_that_of_scikit_learn():
    draw = np.random.default_rng(5)
    inputs = draw.normal(size=(400, 3))
    bad = draw.random(400) < 1 / (1 + np.exp(-(inputs @ [1.0, -0.5, 0.0] - 0.7)))
    intercept, weights = logistic.fit(inputs, bad, ridge=2.0)
    theirs = LogisticRegression(C=0.5, tol=1e-10).fit(inputs, bad)
    np.testing.assert_allclose(weights, theirs.coef_[0], atol=2e-4)
    assert intercept == pytest.approx(theirs.intercept_[0], abs=2e-4)


def test_a_line_equals_regression_on_rows_repeated():
    line, bad, draw = drawn(500)
    times = draw.integers(0, 3, 500)
    rows = np.repeat(np.arange(500), times)
    theirs = LogisticRegression(C=1e12, tol=1e-10).fit(line[rows, None], bad[rows])
    found = logistic.fit_line(line, bad, times.astype(float))
    assert found == pytest.approx((theirs.intercept_[0], theirs.coef_[0][0]), abs=1e-4)


def test_a_weight_that_may_not_be_negative_is_zero_instead():
    draw = np.random.default_rng(5)
    inputs = draw.normal(size=(400, 3))
    bad = draw.random(400) < 1 / (1 + np.exp(-(inputs @ [1.0, -0.5, 0.0] - 0.7)))
    _, weights = logistic.fit(inputs, bad, never_below_zero=True)
    assert weights[1] == 0
    assert weights[0] > 0.5


def test_calibration_finds_a_forecast_that_is_too_sure_and_mends_it():
    line, bad, _ = drawn(8000)
    sure = 1 / (1 + np.exp(-(2 * line + 0.5)))
    _, slope = calibration.slope_of(sure, bad)
    assert slope == pytest.approx(0.5, abs=0.06)
    assert calibration.slope_interval(sure, bad, 0).high < 1
    for kind in ("platt", "isotonic"):
        mended = calibration.fit_calibration(kind, sure, bad).apply(sure)
        assert mended.mean() == pytest.approx(bad.mean(), abs=0.002)
        assert calibration.figures(mended, bad)["brier"] < calibration.figures(sure, bad)["brier"]
    assert calibration.slope_of(calibration.fit_calibration("platt", sure, bad).apply(sure), bad)[1] == pytest.approx(
        1, abs=0.01
    )


def test_a_right_forecast_passes_both_tests_and_a_wrong_one_neither():
    line, bad, _ = drawn(6000)
    right = 1 / (1 + np.exp(-line))
    assert calibration.figures(right, bad)["hosmer_lemeshow"]["p"] > 0.01
    assert calibration.figures(right, bad)["spiegelhalter"]["p"] > 0.01
    wrong = calibration.figures(right**1.5, bad)
    assert wrong["hosmer_lemeshow"]["p"] < 1e-4
    assert wrong["came"] > wrong["expected"]


def test_psi_of_a_worked_example():
    # 20/30/50 against 30/30/40 of 1,000 rows: 0.1*ln(1.5) + 0 + -0.1*ln(0.8)
    expected = 0.1 * np.log(1.5) + 0.1 * np.log(1.25)
    assert stability.psi((2000, 3000, 5000), (3000, 3000, 4000)) == pytest.approx(expected, abs=1e-4)
    assert stability.psi((5, 5), (5, 5)) == 0


def test_chance_alone_is_called_stable():
    draw = np.random.default_rng(0)
    found = [
        stability.verdict(draw.multinomial(1000, [0.1] * 10), draw.multinomial(60, [0.1] * 10)) for _ in range(300)
    ]
    assert found.count("stable") >= 295
    assert (
        max(stability.psi(draw.multinomial(1000, [0.1] * 10), draw.multinomial(60, [0.1] * 10)) for _ in range(99))
        > 0.25
    )
    assert stability.verdict((500, 500), (30, 570)) == "changed"


def test_fairness_of_a_worked_example():
    # Ten of group a, six approved; ten of group b, three approved; the goods: 5 of 8 and 3 of 6.
    risk = np.array([0.1] * 6 + [0.9] * 4 + [0.1] * 3 + [0.9] * 7).repeat(10)
    bad = np.array([0] * 5 + [1] + [0] * 3 + [1] + [0] * 3 + [0] * 3 + [1] * 4, dtype=bool).repeat(10)
    names = np.array(["a"] * 10 + ["b"] * 10, dtype=object).repeat(10)
    found = by_group(risk, bad, names, share=0.45)
    assert found["reference"] == "a"
    a, b = found["groups"]
    assert (a["approval_rate"], b["approval_rate"]) == (0.6, 0.3)
    assert b["adverse_impact"]["value"] == pytest.approx(0.5)
    assert b["equal_opportunity"]["value"] == pytest.approx(3 / 6 - 5 / 8)
    assert b["adverse_impact"]["low"] < 0.5 < b["adverse_impact"]["high"]
    assert a["adverse_impact"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_ages_fall_into_bands_and_gaps_into_none():
    assert list(groups_of(np.array([19, 25, 34.9, 70, np.nan, 44, 46, 47, 48, 49]))[:5]) == [
        "under 25", "25 to under 35", "25 to under 35", "65 and above", None,
    ]  # fmt: skip


def test_profit_takes_ties_at_the_edge_in_proportion():
    # risk 1: 4 goods; risk 2: 2 goods 2 bads. Half approved of 8: the four goods. Three quarters: 4 + half of (2 - 10).
    risk, bad = np.array([1.0] * 4 + [2.0] * 4), np.array([0] * 4 + [0, 0, 1, 1], dtype=bool)
    assert profit.of_approved(risk, bad, 0.5, loss=5) == pytest.approx(4 / 8)
    assert profit.of_approved(risk, bad, 0.75, loss=5) == pytest.approx((4 + (2 - 10) / 2) / 8)
