"""A lost-contact episode: opened on evidence alone, own points before contacts, ended when the borrower is heard."""

from __future__ import annotations

from datetime import date, timedelta

import episode_town as town
import pytest
from django.db import DatabaseError, transaction
from episode_town import DAY, NOW, STAFF

from kaopu.conduct.actions.record_outcome import record_inbound
from kaopu.contacts.actions.close_episode import close_episode
from kaopu.contacts.actions.next_step import next_step
from kaopu.contacts.actions.note_step import note_step
from kaopu.contacts.actions.offer_help import offer_help
from kaopu.contacts.actions.open_episode import NotOpened, Why, open_episode
from kaopu.contacts.actions.take_way import take_way
from kaopu.contacts.actions.withdraw import withdraw
from kaopu.contacts.core.episode import End, NextAct, Step
from kaopu.contacts.models import Episode, EpisodeStep
from kaopu.kernel import events
from kaopu.outreach.actions.end_call import CallOutcome, end_call
from kaopu.outreach.actions.send_message import Refused, Sent

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def lost():
    return town.somebody_lost()


@pytest.fixture
def opened(lost):
    found = open_episode(lost.borrower, actor=STAFF, now=NOW)
    assert isinstance(found, Episode), found
    return found


def step_at(episode, now):
    return next_step(episode, clock=town.clock(now), actor=STAFF)


def own_tried(episode, now):
    """Take every own way that the policy offers at `now`; what is next then."""
    for _ in range(6):
        found = step_at(episode, now)
        if found.act is not NextAct.OWN_POINT:
            return found
        assert isinstance(take_way(episode, found.best, actor=STAFF, now=now), Sent)
    return step_at(episode, now)


def test_it_opens_on_the_evidence_that_the_rules_name(lost):
    found = open_episode(lost.borrower, actor=STAFF, now=NOW)
    assert {rule for rule, verdict, _ in found.evidence if verdict == "pass"} == {"CN-GB-02", "X-DEF-08", "X-DEF-09"}
    assert found.days_past_due >= 7
    again = open_episode(lost.borrower, actor=STAFF, now=NOW)
    assert isinstance(again, NotOpened)
    assert again.why is Why.ALREADY_OPEN
    assert Episode.objects.count() == 1


def test_who_called_yesterday_is_not_lost(lost):
    record_inbound(f"party:{lost.borrower}", "voice", "point:1", now=NOW - HOUR)
    found = open_episode(lost.borrower, actor=STAFF, now=NOW)
    assert found.why is Why.NOT_LOST
    assert "X-DEF-08" in {rule.id for rule in found.evidence.rules if rule.verdict == "refuse"}


def test_nobody_unknown_is_lost(db):
    assert open_episode(10**9, actor=STAFF, now=NOW).why is Why.FACTS_UNKNOWN


def test_own_points_come_before_a_contact_and_each_step_takes_its_permit(lost, opened):
    first = step_at(opened, NOW)
    assert first.act is NextAct.OWN_POINT
    assert first.best.way.own
    after = own_tried(opened, NOW)
    assert after.act is NextAct.ASK_CONTACT
    assert after.best.way.person == lost.contact_party
    assert isinstance(take_way(opened, after.best, actor=STAFF, now=NOW), Sent)
    # one at a time: the one who was asked is not asked again
    assert step_at(opened, NOW + HOUR).act is not NextAct.ASK_CONTACT
    assert EpisodeStep.objects.filter(step=Step.CONTACT_ASKED).count() == 1


def test_without_an_episode_no_contact_is_asked(lost, opened):
    asked = own_tried(opened, NOW).best
    close_episode(opened.pk, End.NOT_LOST, actor=STAFF, now=NOW)
    refused = take_way(opened, asked, actor=STAFF, now=NOW)
    assert isinstance(refused, Refused)
    assert "EPISODE" in refused.why


def test_on_a_sunday_the_contact_waits_for_monday(lost, opened):
    sunday = NOW + 5 * DAY
    found = step_at(opened, sunday)
    contact = next(each for each in found.ways if not each.way.own)
    assert "X-DEF-07" in contact.way.refused_by
    assert contact.way.next_allowed_at is not None
    assert contact.way.next_allowed_at.astimezone(sunday.tzinfo) == sunday.replace(hour=1) + DAY


def test_a_contact_who_withdrew_is_no_way_any_more(lost, opened):
    asked = own_tried(opened, NOW).best
    withdraw(lost.contact, actor=f"contact:{lost.contact}", now=NOW)
    assert isinstance(take_way(opened, asked, actor=STAFF, now=NOW), Refused)
    assert [each for each in step_at(opened, NOW).ways if not each.way.own] == []


def test_a_talk_with_the_borrower_ends_it(lost, opened):
    found = step_at(opened, NOW)
    call = next(each for each in found.ways if each.way.own and each.way.channel == "voice")
    sent = take_way(opened, call, actor=STAFF, now=NOW)
    assert isinstance(sent, Sent)
    end_call(sent.message_id, CallOutcome.TALKED, actor=STAFF, now=NOW + HOUR)
    events.deliver_pending(NOW + HOUR)
    opened.refresh_from_db()
    assert opened.end == End.FOUND
    assert opened.closed_at == NOW + HOUR


def test_hard_times_turn_to_care(lost, opened):
    call = next(each for each in step_at(opened, NOW).ways if each.way.own and each.way.channel == "voice")
    sent = take_way(opened, call, actor=STAFF, now=NOW)
    end_call(sent.message_id, CallOutcome.HARD_TIMES, actor=STAFF, now=NOW + HOUR)
    events.deliver_pending(NOW + HOUR)
    opened.refresh_from_db()
    assert opened.end == End.CARE


def test_who_died_is_not_searched_for(lost, opened):
    day = date(2026, 11, 20)
    town.record_fact(lost.borrower, town.FactKind.DEAD, "yes", since=day, actor=STAFF, now=NOW)
    assert step_at(opened, NOW).act is NextAct.CARE


def test_a_message_being_passed_on_is_given_two_days(lost, opened):
    own_tried(opened, NOW)
    assert note_step(opened.pk, Step.PASSED_ON, actor=STAFF, now=NOW, person=lost.contact_party)
    assert step_at(opened, NOW + DAY).act is NextAct.WAIT
    assert step_at(opened, NOW + 3 * DAY).act is not NextAct.WAIT


def test_an_offer_to_help_is_noted_and_ends_nothing(lost, opened):
    offer_help(lost.contact, now=NOW + HOUR)
    events.deliver_pending(NOW + HOUR)
    opened.refresh_from_db()
    assert opened.closed_at is None
    assert opened.steps.filter(step=Step.OFFERED_HELP, person_id=lost.contact_party).exists()


def test_what_happened_stays(lost, opened):
    note_step(opened.pk, Step.OTHER_SOURCE, actor=STAFF, now=NOW)
    for wrong in (
        lambda: EpisodeStep.objects.update(step=Step.PASSED_ON),
        lambda: Episode.objects.filter(pk=opened.pk).update(days_past_due=0),
        lambda: Episode.objects.filter(pk=opened.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()
    assert close_episode(opened.pk, End.GIVEN_UP, actor=STAFF, now=NOW)
    assert not close_episode(opened.pk, End.FOUND, actor=STAFF, now=NOW)
    assert not note_step(opened.pk, Step.OTHER_SOURCE, actor=STAFF, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Episode.objects.filter(pk=opened.pk).update(closed_at=None, end="", closed_by="")


def test_the_decision_is_on_record_with_the_policy_that_took_it(lost, opened):
    from kaopu.decision.models import Decision

    found = step_at(opened, NOW)
    row = Decision.objects.get(pk=found.taken.id)
    assert row.policy_name == "lost-contact"
    assert row.reasons == ["L03"]
    assert date(2026, 11, 24) == row.as_of
