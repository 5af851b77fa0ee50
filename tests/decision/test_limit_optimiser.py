"""Limits by bands of scores: against every choice on small cases, the laws of the answer, and the command."""

from __future__ import annotations

import itertools
import json
import random

import pytest
from typer.testing import CliRunner

from kaopu.decision.core.optimise.limit import LimitBand, LimitConstraints, best_limits, outcome_of_limits
from kaopu.decision.policy_commands import app
from kaopu.kernel.core.errors import BadInput

MENU = (0, 1_000, 2_500, 6_000)


def a_book(seed: int, bands: int) -> list[LimitBand]:
    """Bands of one segment; better scores lose less, though not strictly."""
    draw = random.Random(seed)
    made = []
    for number in range(bands):
        rows = {"f": draw.randint(1, 40), "m": draw.randint(1, 40)}
        chance = max(0.01, 0.5 - 0.12 * number + draw.uniform(-0.1, 0.1))
        used = [sum(rows.values()) * limit * draw.uniform(0.5, 1) for limit in MENU]
        used = sorted(used)
        made.append(
            LimitBand(
                "all",
                500.0 + 20 * number,
                rows,
                tuple(used),
                tuple(each * chance * 0.7 for each in used),
                tuple(each * ((1 - chance) * 0.15 - chance * 0.7) for each in used),
            )
        )
    return made


def keeps(found, limits):
    return (
        (limits.loss_ceiling is None or found.loss <= limits.loss_ceiling + 1e-6)
        and (limits.exposure_ceiling is None or found.exposure <= limits.exposure_ceiling + 1e-6)
        and (limits.approval_floor is None or found.approval_rate >= limits.approval_floor - 1e-9)
        and (
            limits.impact_floor is None
            or found.impact_ratio is None
            or found.impact_ratio >= limits.impact_floor - 1e-9
        )
    )


@pytest.mark.parametrize("seed", range(40))
def test_no_choice_of_all_is_better(seed):
    draw = random.Random(1_000 + seed)
    bands = a_book(seed, 5)
    top = outcome_of_limits(bands, MENU, [3] * 5)
    limits = LimitConstraints(
        draw.choice([None, top.loss * draw.uniform(0, 0.6)]),
        draw.choice([None, top.exposure * draw.uniform(0, 0.8)]),
        draw.choice([None, draw.uniform(0, 0.8)]),
        draw.choice([None, 0.8]),
    )
    rising = [pick for pick in itertools.product(range(4), repeat=5) if list(pick) == sorted(pick)]
    lawful = [found for pick in rising if keeps(found := outcome_of_limits(bands, MENU, pick), limits)]
    found = best_limits(bands, MENU, limits)
    if not lawful:
        assert found.conflicts
        assert not found.limits
        return
    assert not found.conflicts
    assert keeps(found, limits)
    assert found.profit == pytest.approx(max(each.profit for each in lawful), abs=1e-6)


def test_a_conflict_names_the_constraints_that_make_room():
    found = best_limits(a_book(1, 4), MENU, LimitConstraints(loss_ceiling=0.0, approval_floor=0.5))
    assert set(found.conflicts) == {"loss_ceiling", "approval_floor"}


def test_a_menu_without_a_decline_is_refused():
    with pytest.raises(BadInput, match="first 0"):
        best_limits(a_book(1, 2), (100, 200), LimitConstraints())


def test_the_command_reads_a_table_and_takes_unknown_chances_for_those_of_the_band(tmp_path):
    table = tmp_path / "book.csv"
    rows = ["score,default,asked,sex"]
    rows += [f"{400},1,500000,f"] * 10 + [f"{600},0.5,500000,m"] * 10
    rows += [f"{800},0.02,200000,f"] * 9 + [f"{800},,200000,m"]
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    words = ["limits", "--population", str(table), "--score", "score", "--default", "default"]
    words += ["--menu", "100000,300000", "--margin", "0.2", "--loss-given-default", "0.6", "--asked", "asked"]
    done = CliRunner().invoke(app, [*words, "--bands", "3", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [(row["score_from"], row["limit"]) for row in told["limits"]] == [(400, 0), (600, 0), (800, 300000)]
    # ten ask for 200,000 of the 300,000 given; the one of unknown chance is taken for 0.02 too
    assert told["loss"] == pytest.approx(10 * 200_000 * 0.02 * 0.6)
    assert told["profit"] == pytest.approx(10 * 200_000 * (0.98 * 0.2 - 0.02 * 0.6))
    refused = CliRunner().invoke(
        app, [*words, "--bands", "3", "--loss-ceiling", "0", "--approval-floor", "0.3", "--json"]
    )
    assert refused.exit_code == 1
    assert set(json.loads(refused.stdout)["conflicts"]) == {"loss_ceiling", "approval_floor"}


def test_a_chance_outside_nought_and_one_is_refused(tmp_path):
    table = tmp_path / "book.csv"
    table.write_text("score,default\n400,1.5\n", encoding="utf-8")
    words = ["limits", "--population", str(table), "--score", "score", "--default", "default"]
    done = CliRunner().invoke(app, [*words, "--menu", "1000", "--margin", "0.2", "--loss-given-default", "0.6"])
    assert done.exit_code != 0
    assert "from 0 to 1" in str(done.exception) + done.output
