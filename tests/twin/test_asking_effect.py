"""The analysis of asking: by hand where there are no facts, honest where nothing is planted, silent where it must be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from kaopu.contacts.core.asking_effect import NOT_KNOWN, Verdict, effect_of_asking, verdict
from kaopu.contacts.core.asking_harms import harms, newcombe, share_of
from kaopu.contacts.core.asking_lot import is_held_out, lot_p_value
from kaopu.contacts.core.asking_report import Episodes, report_on
from kaopu.contacts.core.asking_sample_size import EFFECTS, FOUND, episodes_needed
from kaopu.kernel.core.errors import BadInput
from kaopu.twin.core.asks import draw_asks, planted_effect
from kaopu.twin.world_files import load_world


def arms(asked_found, asked, held_found, held):
    lot = np.repeat([True, False], [asked, held])
    found = np.concatenate([np.arange(asked) < asked_found, np.arange(held) < held_found])
    return lot, found, np.zeros((asked + held, 0))


def test_without_facts_it_is_the_plain_difference():
    effect = effect_of_asking(*arms(60, 200, 40, 180))
    one, other = 60 / 200, 40 / 180
    # HC2 in an arm alone: the variance of its mean with n - 1.
    error = sqrt(one * (1 - one) / 199 + other * (1 - other) / 179)
    assert effect.difference == pytest.approx(one - other)
    assert effect.standard_error == pytest.approx(error)
    half = stats.t.ppf(0.975, 378) * error
    assert (effect.low, effect.high) == pytest.approx((one - other - half, one - other + half))
    assert effect.p_value == pytest.approx(2 * stats.t.sf((one - other) / error, 378))


def test_with_facts_it_is_the_regression_with_all_products():
    # A second calculation: one least squares over everything, HC2 by its formula from the whole design.
    rng = np.random.default_rng(4)
    asked, fact = rng.random(300) < 0.5, rng.normal(size=(300, 2))
    found = rng.random(300) < np.clip(0.3 + 0.1 * fact[:, 0] + 0.1 * asked, 0, 1)
    effect = effect_of_asking(asked, found, fact)
    centred = fact - fact.mean(axis=0)
    design = np.column_stack([np.ones(300), asked, centred, centred * asked[:, None]])
    bread = np.linalg.inv(design.T @ design)
    hat = design @ bread @ design.T
    rest = found - hat @ found
    meat = (design * (rest**2 / (1 - np.diag(hat)))[:, None]).T @ design
    assert effect.difference == pytest.approx((bread @ design.T @ found)[1])
    assert effect.standard_error == pytest.approx(sqrt((bread @ meat @ bread)[1, 1]))


def test_facts_that_say_nothing_new_change_nothing():
    rng = np.random.default_rng(5)
    asked, stratum = rng.random(400) < 0.5, rng.random(400) < 0.3
    found = rng.random(400) < 0.3
    once = effect_of_asking(asked, found, stratum[:, None].astype(float))
    all_of_it = np.column_stack([stratum, ~stratum, np.ones(400), stratum * 7.0])
    assert effect_of_asking(asked, found, all_of_it).low == pytest.approx(once.low)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((60, 200, 20, 200), Verdict.HELPS),
        ((20, 200, 60, 200), Verdict.HARMS),
        ((40, 200, 41, 200), Verdict.NOTHING_SHOWN),
        ((10, 39, 30, 200), Verdict.TOO_FEW),
        ((7, 200, 60, 200), Verdict.TOO_FEW),
        ((193, 200, 60, 200), Verdict.TOO_FEW),
    ],
)
def test_what_may_be_said(counts, said):
    assert verdict(effect_of_asking(*arms(*counts))) == said


@pytest.mark.parametrize("world", ["negative-effect", "no-effect", "positive-effect"])
def test_what_was_planted_is_found(world):
    # A small share of bench/twin_effect.py: 60 runs. An exact interval misses more than 9 of 60 once in 500 times.
    asking, missed, claimed = load_world(world).asking, 0, 0
    for seed in range(60):
        rng = np.random.default_rng([seed, 1])
        asks = draw_asks(asking, (rng.random(1_500) < 0.3).astype(np.int8), rng)
        facts = np.column_stack([asks.stratum, asks.days_unreached, asks.reach_before]).astype(float)
        effect = effect_of_asking(asks.asked, asks.found_30, facts)
        missed += not effect.low <= planted_effect(asks) <= effect.high
        claimed += verdict(effect) != Verdict.NOTHING_SHOWN
    assert missed <= 9
    assert claimed <= 8 if world == "no-effect" else claimed >= 25


def test_the_lot_is_stable_and_fair():
    drawn = [is_held_out("spring", str(borrower), 0.3) for borrower in range(20_000)]
    assert drawn == [is_held_out("spring", str(borrower), 0.3) for borrower in range(20_000)]
    assert sum(drawn) / 20_000 == pytest.approx(0.3, abs=0.015)
    other = [is_held_out("autumn", str(borrower), 0.3) for borrower in range(20_000)]
    assert sum(a and b for a, b in zip(drawn, other, strict=True)) / 20_000 == pytest.approx(0.09, abs=0.01)
    assert not is_held_out("x", "y", 0.0)
    assert is_held_out("x", "y", 1.0)


@pytest.mark.parametrize(("held_out", "episodes", "share"), [(50, 100, 0.5), (3, 40, 0.2), (0, 12, 0.5), (12, 12, 0.5)])
def test_the_lot_is_tested_exactly(held_out, episodes, share):
    below = sum(stats.binom.pmf(k, episodes, share) for k in range(held_out + 1))
    above = sum(stats.binom.pmf(k, episodes, share) for k in range(held_out, episodes + 1))
    assert lot_p_value(held_out, episodes, share) == pytest.approx(min(1, 2 * min(below, above)))


def episodes_of(counts, complaints=0):
    lot, found, facts = arms(*counts)
    nothing = np.zeros(len(lot), bool)
    complaint = np.arange(len(lot)) < complaints
    return Episodes(lot, found, facts, np.full(len(lot), "family"), complaint, nothing, nothing)


def test_no_effect_is_read_where_the_lot_fails_or_it_is_early():
    failed = report_on(episodes_of((90, 300, 40, 150)), 0.5)
    assert (failed["verdict"], failed["effect"], failed["strata"]) == (Verdict.NO_LOT, None, [])
    early = report_on(episodes_of((60, 200, 50, 200)), 0.5, planned=1_000)
    assert (early["verdict"], early["effect"]) == (Verdict.TOO_EARLY, None)
    # Halfway only a strong sign ends it.
    assert report_on(episodes_of((62, 200, 42, 200)), 0.5, planned=700)["verdict"] == Verdict.TOO_EARLY
    assert report_on(episodes_of((62, 200, 42, 200)), 0.5, planned=400)["verdict"] == Verdict.HELPS
    assert report_on(episodes_of((30, 200, 70, 200)), 0.5, planned=700)["verdict"] == Verdict.HARMS
    assert all(one["note"] == NOT_KNOWN for one in (failed, early))


def test_harms_are_told_whatever_else_and_stop():
    early = report_on(episodes_of((60, 200, 50, 200), complaints=20), 0.5, planned=1_000)
    assert early["harms"]["complaints_asked"]["count"] == 20
    assert early["harms"]["stop"]
    assert not report_on(episodes_of((60, 200, 50, 200), complaints=2), 0.5)["harms"]["stop"]
    assert harms(asked=0, held_out=10, complaints=(0, 0), refused=0, withdrew=0).complaints_added is None


def test_newcombe_as_in_his_paper():
    # Newcombe 1998, table II, method 10: 56/70 - 48/80 is 0.0524 to 0.3339; 9/10 - 3/10 is 0.1705 to 0.8090.
    assert newcombe(share_of(56, 70), share_of(48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe(share_of(9, 10), share_of(3, 10)) == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_the_sample_size_has_the_power_it_says():
    needed = episodes_needed(0.2, 0.05)
    rng, claims = np.random.default_rng(2), 0
    for _ in range(400):
        asked = rng.random(needed) < 0.5
        found = rng.random(needed) < np.where(asked, 0.25, 0.2)
        claims += verdict(effect_of_asking(asked, found, np.zeros((needed, 0)))) == Verdict.HELPS
    assert claims / 400 == pytest.approx(0.8, abs=0.07)
    with pytest.raises(BadInput, match="expected both risks between 0 and 1"):
        episodes_needed(0.98, 0.05)
    # As many episodes held out as Fleiss' formula says by hand: 1.96 and 0.8416, 25 % against 30 %.
    pooled, spread = sqrt(2 * 0.275 * 0.725), sqrt(0.25 * 0.75 + 0.3 * 0.7)
    by_hand = ((1.959964 * pooled + 0.841621 * spread) / 0.05) ** 2
    assert episodes_needed(0.25, 0.05, claim_below=0.05) == 2 * int(by_hand + 1)


def test_the_table_of_the_protocol_is_the_function():
    page = (Path(__file__).resolve().parents[2] / "docs" / "asking-protocol.md").read_text()
    rows = re.findall(r"^\| (\d+)% \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", page, re.MULTILINE)
    shown = [(int(row[0]) / 100, *(int(cell.replace(",", "")) for cell in row[1:])) for row in rows]
    assert shown == [(found, *(episodes_needed(found, effect) for effect in EFFECTS)) for found in FOUND]


HEAD = "episode_id,borrower_id,opened_at,asked,found_30,complaint\n"


def effect_command(path, *more):
    words = [sys.executable, "-m", "kaopu.cli.main", "contacts", "asking-effect", "--asks", str(path), "--json", *more]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_the_command_reads_a_file_of_ones_own(tmp_path):
    rows = [
        f"{n},{n},2026-01-01T00:00:00Z,{'true' if n % 2 else 'false'},{1 if n % 5 == 0 else 0},0" for n in range(400)
    ]
    # A later episode of a borrower, and one whose 30 days are not over.
    rows += ["900,7,2026-03-01T00:00:00Z,true,1,1", "901,901,2026-03-01T00:00:00Z,false,,0"]
    path = tmp_path / "asks.csv"
    path.write_text(HEAD + "\n".join(reversed(rows)) + "\n")
    code, answer, _ = effect_command(path)
    assert code == 0
    assert (answer["episodes"], answer["further_episodes_left_out"]) == (400, 1)
    assert answer["outcome_open"] == {"asked": 0, "held_out": 1}
    assert answer["not_in_file"] == ["refused", "withdrew"]
    assert answer["harms"]["complaints_asked"]["count"] == 0
    assert answer["verdict"] == "no_difference_shown"
    assert answer["effect"]["found_asked"] == pytest.approx(0.2)
    assert effect_command(path, "--held-out", "0.8")[0] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("episode_id,asked\n1,true\n", "asks.csv: no column borrower_id, expected episode_id, borrower_id"),
        (HEAD + "1,1,2026-01-01,true,true,false\n2,2,2026-01-01,maybe,true,false\n", "row 2, asked: 'maybe' given"),
        (HEAD + "1,1,2026-01-01,true,perhaps,false\n", "row 1, found_30: 'perhaps' given, expected true or false"),
    ],
)
def test_faults_of_a_file_are_named(tmp_path, text, message):
    path = tmp_path / "asks.csv"
    path.write_text(text)
    code, answer, error = effect_command(path)
    assert (code, answer) == (2, None)
    assert message in error
