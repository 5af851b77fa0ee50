"""The filter of one point: tables first, then laws over any history, then an oracle in small discrete steps."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaopu.contacts.core.decay import decay_curve, observed_decay
from kaopu.contacts.core.evidence import EVIDENCE_KINDS, Evidence, EvidenceKind, Via, evidence_kind, instant
from kaopu.contacts.core.hazard import HAZARDS, Hazard
from kaopu.contacts.core.reach import explain_point, filter_point
from kaopu.contacts.core.reach_discrete import observe, predict
from kaopu.kernel.core.errors import BadInput

START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365.25)
PHONE = HAZARDS["phone"]
K = EvidenceKind

histories = st.lists(
    st.builds(
        Evidence, st.integers(0, 1000).map(lambda day: START + timedelta(days=day)), st.sampled_from(EVIDENCE_KINDS)
    ),
    max_size=12,
)


def test_churn_alone_is_the_exponential():
    never_back = Hazard(0.3, return_per_year=0.0, prior=0.9, likelihoods={})
    seen = [Evidence(START, K.DELIVERED)]
    assert filter_point(seen, never_back, START + 2 * YEAR) == pytest.approx(0.9 * math.exp(-0.6), abs=1e-12)


def test_it_settles_where_leaving_and_return_balance():
    hazard = Hazard(0.3, return_per_year=0.1, likelihoods={})
    assert filter_point([Evidence(START, K.SILENT)], hazard, START + 200 * YEAR) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        (K.CODE_CONFIRMED, 0.99, 1.0),
        (K.RIGHT_PARTY, 0.99, 1.0),
        (K.READ, 0.95, 1.0),
        (K.DELIVERED, 0.90, 0.95),
        (K.NO_ANSWER, 0.70, 0.85),
        (K.SILENT, 0.60, 0.85),
        (K.BOUNCED, 0.20, 0.40),
        (K.WRONG_NUMBER, 0.01, 0.15),
        (K.INVALID_NUMBER, 0.0, 0.02),
        (K.REASSIGNED, 0.0, 0.02),
    ],
)
def test_what_one_sign_makes_of_the_prior(kind, low, high):
    assert low < filter_point([Evidence(START, kind)], Hazard(0.2, prior=0.85), START) < high


def test_what_comes_after_the_date_is_not_known_yet():
    known = [Evidence(START, K.CODE_CONFIRMED)]
    later = [*known, Evidence(START + YEAR, K.INVALID_NUMBER)]
    assert filter_point(later, PHONE, START + YEAR / 2) == filter_point(known, PHONE, START + YEAR / 2)
    assert filter_point(later, PHONE, START + YEAR) < 0.1


def test_rows_of_the_file_and_a_bare_rate_serve_in_a_notebook():
    rows = [{"at": "2026-01-01T00:00:00Z", "evidence": "code_confirmed"}]
    assert filter_point(rows, 0.2, "2026-07-01") == filter_point(
        [Evidence(START, K.CODE_CONFIRMED)], Hazard(0.2), datetime(2026, 7, 1, tzinfo=UTC)
    )


@given(histories, st.integers(0, 2000))
def test_it_is_a_chance_and_the_order_of_rows_does_not_matter(history, day):
    at = START + timedelta(days=day)
    found = filter_point(history, PHONE, at)
    assert 0.0 <= found <= 1.0
    assert filter_point(list(reversed(history)), PHONE, at) == pytest.approx(found, abs=1e-12)


@given(histories, st.integers(0, 1000))
def test_good_news_never_lowers_and_bad_news_never_raises(history, day):
    # The first sign says since when the point is known, so all others come after one.
    history, at = [Evidence(START, K.DELIVERED), *history], START + timedelta(days=day)
    plain = filter_point(history, PHONE, START + timedelta(days=1100))
    for kind in (K.CODE_CONFIRMED, K.RIGHT_PARTY, K.READ, K.DELIVERED):
        assert filter_point([*history, Evidence(at, kind)], PHONE, START + timedelta(days=1100)) >= plain - 1e-12
    for kind in (K.NO_ANSWER, K.BOUNCED, K.INVALID_NUMBER, K.WRONG_NUMBER, K.REASSIGNED, K.SILENT):
        assert filter_point([*history, Evidence(at, kind)], PHONE, START + timedelta(days=1100)) <= plain + 1e-12


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from(EVIDENCE_KINDS)), min_size=1, max_size=6))
def test_a_chain_of_hours_comes_to_the_same(signs):
    """The oracle: a discrete chain of one step an hour, no exponential anywhere."""
    churn, back = PHONE.churn_per_year / (365.25 * 24), PHONE.return_per_year / (365.25 * 24)
    chain = ((1 - churn, churn), (back, 1 - back))
    first = min(day for day, _ in signs)
    state = (PHONE.prior, 1 - PHONE.prior)
    for day in range(first, 320):
        for _, kind in [each for each in signs if each[0] == day]:
            state = observe(state, PHONE.likelihood(kind))
        for _ in range(24):
            state = predict(state, chain)
    history = [Evidence(START + timedelta(days=day), kind) for day, kind in signs]
    assert filter_point(history, PHONE, START + timedelta(days=320)) == pytest.approx(state[0], abs=1e-5)


def test_every_step_is_told():
    signs = [Evidence(START, K.CODE_CONFIRMED), Evidence(START + YEAR, K.NO_ANSWER)]
    found = explain_point(signs, PHONE, START + YEAR)
    first, second = found.steps
    assert first.before == PHONE.prior
    assert second.before < first.after
    assert second.after == found.reach < second.before
    assert (second.if_alive, second.if_dead) == PHONE.likelihood(K.NO_ANSWER)
    assert found.confirmed_at == START


@pytest.mark.parametrize(
    ("history", "suppress"),
    [
        ([(0, K.CODE_CONFIRMED)], False),
        ([(0, K.CODE_CONFIRMED), (9, K.REASSIGNED)], True),
        ([(0, K.CODE_CONFIRMED), (9, K.REASSIGNED), (12, K.DELIVERED)], True),  # a stranger's phone takes delivery
        ([(0, K.REASSIGNED), (9, K.CODE_CONFIRMED)], False),  # theirs again, and confirmed
        ([(0, K.WRONG_NUMBER)], True),
        ([(5, K.CODE_CONFIRMED), (5, K.REASSIGNED)], True),  # of one instant: the careful reading
        ([(0, K.INVALID_NUMBER)], False),  # nobody there, so nobody is told
        ([(40, K.REASSIGNED)], False),  # not known yet
    ],
)
def test_content_is_suppressed_once_a_stranger_holds_the_number(history, suppress):
    signs = [Evidence(START + timedelta(days=day), kind) for day, kind in history]
    assert explain_point(signs, PHONE, START + timedelta(days=30)).suppress is suppress


def test_how_a_sign_came_about_decides_what_it_tells():
    hazard = Hazard(0.2, likelihoods={K.SILENT: (0.5, 0.9)}, likelihoods_via={(Via.CODE, K.SILENT): (0.1, 0.95)})
    assert hazard.likelihood(K.SILENT) == hazard.likelihood(K.SILENT, Via.CALL) == (0.5, 0.9)
    assert hazard.likelihood(K.SILENT, Via.CODE) == (0.1, 0.95)
    assert hazard.likelihood(K.READ) == (1.0, 1.0)


def test_the_same_again_by_the_same_way_tells_less():
    """Half of all attempts repeat the last: of two silences the second says what (0.5 + 0.5 p) at each state says."""
    words = {K.SILENT: (0.4, 0.9), K.CODE_CONFIRMED: (0.6, 0.1)}
    plain = Hazard(0.0, 0.0, 0.5, likelihoods=words)
    repeating = Hazard(0.0, 0.0, 0.5, likelihoods=words, repeats=0.5)
    one, two = Evidence(START, K.SILENT, Via.CODE), Evidence(START + YEAR, K.SILENT, Via.CODE)
    assert filter_point([one], repeating, START) == filter_point([one], plain, START)
    odds = 0.4 / 0.9 * (0.5 + 0.5 * 0.4) / (0.5 + 0.5 * 0.9)
    assert filter_point([one, two], repeating, START + YEAR) == pytest.approx(odds / (1 + odds))
    other_way = Evidence(START + YEAR, K.SILENT, Via.SMS)
    assert filter_point([one, other_way], repeating, START + YEAR) == filter_point([one, two], plain, START + YEAR)
    with pytest.raises(BadInput, match="repeats"):
        Hazard(0.2, repeats=1.0)


def test_words_that_lenders_use_and_words_that_are_none():
    assert evidence_kind("Right-party call") is K.RIGHT_PARTY
    assert evidence_kind("二次号码") is K.REASSIGNED
    with pytest.raises(BadInput, match="'hope': expected one of code_confirmed"):
        evidence_kind("hope")


def test_instants_are_utc_and_nonsense_is_refused():
    assert instant("2026-06-30T08:00:00+08:00") == datetime(2026, 6, 30, tzinfo=UTC) == instant("2026-06-30")
    with pytest.raises(BadInput, match="expected a date or an instant"):
        instant("soon")


def test_a_hazard_that_cannot_be_is_refused():
    for wrong in ({"churn_per_year": -1}, {"prior": 1.0}, {"likelihoods": {K.READ: (0.0, 1.0)}}):
        with pytest.raises(BadInput):
            Hazard(**{"churn_per_year": 0.2, **wrong})


def test_decay_curves_fall_and_bands_show_belief_beside_truth():
    curve = decay_curve(PHONE, (0, 30, 180, 365))
    assert curve[0] == 1.0
    assert list(curve) == sorted(curve, reverse=True)
    bands = observed_decay([(10, 0.9, True), (20, 0.8, False), (400, 0.5, False)])
    assert [(each.from_days, each.count) for each in bands] == [(0, 2), (365, 1)]
    assert (bands[0].believed, bands[0].found) == (pytest.approx(0.85), 0.5)
