"""The town as built: nobody names themselves, rings close, lives and spells agree, the lost are those whom nothing reaches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaopu.kernel.core.errors import BadInput
from kaopu.twin.core.borrowers import Scheme
from kaopu.twin.core.build import build
from kaopu.twin.core.emissions import EVIDENCE, VIA
from kaopu.twin.core.nomination_kinds import Kind
from kaopu.twin.core.observe import SECONDS_PER_DAY, observe
from kaopu.twin.core.points import CONTACT, OWN
from kaopu.twin.core.states import state_of
from kaopu.twin.core.town import recheck, recheck_costs
from kaopu.twin.core.truth import alive, helps, lost, lost_exposure_minor
from kaopu.twin.world_files import load_world, shipped

WORLD = load_world("base")
TOWN = build(WORLD, borrowers=6_000, days=365, seed=3)


def test_nobody_names_themselves_or_the_same_person_twice():
    pairs = set(zip(TOWN.names.source.tolist(), TOWN.names.target.tolist(), strict=True))
    assert len(pairs) == len(TOWN.names.source)
    assert not any(source == target for source, target in pairs)


def test_each_ring_is_closed():
    names = TOWN.names
    following = {}
    for source, target, kind in zip(names.source.tolist(), names.target.tolist(), names.kind.tolist(), strict=True):
        if kind == Kind.RING:
            following.setdefault(source, []).append(target)
    members = np.flatnonzero(TOWN.borrowers.scheme == Scheme.RING)
    assert len(members) > 50
    for member in members.tolist():
        seen, waiting = set(), [member]
        while waiting:
            new = [one for one in following[waiting.pop()] if one not in seen]
            seen.update(new)
            waiting += new
        assert member in seen
        assert {TOWN.borrowers.group[one] for one in seen} == {TOWN.borrowers.group[member]}


def test_shares_of_the_world_are_met():
    kinds = np.bincount(TOWN.names.kind, minlength=7)
    assert kinds[Kind.SELF] == round(6_000 * WORLD.fakes.self_share)
    assert kinds[Kind.HUB] == round(6_000 * WORLD.fakes.hub_share)
    accepted = np.isfinite(TOWN.process.accepted)
    assert not accepted[TOWN.names.kind == Kind.INVENTED].any()
    assert accepted[TOWN.names.kind == Kind.RING].mean() > 0.9


def test_what_happens_to_a_nomination_happens_in_order():
    process = TOWN.process
    never = np.isinf
    for before, after in (
        (process.nominated, process.opened),
        (process.opened, process.accepted),
        (process.accepted, process.verified),
        (process.opened, process.refused),
        (process.accepted, process.withdrawn),
    ):
        assert (never(after) | (before < after)).all()
    assert not (np.isfinite(process.accepted) & np.isfinite(process.refused)).any()
    assert (TOWN.borrowers.created[TOWN.names.source] < process.nominated).all()


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_points_die_at_the_planted_rate(kind):
    # Of values that lived at the start: the share that ends within the run is 1 - exp(-rate * years at risk).
    world = load_world("base")
    rates = (world.churn.phone_per_year, world.churn.email_per_year, world.churn.app_per_year)
    lives = build(world, borrowers=40_000, days=365, seed=9).lives
    these = (lives.kind == kind) & np.isfinite(lives.born) & (lives.ending == 0)
    at_risk = np.minimum(lives.down, 365) - np.minimum(lives.born, 365)
    ended = np.count_nonzero(these & (lives.down < 365))
    exposed = at_risk[(lives.kind == kind) & np.isfinite(lives.born)].sum() / 365
    assert ended / exposed == pytest.approx(rates[kind], abs=4 * np.sqrt(ended) / exposed)


def test_lost_are_those_whom_nothing_reaches():
    for day in (100, 250, 365):
        found = lost(TOWN, day)
        points, living, helping = TOWN.points, alive(TOWN, day), helps(TOWN, day)
        for borrower in range(0, 6_000, 37):
            mine = points.borrower == borrower
            reached = (living & mine & (points.role == OWN)).any() or (helping & mine).any()
            known = TOWN.borrowers.created[borrower] <= day < TOWN.persons.died[borrower]
            assert found[borrower] == (known and not reached)
        assert lost_exposure_minor(TOWN, day) == TOWN.borrowers.exposure_minor[found].sum()
    assert lost(TOWN, 365).sum() > lost(TOWN, 100).sum()


def test_fakes_help_nobody():
    helping = TOWN.points.nomination[helps(TOWN, 365)]
    assert len(helping) > 1_000
    assert (TOWN.names.kind[helping] < Kind.RING).all()


def test_nothing_is_seen_before_a_point_is_known_or_after_consent_ends():
    seen = observe(TOWN, 0, 365, 0)
    day = seen.second / SECONDS_PER_DAY
    assert (day >= TOWN.points.created[seen.point] - 1 / SECONDS_PER_DAY).all()
    assert (day <= TOWN.points.consent_ended[seen.point]).all()
    assert (day < 365).all()
    assert np.isfinite(TOWN.points.consent_ended).sum() > 20
    key = seen.point * 10**9 + seen.second
    assert (np.diff(key) >= 0).all()


def test_outcomes_come_as_the_world_says():
    seen = observe(TOWN, 0, 365, 0)
    day = seen.second / SECONDS_PER_DAY
    holder = TOWN.points.holder[seen.point]
    quiet = ~TOWN.borrowers.evasive[TOWN.points.borrower[seen.point]] & ~(TOWN.persons.ill_from[holder] < 365)
    from kaopu.twin.core.lives import lives_at

    living = lives_at(TOWN.lives, TOWN.points.value[seen.point], day) & quiet & ~TOWN.outages[seen.via, day.astype(int)]
    calls = living & (seen.via == VIA.index("call"))
    share = (seen.evidence[calls] == EVIDENCE.index("right_party")).mean()
    assert share == pytest.approx(0.45, abs=4 * np.sqrt(0.25 / calls.sum()))


def test_windows_of_observation_are_reproducible_and_separate():
    first, again, other = observe(TOWN, 30, 60, 5), observe(TOWN, 30, 60, 5), observe(TOWN, 30, 60, 6)
    assert np.array_equal(first.second, again.second)
    assert np.array_equal(first.evidence, again.evidence)
    assert not np.array_equal(first.second, other.second)
    assert first.second.min() >= 30 * SECONDS_PER_DAY
    assert first.second.max() < 60 * SECONDS_PER_DAY


def test_what_came_out_once_comes_out_again_where_the_world_says_so():
    world = load_world("correlated-evidence")
    world = replace(world, attempts=replace(world.attempts, repeat_share=1.0))
    town = build(world, borrowers=2_000, days=365, seed=2)
    seen = observe(town, 0, 365, 0)
    state = state_of(town, seen.point, seen.second / SECONDS_PER_DAY, seen.via)
    first = {}
    # The confirmation with which a point begins is no attempt of the schedule.
    begun = np.diff(seen.point, prepend=-1) != 0
    for key in zip(seen.point[~begun], seen.via[~begun], state[~begun], seen.evidence[~begun], strict=True):
        first.setdefault(key[:3], set()).add(key[3])
    assert max(map(len, first.values())) == 1
    assert sum(len(one) for one in first.values()) > 5_000


def _known(day):
    points = TOWN.points
    return np.flatnonzero((points.created <= day) & (day < points.consent_ended)) + 1


def test_a_recheck_finds_out_and_renews_what_can_be_renewed():
    ids = _known(300)
    checked = recheck(TOWN, ids, 300, 1)
    before, after = alive(TOWN, 300), alive(checked.town, 300)
    renewed = np.isin(np.arange(len(before)), checked.renewed - 1)
    assert renewed.sum() > 100
    assert not before[renewed].any()
    assert after[renewed].all()
    assert np.array_equal(before[~renewed], after[~renewed])
    # Whom nothing reached cannot be asked for a new number: a re-check too late helps nobody.
    assert not lost(TOWN, 300)[TOWN.points.borrower[renewed]].any()
    assert lost(checked.town, 365).sum() < lost(TOWN, 365).sum()
    assert checked.cost_minor == recheck_costs(TOWN)[ids - 1].sum()


def test_a_recheck_tells_living_from_dead():
    checked = recheck(TOWN, _known(300), 300, 1)
    confirmed = np.unique(checked.point_id[checked.evidence == "code_confirmed"]) - 1
    old = np.setdiff1d(confirmed, checked.renewed - 1)
    assert alive(TOWN, 300)[old].mean() > 0.99


def test_a_recheck_is_reproducible_and_refuses_what_the_lender_does_not_hold():
    ids = _known(200)[:500]
    assert np.array_equal(recheck(TOWN, ids, 200, 4).evidence, recheck(TOWN, ids, 200, 4).evidence)
    with pytest.raises(BadInput, match="point 0: not in this town"):
        recheck(TOWN, [0], 200, 1)
    withdrawn = np.flatnonzero(TOWN.points.consent_ended < 365)[0] + 1
    with pytest.raises(BadInput, match="withdrawn, on day 365"):
        recheck(TOWN, [withdrawn], 365, 1)


@pytest.mark.parametrize("world", shipped())
def test_every_shipped_world_builds(world):
    town = build(load_world(world), borrowers=1_500, days=200, seed=1)
    assert len(observe(town, 0, 200, 0).point) > 1_000
    assert (town.points.role == CONTACT).sum() > 500


@pytest.mark.parametrize(("borrowers", "days"), [(1, 1), (2, 30), (7, 5)])
def test_small_towns_build(borrowers, days):
    town = build(WORLD, borrowers=borrowers, days=days, seed=0)
    assert len(town.borrowers.family) == borrowers
    observe(town, 0, days, 0)


def test_a_town_of_nobody_is_refused():
    with pytest.raises(BadInput, match="borrowers: 0 given, expected 1 or more"):
        build(WORLD, borrowers=0, days=10, seed=0)


def test_worlds_differ_in_what_they_are_for():
    def town(name):
        return build(load_world(name), borrowers=6_000, days=365, seed=3)

    correlated, strangers, adaptive = (
        town("correlated-evidence"),
        town("reassigned-numbers"),
        town("adaptive-fraudsters"),
    )
    assert (correlated.lives.ending == 1).sum() > 100
    assert (TOWN.lives.ending == 1).sum() == 0
    assert np.isfinite(strangers.lives.stranger).sum() > 2 * np.isfinite(TOWN.lives.stranger).sum()

    def same_device(one):
        own = one.names.kind == Kind.SELF
        return (one.signals.source_device == one.signals.target_device)[own].mean()

    assert same_device(adaptive) < 0.5 < same_device(TOWN)
    assert town("heterogeneous-churn").outages.mean() < 0.02 < correlated.outages.mean()
