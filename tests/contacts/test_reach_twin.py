"""The must-show figures on small towns: calibrated, better than the rule of thumb, and a plan that protects more.

The same at size, in all worlds and with several seeds: `python -m bench.reach_evidence`, docs/evidence/reach.md.
"""

import pytest

from bench.reach_evidence import Size, fitted, rule_rates, scored
from bench.reach_loop import Beliefs, in_order, live
from kaopu.contacts.core.borrower_reach import POOLING
from kaopu.contacts.core.calibration import better_by
from kaopu.contacts.core.hazard import HAZARDS
from kaopu.contacts.core.plan_value import Worth
from kaopu.twin.core.build import build
from kaopu.twin.tables import evidence_table
from kaopu.twin.world_files import load_world


@pytest.fixture(scope="module")
def learnt():
    beliefs, town, evidence = fitted("base", Size(fitted=1_500))
    return beliefs, rule_rates(town, evidence, beliefs)


@pytest.mark.parametrize("day", [365, 730])
def test_beliefs_are_calibrated_and_beat_the_rule_of_thumb(learnt, day):
    beliefs, rates = learnt
    town = build(load_world("base"), 2_500, 730, seed=9)
    found = scored(town, in_order([evidence_table(town, 0, 730, 9)]), beliefs, rates, day)
    assert found.points > 5_000
    assert found.ece <= 0.03
    assert better_by(found.brier, found.rule) >= 0.25
    assert better_by(found.brier, found.rule_fitted) > 0.1  # also than the rule with the shares it should have had
    assert abs(found.lost_true - found.lost_believed) < 0.03


def test_a_plan_protects_more_than_oldest_first_at_the_same_budget(learnt):
    beliefs, _ = learnt
    town = build(load_world("base"), 1_200, 600, seed=4)
    budget = round(0.6 * 1_200)
    oldest, planned = (live(town, policy, budget, beliefs, seed=4) for policy in ("oldest", "plan"))
    as_shipped = live(town, "plan", budget, Beliefs(HAZARDS, POOLING, Worth()), seed=4)
    assert planned.spent_minor <= 14 * budget
    assert oldest.spent_minor == pytest.approx(planned.spent_minor, rel=0.02)
    assert better_by(planned.last_year, oldest.last_year) >= 0.30
    assert better_by(as_shipped.last_year, oldest.last_year) >= 0.20
