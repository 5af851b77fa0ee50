"""Scorecards, challengers and their files: laws that hold for every one of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from score_samples import people

from kaopu.decision.core.scores import derived
from kaopu.decision.core.scores.binning import fit_bins
from kaopu.decision.core.scores.calibration import Calibration
from kaopu.decision.core.scores.card_text import model_card
from kaopu.decision.core.scores.choice import best_of
from kaopu.decision.core.scores.cross_validation import by_recipe, cross_validate, stratified
from kaopu.decision.core.scores.fitting import FitRequest, fit
from kaopu.decision.core.scores.model import fit_model
from kaopu.decision.core.scores.model_file import ModelFile, ModelProblem, read_model, write_model
from kaopu.decision.core.scores.reasons import Against
from kaopu.decision.core.scores.recipe import Kind, Recipe
from kaopu.decision.core.scores.score_or_refer import Refer, Scored, score_or_refer
from kaopu.decision.core.scores.scorecard import Scaling, fit_scorecard
from kaopu.decision.core.scores.table import Table
from kaopu.decision.scores.report_html import page
from kaopu.kernel.core.errors import BadInput

DAY = date(2026, 11, 25)
RECIPES = {
    Kind.SCORECARD: Recipe(Kind.SCORECARD, derive="never"),
    Kind.LIGHTGBM: Recipe(Kind.LIGHTGBM, size="small", seeds=2, derive="never"),
}


@pytest.fixture(scope="module")
def fitted():
    table, bad = people()
    whole = table.joined({"bad": bad.astype(float)})
    return {kind: fit(whole, FitRequest("bad", recipe, folds=3, groups=("home",))) for kind, recipe in RECIPES.items()}


class Files(dict):
    """The bytes of each kind's file, told briefly where a test fails."""

    def __repr__(self):
        return f"files of {', '.join(self)}"


@pytest.fixture(scope="module")
def files(fitted):
    return Files(
        {kind: write_model(each.model, {"name": str(kind), **each.about}).encode() for kind, each in fitted.items()}
    )


def test_bins_are_those_of_optbinning():
    from optbinning import OptimalBinning

    table, bad = people()
    for name, kind in (("income", "numerical"), ("home", "categorical")):
        values = table.column(name)
        theirs = OptimalBinning(dtype=kind).fit(values, bad.astype(int))
        mine = fit_bins(name, values, bad)
        known = np.array([v == v and v is not None for v in values])
        np.testing.assert_array_equal(mine.places(values)[known], theirs.transform(values, metric="indices")[known])
        assert sum(count.rows for count in mine.counts) == table.rows


def test_a_held_direction_is_held():
    table, bad = people(400, 7)
    for way, sign in (("ascending", -1), ("descending", 1)):
        woe = np.array(fit_bins("noise", table.column("noise"), bad, way).woe[:-1])
        assert (sign * np.diff(woe) >= 0).all()
    model = fit_model(table, bad, replace(RECIPES[Kind.LIGHTGBM], monotone={"noise": "ascending"}), ())
    moving = np.linspace(0, 1, 200)
    one = {name: np.repeat(values[:1], 200) for name, values in table.columns.items()}
    chance = model.chance_bad(Table("t", {**one, "noise": moving}, 200))
    assert (np.diff(chance) >= -1e-12).all()


def test_points_add_up_and_double_the_odds():
    table, bad = people()
    card = fit_scorecard(table, bad, scaling=Scaling(500, 10, 40))
    points = card.points(table)
    np.testing.assert_allclose(card.score(table), card.base + points.sum(axis=1), atol=0.051)
    assert np.allclose(points * 10, np.round(points * 10))  # one decimal, and it is what is applied
    odds = 1 / card.chance_bad(table) - 1
    np.testing.assert_allclose(odds, 10 * 2 ** ((card.score(table) - 500) / 40))


def test_more_points_in_a_column_always_mean_fewer_bads():
    table, bad = people()
    for column in fit_scorecard(table, bad).columns:
        order = np.argsort(column.points[:-1])
        rates = [
            count.bads / count.rows for count in np.array(column.bins.counts, dtype=object)[order] if count.rows > 50
        ]
        assert rates == sorted(rates, reverse=True)


def test_reasons_name_the_points_that_were_lost():
    table, bad = people()
    model = fit_model(table, bad, RECIPES[Kind.SCORECARD], ())
    worst = int(np.argmin(model.score(table)))
    reasons = model.reasons(table, top=2)[worst]
    assert [each.lost for each in reasons] == sorted((each.lost for each in reasons), reverse=True)
    earned = dict(zip([c.bins.column for c in model.card.columns], model.card.points(table)[worst], strict=True))
    assert all(each.lost == pytest.approx(-earned[each.column]) for each in reasons)
    assert "points" in reasons[0].text
    assert "分" in reasons[0].text_zh
    best = model.reasons(table, against=Against.BEST, top=99)[worst]
    tops = {c.bins.column: max(c.points) for c in model.card.columns}
    assert sum(each.lost for each in best) == pytest.approx(sum(tops.values()) - sum(earned.values()), abs=0.01)


def test_shap_values_add_up_to_the_margin():
    table, bad = people()
    model = fit_model(table, bad, RECIPES[Kind.LIGHTGBM], ())
    np.testing.assert_allclose(model.trees.parts(table).sum(axis=1), model.trees.margin(table), atol=1e-9)


def test_nothing_leaks_out_of_the_rows_left_out():
    table, _ = people(600)
    draw = np.random.default_rng(0)
    found = []
    for _ in range(4):
        bad = draw.random(600) < 0.3  # outcomes that nothing can know
        crossed = cross_validate(table, bad, stratified(bad, 3, 0), by_recipe(RECIPES[Kind.SCORECARD], ()))
        found.append(crossed.auc_mean)
    assert np.mean(found) == pytest.approx(0.5, abs=0.04)


def test_the_outcome_of_a_row_left_out_changes_no_forecast_of_its_fold():
    table, bad = people(400)
    parts = stratified(bad, 3, 0)
    other = bad.copy()
    outside = parts[0][1]
    other[outside] = ~other[outside]
    one = [cross_validate(table, b, parts[:1], by_recipe(RECIPES[Kind.SCORECARD], ())).chance for b in (bad, other)]
    np.testing.assert_array_equal(one[0][outside], one[1][outside])


@pytest.mark.parametrize("kind", list(Kind))
def test_a_file_read_again_is_the_same_model(kind, fitted, files):
    found = read_model(files[kind])
    table, _ = people(200, 9)
    assert isinstance(found, ModelFile)
    for name in ("score", "chance_bad", "reasons"):
        mine, theirs = getattr(found.model, name)(table), getattr(fitted[kind].model, name)(table)
        assert np.array_equal(mine, theirs) if name != "reasons" else mine == theirs
    assert (
        write_model(found.model, {k: v for k, v in found.about.items() if k in {"name", *fitted[kind].about}}).encode()
        == files[kind]
    )


@given(place=st.integers(0, 10**9), digit=st.sampled_from("123456789"))
@settings(max_examples=40, deadline=None)
def test_a_file_altered_anywhere_is_no_model(files, place, digit):
    content = bytearray(files[Kind.SCORECARD])
    digits = [i for i, byte in enumerate(content) if byte in b"0123456789"]
    content[digits[place % len(digits)]] = ord(digit)
    if json.loads(bytes(content)) != json.loads(files[Kind.SCORECARD]):
        assert read_model(bytes(content)) in (ModelProblem.ALTERED, ModelProblem.UNREADABLE)


@pytest.mark.parametrize(("content", "why"), [
    (None, "model_missing"), (b"", "model_unreadable"), (b"[]", "model_unreadable"), (b"\xff", "model_unreadable"),
    (b'{"format": "kaopu-score/1"}', "model_unreadable"),
])  # fmt: skip
def test_what_is_no_model_is_referred(content, why):
    assert score_or_refer(read_model(content), {}, on=DAY) == Refer((why,))


def test_another_file_than_the_one_agreed_to_is_altered(files):
    assert read_model(files[Kind.SCORECARD], "0" * 64) is ModelProblem.ALTERED


GOOD = {"income": 55.0, "debts": 1.0, "home": "own", "noise": 0.5}


@pytest.mark.parametrize("kind", list(Kind))
@given(
    gone=st.sets(st.sampled_from(sorted(GOOD))),
    junk=st.sampled_from([None, "", "?", True, [], {}, float("inf"), 10**400]),
)
@settings(max_examples=30, deadline=None)
def test_a_value_the_model_cannot_know_is_never_scored(kind, files, gone, junk):
    file = read_model(files[kind])
    known = {each.name: each for each in file.model.inputs}
    outcome = score_or_refer(file, {**GOOD, **dict.fromkeys(gone, junk)}, on=DAY)
    allowed = all(name not in known or (junk is None and known[name].gaps) for name in gone)
    assert isinstance(outcome, Scored) == allowed


def test_an_income_that_is_missing_was_often_missing_and_is_scored(files):
    outcome = score_or_refer(read_model(files[Kind.SCORECARD]), {**GOOD, "income": None}, on=DAY)
    assert isinstance(outcome, Scored)


def test_an_error_of_the_model_stops_the_review(files):
    file = read_model(files[Kind.SCORECARD])
    broken = replace(file, model=replace(file.model, calibration=Calibration("isotonic", forecasts=(0.1,), rates=())))
    assert score_or_refer(broken, GOOD, on=DAY) == Refer(("scoring_failed",))


def test_a_model_without_a_test_in_time_tells_no_level(files):
    outcome = score_or_refer(read_model(files[Kind.SCORECARD]), GOOD, on=DAY)
    assert outcome.chance_bad is None
    for use in ("pd_level", "limit", "price"):
        assert score_or_refer(read_model(files[Kind.SCORECARD]), GOOD, on=DAY, use=use) == Refer(
            ("model_not_for_this_use",)
        )


def test_dates_give_a_test_in_time_and_a_level():
    table, bad = people()
    days = np.array([f"2026-{1 + place // 100:02d}-01" for place in range(table.rows)], dtype=object)
    whole = table.joined({"bad": bad.astype(float), "on": days})
    about = fit(whole, FitRequest("bad", Recipe(derive="never"), folds=3, date_column="on")).about
    later = about["validation"]["out_of_time"]
    assert (later["earlier_rows"], later["later_rows"], later["from"]) == (900, 300, "2026-10-01")
    assert 0.6 < later["auc"] < 0.9
    assert about["not_for"] == []
    assert len(about["validation"]["periods"]) == 12


def test_the_card_and_the_page_say_what_they_must(fitted, files):
    file = read_model(files[Kind.SCORECARD])
    card = model_card(file)
    for words in ("never used for the level", "不得用于违约概率水平", "adverse impact", "home", file.sha256):
        assert words in card
    html = page(file, fitted[Kind.SCORECARD].about["validation"])
    assert html.count("<svg") >= 2
    assert "<script" not in html
    assert "src=" not in html
    outside = {part.split('"')[0] for part in html.split('href="')[1:] if not part.startswith("#")}
    assert outside == set()


def test_sensitivity_finds_the_column_that_matters(fitted):
    for kind in Kind:
        first = [row["column"] for row in fitted[kind].about["validation"]["sensitivity"]]
        assert set(first[:2]) == {"income", "debts"}
        moved = next(r for r in fitted[kind].about["validation"]["sensitivity"] if r["column"] == "debts")
        assert moved["up"]["change_of_chance"] > 0 > moved["down"]["change_of_chance"]


@pytest.mark.parametrize(("change", "says"), [
    ({"folds": 1}, "--folds: 1 given"), ({"folds": 9999}, "--folds"), ({"exclude": ("nothere",)}, "column nothere is absent"),
    ({"not_for": ("fun",)}, "--not-for: fun"), ({"target": "nothere"}, "column nothere is absent"),
    ({"exclude": ("income", "debts", "home", "noise")}, "no column is left"),
])  # fmt: skip
def test_a_request_that_cannot_be_met_says_why(change, says):
    table, bad = people(100)
    given = {"target": "bad", "recipe": Recipe(), "folds": 3, **change}
    with pytest.raises(BadInput) as problem:
        fit(table.joined({"bad": bad.astype(float)}), FitRequest(**given))
    assert says in str(problem.value)


def test_a_choice_is_made_inside_the_rows_and_takes_the_better_way():
    table, bad = people(600)

    def knows(inside, outcome, outside):
        return -np.nan_to_num(outside.numbers("income"), nan=50.0)

    def guesses(inside, outcome, outside):
        return outside.numbers("noise")

    assert best_of(table, bad, [guesses, knows], 0) == 1
    assert best_of(table, bad, [knows, guesses], 0) == 0
    seen = []

    def watches(inside, outcome, outside):
        seen.append((inside.rows, len(outcome), outside.rows))
        return outside.numbers("noise")

    best_of(table, bad, [watches, watches], 0)
    assert len(seen) == 6
    assert all(inner == outcomes and inner + outer == 600 for inner, outcomes, outer in seen)


def test_derived_columns_stay_out_when_told():
    draw = np.random.default_rng(4)
    table, bad = people(600)
    useless = {name: draw.random(600).round(3) for name in ("one", "two")}
    wide = table.only(["income"]).joined(useless)
    declared = derived.detect(wide)
    assert declared
    assert fit_model(wide, bad, Recipe(derive="never"), declared).derived == ()
