"""Reach from the lender's own records: what was given, confirmed, checked and attempted, in a real database."""

from datetime import timedelta
from uuid import uuid4

import contact_life as town
import pytest
from contact_life import NOW

from kaopu.conduct.actions.record_outcome import record_attempt_elsewhere
from kaopu.contacts import coverage_facts, links
from kaopu.contacts.actions.verify import verify
from kaopu.contacts.actions.withdraw import withdraw
from kaopu.contacts.core.borrower_reach import POOLING
from kaopu.contacts.core.coverage import coverage, usable_share
from kaopu.contacts.core.evidence import EvidenceKind, Via
from kaopu.contacts.core.hazard import HAZARDS
from kaopu.contacts.core.one_time_code import CodePurpose
from kaopu.contacts.core.reached import lost_of, reached_of
from kaopu.contacts.lender_evidence import evidence_rows
from kaopu.contacts.models import Episode
from kaopu.party import store as party
from kaopu.party.core.points import PointKind

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
K = EvidenceKind


@pytest.fixture(autouse=True)
def _empty_outbox():
    town.clear_outbox()
    yield
    town.clear_outbox()


def attempt(point, outcome, day, channel="voice"):
    at = NOW + day * DAY
    record_attempt_elsewhere("party:1", channel, f"point:{point}", outcome, now=at, at=at)


def signs(rows, role):
    return [(row.evidence.kind, row.evidence.via) for row in rows if row.role == role]


def test_what_the_records_say_becomes_evidence():
    borrower = town.borrower()
    own = party.points(borrower)[0].id
    accepted = town.agreed(borrower)
    link = links.find(accepted.own_token)
    code = town.coded(link, CodePurpose.SECOND, "a@example.com", PointKind.EMAIL, now=NOW + DAY)
    verify(link, PointKind.EMAIL, code, now=NOW + DAY)
    for day, outcome in ((2, "no-answer"), (3, "conversation"), (4, "invalid")):
        attempt(own, outcome, day)
    attempt(own, "delivered", 5, "sms")
    attempt("77777", "conversation", 2)  # nobody's point

    rows = evidence_rows(NOW + 10 * DAY)
    assert signs(rows, "own") == [
        (K.RECORDED, Via.UNKNOWN), (K.NO_ANSWER, Via.CALL), (K.RIGHT_PARTY, Via.CALL), (K.INVALID_NUMBER, Via.CALL),
        (K.DELIVERED, Via.SMS),
    ]  # fmt: skip
    assert signs(rows, "contact") == [(K.RECORDED, Via.UNKNOWN), (K.CODE_CONFIRMED, Via.CODE)] * 2
    assert {row.point_kind for row in rows if row.role == "contact"} == {"phone", "email"}
    assert {row.borrower_id for row in rows} == {borrower}
    assert signs(evidence_rows(NOW + 3 * DAY), "own")[-1] == (K.RIGHT_PARTY, Via.CALL)  # as it was known then


def test_a_contact_counts_until_they_withdraw():
    borrower = town.borrower()
    attempt(party.points(borrower)[0].id, "invalid", 1)
    accepted = town.agreed(borrower)

    def lost(day):
        reached = reached_of(evidence_rows(NOW + day * DAY), HAZARDS, NOW + day * DAY)
        return lost_of(reached, POOLING)[0]

    before = lost(2)
    withdraw(accepted.contact_id, actor="contact:1", now=NOW + 3 * DAY)
    assert before < 0.55
    assert lost(4) > 0.95
    assert lost(2) == before  # that day can be looked at again


def test_nobody_is_held_where_nobody_owes():
    assert evidence_rows(NOW) == []


def test_coverage_from_the_records():
    borrower = town.borrower()
    town.invited(borrower)
    accepted = town.agreed(borrower)
    code = town.coded(
        links.find(accepted.own_token), CodePurpose.SECOND, "a@example.com", PointKind.EMAIL, now=NOW + DAY
    )
    verify(links.find(accepted.own_token), PointKind.EMAIL, code, now=NOW + DAY)

    early = coverage(coverage_facts.journeys(NOW + 2 * DAY, HAZARDS, 5))
    assert (early.nominated, early.accepted, early.verified, early.verified_180_days) == (2, 1, 1, 0)
    assert early.cost_per_verified_minor == 10  # two codes were sent
    later = coverage(coverage_facts.journeys(NOW + 200 * DAY, HAZARDS, 5))
    assert later.verified_180_days == 1
    assert 0.85 < later.alive_180 < 0.95

    withdraw(accepted.contact_id, actor="contact:1", now=NOW + 90 * DAY)
    assert coverage(coverage_facts.journeys(NOW + 200 * DAY, HAZARDS, 5)).alive_180 == 0
    assert coverage_facts.contact_reaches(borrower, NOW + 60 * DAY, HAZARDS).keys() == {
        each.id for each in party.points(accepted.party_id)
    }
    assert not coverage_facts.contact_reaches(borrower, NOW + 100 * DAY, HAZARDS)


def test_lost_borrowers_with_somebody_to_ask():
    with_contact, alone = town.borrower(), town.borrower("13800004472", "李四")
    town.agreed(with_contact)
    for borrower in (with_contact, alone):
        Episode.objects.create(
            id=uuid4(), borrower_id=borrower, evidence=[], days_past_due=40, opened_at=NOW + 40 * DAY
        )
    assert usable_share(coverage_facts.lost_episodes(NOW + 50 * DAY, HAZARDS)) == 0.5
    assert usable_share(coverage_facts.lost_episodes(NOW + 30 * DAY, HAZARDS)) is None
