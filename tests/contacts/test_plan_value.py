"""What a re-check is worth: the formula against every outcome played through, and the order that the plan takes."""

import itertools
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaopu.contacts.core.borrower_reach import Pooling
from kaopu.contacts.core.evidence import POINT_KINDS, Evidence, EvidenceKind, EvidenceRow
from kaopu.contacts.core.hazard import HAZARDS
from kaopu.contacts.core.plan import plan
from kaopu.contacts.core.plan_candidates import Assumptions, candidates_of
from kaopu.contacts.core.plan_channels import CHANNELS, Channel, read_channels
from kaopu.contacts.core.plan_value import Worth, lost_then, outlook, survival
from kaopu.contacts.core.reached import reached_of
from kaopu.kernel.core.errors import BadInput

AS_OF = datetime(2026, 6, 30, tzinfo=UTC)
AS_OF_US = int(AS_OF.timestamp()) * 10**6
K = EvidenceKind
ASSUMED = Assumptions(HAZARDS, CHANNELS, Pooling(), Worth())
chance = st.floats(0.02, 0.98)


def played_through(points, found_anyway):
    """The oracle: every state of every point now and then, one after the other."""
    lost = 0.0
    for states in itertools.product(*[((a, h) for a in (0, 1) for h in (0, 1)) for _ in points]):
        weight, anybody = 1.0, False
        for (alive, helps), (reach, passes_on, _, _) in zip(states, points, strict=True):
            weight *= (reach if alive else 1 - reach) * (passes_on if helps else 1 - passes_on)
            anybody |= bool(alive and helps)
        if not weight:
            continue
        for asked, of_asked in (
            (True, 1.0 if anybody else found_anyway),
            (False, 0.0 if anybody else 1 - found_anyway),
        ):
            nothing_then = 1.0
            for (alive, helps), (_, _, lives, renewed) in zip(states, points, strict=True):
                share = renewed if asked and not alive else 0.0
                dead_then = 1 - lives[0] if alive else share * (1 - lives[0]) + (1 - share) * (1 - lives[1])
                nothing_then *= dead_then if helps else 1.0
            lost += weight * of_asked * nothing_then
    return lost


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            chance,
            st.sampled_from((1.0, 0.5)),
            st.sampled_from(((0.9, 0.03), (0.7, 0.2))),
            st.sampled_from((0.0, 0.57)),
        ),
        min_size=1,
        max_size=3,
    ),
    st.floats(0, 1),
)
def test_lost_at_the_horizon_against_every_outcome(points, found_anyway):
    found = lost_then([outlook(*each) for each in points], Worth(found_anyway=found_anyway))
    assert found == pytest.approx(played_through(points, found_anyway), abs=1e-12)


def row(point, borrower, role, days_ago, sign=K.CODE_CONFIRMED, kind="phone", consented=True):
    return EvidenceRow(point, borrower, role, kind, Evidence(AS_OF - timedelta(days=days_ago), sign), consented)


def planned(rows, budget, exposure=None, assumed=ASSUMED):
    reached = reached_of(rows, HAZARDS, AS_OF)
    owed = np.array([(exposure or {}).get(each, 10_000.0) for each in reached.borrower_id])
    return plan(reached, owed, budget, assumed, AS_OF_US)


TWO_PHONES = [row("a", 1, "own", 400), row("b", 1, "own", 400)]


def lost_with(reached, borrower, rechecked, assumed=ASSUMED):
    """The formula, one link after the other: the chance that the borrower is lost with these links re-checked."""
    outlooks = []
    for link in np.flatnonzero(reached.link_counts & (reached.link_borrower == borrower)):
        point = reached.link_point[link]
        hazard = HAZARDS[POINT_KINDS[reached.kind[point]]]
        reach = 0.0 if reached.suppress[point] else float(reached.reach[point])
        passes_on = assumed.pooling.passes_on if reached.link_role[link] else 1.0
        renewed = rechecked.get(int(link), 0.0) * assumed.worth.renews
        outlooks.append(outlook(reach, passes_on, survival(hazard, assumed.worth), renewed))
    return lost_then(outlooks, assumed.worth)


def saved(reached, owed, rechecked, assumed=ASSUMED):
    """Yuan saved by a set of {link: detects}."""
    return sum(
        owed[b] * assumed.value_share * (lost_with(reached, b, {}, assumed) - lost_with(reached, b, rechecked, assumed))
        for b in range(len(owed))
    )


def test_first_gains_in_columns_are_those_worked_out_one_by_one():
    rows = [*TWO_PHONES, row("c", 1, "contact", 300), row("d", 2, "own", 30), row("e", 2, "own", 10, K.REASSIGNED),
            row("f", 2, "contact", 50, kind="email"), row("g", 3, "own", 900, kind="address"),
            row("h", 3, "contact", 5, consented=None)]  # fmt: skip
    reached, owed = reached_of(rows, HAZARDS, AS_OF), np.array([9_000.0, 500.0, 70_000.0])
    held = candidates_of(reached, owed, ASSUMED, AS_OF_US)
    assert len(held.columns.link) >= 8
    for link, channel, gain in zip(held.columns.link, held.columns.channel, held.gains(), strict=True):
        assert gain == pytest.approx(saved(reached, owed, {int(link): held.channels[channel].detects}), rel=1e-9)


def test_more_exposure_older_and_less_sure_points_come_first():
    found = planned([row("a", 1, "own", 100), row("b", 2, "own", 100), row("c", 3, "own", 800)], 1, {2: 90_000.0})
    assert [each.point_id for each in found.items] == ["b", "c", "a"]
    assert found.items[0].value_per_yuan == pytest.approx(9 * found.items[2].value_per_yuan)


def test_the_budget_holds_and_is_spent_from_the_top():
    rows = [row(f"p{n}", n, "own", 100 + n) for n in range(30)]
    found = planned(rows, 1.0)
    assert found.spent <= 1.0
    assert len(found.items) == 8
    assert found.spent == pytest.approx(sum(each.cost for each in found.items))
    assert [each.point_id for each in found.items] == [f"p{n}" for n in range(29, 21, -1)]
    assert not planned(rows, 0.0).items


def test_a_second_re_check_of_the_same_borrower_saves_what_is_left():
    first, second = planned(TWO_PHONES, 10).items
    alone = planned([*TWO_PHONES, row("c", 2, "own", 400)], 10)
    assert second.loss_saved < first.loss_saved
    assert len(alone.items) == 3
    both = saved(reached_of(TWO_PHONES, HAZARDS, AS_OF), [10_000.0], {0: 0.95, 1: 0.95})
    assert first.loss_saved + second.loss_saved == pytest.approx(both)


def test_a_contact_waits_for_the_borrowers_own_phone():
    rows = [row("contact", 1, "contact", 900), row("own", 1, "own", 200), row("mail", 1, "own", 20, kind="email")]
    order = [each.point_id for each in planned(rows, 10).items]
    assert order.index("own") < order.index("contact")
    fresh = [row("contact", 1, "contact", 900), row("own", 1, "own", 3)]
    assert [each.point_id for each in planned(fresh, 0.12).items] == ["contact"]


@pytest.mark.parametrize("consented", [False, None])
def test_a_contact_who_has_not_agreed_is_never_bothered(consented):
    rows = [row("own", 1, "own", 400), row("c", 1, "contact", 400, consented=consented)]
    assert [each.point_id for each in planned(rows, 1000).items] == ["own"]


def test_a_withdrawn_contact_is_never_bothered():
    rows = [
        row("own", 1, "own", 400),
        row("c", 1, "contact", 400),
        row("c", 1, "contact", 90, K.SILENT, consented=False),
    ]
    assert [each.point_id for each in planned(rows, 1000).items] == ["own"]


def test_nothing_is_sent_to_a_number_that_a_stranger_holds():
    found = planned([row("a", 1, "own", 400), row("a", 1, "own", 9, K.REASSIGNED), row("b", 1, "own", 50)], 10)
    assert {each.point_id: each.channel for each in found.items} == {"a": "ask_borrower", "b": "status_and_code"}
    assert "stranger" in found.items[0].why


def test_where_nobody_can_be_asked_a_re_check_is_worth_nothing():
    only = Assumptions(HAZARDS, CHANNELS, Pooling(), Worth(found_anyway=0.0))
    assert not planned([row("a", 1, "own", 400)], 10, assumed=only).items
    assert planned([row("a", 1, "own", 400), row("m", 1, "own", 400, kind="email")], 10, assumed=only).items


def test_one_dear_re_check_that_saves_more_than_many_cheap_ones():
    dear = Assumptions(HAZARDS, CHANNELS | {"phone": (Channel("call", 90_000, 0.9),), "email": (Channel("code", 20_000, 0.9),)},
                       Pooling(), Worth())  # fmt: skip
    rows = [row("m", 1, "own", 400, kind="email"), row("p", 2, "own", 400)]
    found = planned(rows, 9.0, {1: 1_000.0, 2: 4_000.0}, dear)
    assert [each.point_id for each in found.items] == ["p"]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_greedy_is_near_the_best_choice_of_few(data):
    """At equal costs, on small books: at least 1 - 1/e of the best set found by trying all (Nemhauser and others)."""
    rows = []
    for number in range(data.draw(st.integers(2, 6))):
        borrower, role = data.draw(st.sampled_from((1, 2))), data.draw(st.sampled_from(("own", "own", "contact")))
        rows.append(row(number, borrower, role, data.draw(st.integers(31, 900)), kind="email"))
    reached = reached_of(rows, HAZARDS, AS_OF)
    owed = [10_000.0] * len(reached.borrower_id)
    pairs = itertools.combinations(range(len(reached.link_point)), min(2, len(rows)))
    best = max(saved(reached, owed, dict.fromkeys(pair, 0.9)) for pair in pairs)
    assert sum(each.loss_saved for each in planned(rows, 0.04).items) >= (1 - 1 / np.e) * best - 1e-9


def test_costs_of_a_lender():
    given = read_channels({"phone": {"visit": {"cost": 30, "detects": 0.99}}})
    assert given["phone"] == (Channel("visit", 300_000, 0.99),)
    assert given["email"] == CHANNELS["email"]
    for wrong, told in (
        ({"fax": {}}, "fax"),
        ({"phone": {"code": {"cost": 0}}}, r"phone\.code: expected cost"),
        ({"phone": {"code": {"cost": 1, "detects": 2}}}, "detects of 2"),
    ):
        with pytest.raises(BadInput, match=told):
            read_channels(wrong)
