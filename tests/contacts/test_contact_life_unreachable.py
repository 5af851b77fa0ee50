"""A contact who withdrew is unreachable by every code path, walked one by one; and nobody adds a path unseen.

Three moments: right after the tap, when it could still be undone; once it can't be; and when a permit was out already.
Before the tap the same paths lead through, so each refusal here can fail.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import contact_life as town
import pytest
from contact_life import MINUTE, NUMBER

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "conduct"))

from permit_cases import DEBTOR, EPISODE, NOW, RELAY, lost_since, sources

import kaopu
from kaopu.conduct import sources as registry
from kaopu.conduct.actions.issue_permit import IssuedPermit, issue_permit
from kaopu.conduct.actions.use_permit import UsedPermit, use_permit
from kaopu.contacts import links, store
from kaopu.contacts.actions.accept import Refusal as NotAccepted
from kaopu.contacts.actions.accept import accept
from kaopu.contacts.actions.change_choices import change_choices
from kaopu.contacts.actions.erase_ended import erase_ended
from kaopu.contacts.actions.judge_code import TypedCode
from kaopu.contacts.actions.nominate import invite, invite_by_lender
from kaopu.contacts.actions.offer_help import Refusal as NoHelp
from kaopu.contacts.actions.offer_help import offer_help, start_help_payment
from kaopu.contacts.actions.send_code import CodeSent, send_code
from kaopu.contacts.actions.verify import enter, recheck, verify
from kaopu.contacts.actions.withdraw import withdraw
from kaopu.contacts.code_source import asker_facts, nobody_owes
from kaopu.contacts.core import nomination
from kaopu.contacts.core.contact_state import State, WhyNot
from kaopu.contacts.core.one_time_code import CodePurpose
from kaopu.contacts.obligor_source import obligor_facts
from kaopu.contacts.person_source import contact_facts
from kaopu.kernel.clock import FixedClock
from kaopu.outreach.actions.queue_message import queue_message, send_queued
from kaopu.outreach.actions.send_message import Refused, Sent, send_message
from kaopu.outreach.core.value import Kind, Value
from kaopu.party import store as party
from kaopu.party.actions.open_point import Refusal as NotOpened
from kaopu.party.actions.open_point import open_point
from kaopu.party.actions.record_verification import authorisation
from kaopu.party.core.points import SEND, PointKind

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NAME = {"name": Value(Kind.MASKED_NAME, "王*")}
CALL = {**NAME, "phone": Value(Kind.LENDER_PHONE, "400 000 0000")}
LINK = Value(Kind.LINK, "http://127.0.0.1:8000/r/abcdefghijklmnopqrst")
# Every text that a contact may get, by the purpose and content it serves.
TEXTS = {
    "contact-relay": ("relay", "relay", NAME),
    "contact-locate": ("locate", "none", {**NAME, "link": LINK}),
    "contact-answer": ("service", "none", {"link": LINK}),
    "contact-invitation": ("verify", "none", {**NAME, "link": LINK, "reference": Value(Kind.REFERENCE, "7F-204")}),
    "contact-code": ("verify", "none", {"code": Value(Kind.CODE, "123456")}),
    "contact-pay-link": ("pay-help", "payment", {"amount": Value(Kind.AMOUNT_TO_PAY, "CNY 20000"), "link": replace(LINK, kind=Kind.PAY_LINK)}),
    "contact-thanks": ("pay-help", "payment", {"amount": Value(Kind.AMOUNT_TO_PAY, "CNY 20000")}),
}  # fmt: skip


class Town:
    """A borrower who is truly lost, and a contact who agreed three days ago and offered to help."""

    def __init__(self):
        town.clear_outbox()
        agreed_at = NOW - 3 * DAY
        self.borrower = town.borrower()
        self.invitation, self.link = town.invited(self.borrower, now=agreed_at)
        self.contact = accept(self.link, town.coded(self.link, now=agreed_at), town.DAY, now=agreed_at)
        offer_help(self.contact.contact_id, now=agreed_at)
        (self.point,) = party.points(self.contact.party_id)
        lost_since(NOW, debtor=f"party:{self.borrower}")
        self.ask = replace(
            RELAY, person=f"party:{self.contact.party_id}", debtor=f"party:{self.borrower}", channel="sms",
            number=f"point:{self.point.id}",
        )  # fmt: skip

    @property
    def own(self):
        return links.find(self.contact.own_token)


@pytest.fixture
def here():
    # Persons and codes are the room's own; of the debtor it is only told that they are late, and of the episode that it is open.
    with registry.only(**sources(person=_every_person, debtor=_late, episode=_open)):
        yield Town()


def _every_person(ask, now):
    """All sources of persons that the room registers, as they are asked outside tests."""
    found = [facts for source in (contact_facts, obligor_facts, asker_facts) if (facts := source(ask, now)) is not None]
    assert len(found) < 2
    return found[0] if found else None


def _late(ask, now):
    return dict(DEBTOR) if ask.debtor.startswith("party:") else nobody_owes(ask, now)


def _open(ask, now):
    return dict(EPISODE) if ask.role == "contact" and ask.debtor.startswith("party:") else None


def ask_for(people, code):
    purpose, content, _ = TEXTS[code]
    return replace(people.ask, purpose=purpose, content=content)


MOMENTS = {"at once": 0 * MINUTE, "once it is final": 11 * MINUTE}


def end(people, after):
    """Withdraw at `NOW`, and let time pass."""
    withdraw(people.contact.contact_id, actor="contact:1", now=NOW)
    erase_ended(NOW + after)
    return NOW + after


def test_before_the_tap_the_paths_lead_through(here):
    for code in ("contact-relay", "contact-answer", "contact-pay-link"):
        sent = send_message(ask_for(here, code), code, TEXTS[code][2], actor="staff:1", now=NOW, language="en")
        assert isinstance(sent, Sent), (code, sent)
    assert open_point(here.point.id, reason=SEND, actor="staff:1", now=NOW) == NUMBER
    assert isinstance(
        send_code(here.own, CodePurpose.RECHECK, PointKind.PHONE, NUMBER, language="en", now=NOW), CodeSent
    )


@pytest.mark.parametrize("after", MOMENTS.values(), ids=MOMENTS)
def test_no_permit_whatever_it_calls_itself(here, after):
    now, asked, allowed = end(here, after), 0, []
    people = {
        "contact": here.ask.debtor,
        "debtor": here.ask.person,
        "guarantor": here.ask.debtor,
        "representative": here.ask.debtor,
    }
    ways = [
        (("CN",), "strict"),
        (("CN",), "law-only"),
        (("US",), "law-only"),
        (("IN",), "law-only"),
        (("CN", "US", "IN"), "strict"),
    ]
    words = product(
        ("collect", "remind", "locate", "relay", "pay-help", "verify", "service"), ("voice", "sms", "email", "app", "visit"),
        ("none",), people, ways,
    )  # fmt: skip
    for purpose, channel, content, role, (places, profile) in words:
        ask = replace(here.ask, purpose=purpose, channel=channel, content=content, role=role, debtor=people[role],
                      jurisdictions=places, profile=profile)  # fmt: skip
        asked += 1
        allowed += [ask] if isinstance(issue_permit(ask, actor="staff:1", now=now), IssuedPermit) else []
    assert asked == 700
    assert allowed == []


@pytest.mark.parametrize("after", MOMENTS.values(), ids=MOMENTS)
def test_no_message_of_any_text_language_or_caller_nor_through_the_queue(here, after):
    now = end(here, after)
    sent = len(town.outbox())
    for code, language, caller, channel in product(TEXTS, ("zh", "en"), ("human", "robot"), ("sms", "voice")):
        ask = replace(ask_for(here, code), caller=caller, channel=channel)
        assert isinstance(send_message(ask, code, TEXTS[code][2], actor="staff:1", now=now, language=language), Refused)
    request = queue_message(here.ask, "contact-relay", NAME, key="relay:1", actor="staff:1", now=now)
    assert isinstance(send_queued(request, FixedClock(now)), Refused)
    assert len(town.outbox()) == sent


def test_a_permit_and_a_queued_wish_from_before_are_worth_nothing_after(here):
    issued = issue_permit(here.ask, actor="staff:1", now=NOW)
    assert isinstance(issued, IssuedPermit)
    request = queue_message(here.ask, "contact-relay", NAME, key="relay:1", actor="staff:1", now=NOW)
    withdraw(here.contact.contact_id, actor="contact:1", now=NOW + MINUTE)
    assert not isinstance(use_permit(issued.permit_id, now=NOW + MINUTE), UsedPermit)
    assert isinstance(send_queued(request, FixedClock(NOW + MINUTE)), Refused)
    assert not isinstance(use_permit(issued.permit_id, now=NOW + 12 * MINUTE), UsedPermit)


@pytest.mark.parametrize("after", MOMENTS.values(), ids=MOMENTS)
def test_the_number_is_opened_found_and_shown_to_nobody(here, after):
    now = end(here, after)
    assert isinstance(open_point(here.point.id, reason=SEND, actor="staff:1", now=now), NotOpened)
    assert party.points_with("phone", NUMBER) == []
    assert all(point.ended_at is not None for point in party.points(here.contact.party_id))
    channels = ("voice", "sms", "email", "app", "visit", "any")
    assert all(authorisation(here.contact.party_id, channel, now) is None for channel in channels)
    assert [view.state for view in store.contacts_of(here.borrower, now)] == [State.WITHDRAWN]
    if after:
        assert [point.masked_value for point in party.points(here.contact.party_id)] == [""]
        assert isinstance(open_point(here.point.id, reason="legal-duty", actor="staff:1", now=now), NotOpened)


@pytest.mark.parametrize("after", MOMENTS.values(), ids=MOMENTS)
def test_nobody_invites_names_or_codes_them_again(here, after):
    now = end(here, after)
    sent = len(town.outbox())
    again = {"actor": town.ACTOR, "now": now}
    assert invite(here.contact.contact_id, **again) == nomination.Refusal.ENDED
    assert (
        invite_by_lender(here.contact.contact_id, switched_on=True, **again)
        == nomination.Refusal.LENDER_INVITATIONS_ARE_OFF
    )
    others = [here.borrower, town.borrower("13800000002", "李雷")]
    for borrower in others:  # the same one and another: a link can be made, and no code ever reaches the number
        _, link = town.invited(borrower, now=now)
        code = send_code(link, CodePurpose.ACCEPT, PointKind.PHONE, NUMBER, language="en", now=now)
        assert isinstance(code, CodeSent)
        guesses = [TypedCode(code.code_id, code.ticket, f"{n:06d}") for n in range(6)]
        assert not any(hasattr(accept(link, guess, town.DAY, now=now), "party_id") for guess in guesses)
    later = now + MINUTE
    for link in (here.own, links.find(here.invitation.token)):
        for purpose in CodePurpose:
            later += 61 * MINUTE
            send_code(link, purpose, PointKind.PHONE, NUMBER, language="en", now=later)
    assert len(town.outbox()) == sent


@pytest.mark.parametrize("after", MOMENTS.values(), ids=MOMENTS)
def test_their_own_links_reopen_nothing(here, after):
    now = end(here, after)
    code = TypedCode(
        town.coded(town.invited(here.borrower, now=now)[1], number="13911112222", now=now).code_id, "", "1"
    )
    assert change_choices(here.contact.contact_id, town.DAY, proof="link:1", now=now) == WhyNot.NOT_FROM_HERE
    assert offer_help(here.contact.contact_id, now=now) == NoHelp.NOT_A_CONTACT
    assert start_help_payment(here.contact.contact_id, 100, "CNY", now=now) == NoHelp.NO_OFFER
    assert accept(here.link, code, town.DAY, now=now) in {NotAccepted.LINK_DOES_NOT_OPEN, "no_such_code"}
    for outcome in (
        verify(here.own, PointKind.EMAIL, code, now=now),
        recheck(here.own, code, now=now),
        enter(here.link, code, now=now),
    ):
        assert outcome == "no_such_code"
    assert store.standing(here.contact.contact_id).state == State.WITHDRAWN


# Every public function of these rooms' actions stands in one of the two. A new one is judged here before it is used.
WALKED = {
    "accept.accept", "change_choices.change_choices", "delivery.deliver_to_borrower", "delivery.deliver_typed",
    "issue_permit.issue_permit", "nominate.invite", "nominate.invite_by_lender", "nominate.nominate",
    "offer_help.offer_help", "offer_help.start_help_payment", "open_point.open_point", "queue_message.queue_message",
    "queue_message.send_queued", "send_code.address_of", "send_code.send_code", "send_message.send_message",
    "take_way.take_way",  # in test_episode_life: who withdrew is no way any more
    "undo.undo", "use_permit.use_permit", "verify.enter", "verify.recheck", "verify.verify", "withdraw.withdraw",
}  # fmt: skip
REACH_NOBODY = {
    "change_choices.write_choices": "called by accept and change_choices alone",
    "complain.complain": "takes in what the person says", "complain.answer_complaint": "closes a row",
    "erase_ended.erase_ended": "destroys", "expire_invitations.expire_invitations": "ends",
    "judge_code.judge_code": "reads a code back", "never.said_never": "asks",
    "offer_help.record_performance": "writes down money that came", "open_invitation.open_invitation": "an act of theirs",
    "people_link.make_people_link": "for the borrower", "send_code.send_people_code": "to the borrower",
    "record_act.record_act": "the table of states", "close_contacts.close_contacts": "ends", "refuse.refuse": "ends", "refuse.never_again": "ends",
    "remove.remove": "ends", "add_gateway.add_gateway": "a way out, no person", "add_gateway.end_gateway": "same",
    "change_template.propose_template": "a text", "change_template.approve_template": "a text",
    "end_call.end_call": "ends", "forget_texts.forget_texts": "destroys",
    "forget_texts.forget_person": "destroys", "read_inbox.read_inbox": "an act of theirs",
    "relay_link.make_relay_link": "an address for the debtor", "relay_link.open_relay_link": "shows the lender's own number",
    "send_message.note_receipt": "writes down", "send_message.tell": "tells rooms", "take_news.take_news": "hears",
    "change_rulebook.propose_rulebook": "rules", "change_rulebook.approve_rulebook": "rules",
    "change_rulebook.difference": "rules", "record_outcome.record_outcome": "writes down",
    "record_outcome.record_not_sent": "writes down", "record_outcome.record_inbound": "writes down",
    "record_outcome.record_attempt_elsewhere": "writes down", "suppress.suppress": "ends",
    "switch_outreach.propose_switch_on": "a switch", "switch_outreach.switch_on": "a switch",
    "switch_outreach.switch_off": "a switch", "end_call.tell_outcome": "tells rooms",
    "open_episode.open_episode": "a row", "close_episode.close_episode": "ends", "note_step.note_step": "writes down",
    "next_step.preview_step": "judges and counts nothing", "next_step.next_step": "judges and counts nothing", "next_step.facts": "counts",
    "preview_message.preview_message": "writes a text and sends none", "look_at_contacts.look_at_contacts": "codes of staff, counted",
}  # fmt: skip


def test_every_action_that_could_reach_a_contact_is_walked():
    root = Path(kaopu.__file__).parent
    found = {"open_point.open_point"}
    for room in ("contacts", "outreach", "conduct"):
        for path in (root / room / "actions").glob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    found.add(f"{path.stem}.{node.name}")
    assert found - WALKED - set(REACH_NOBODY) == set(), "walk the new ones above, or say why they reach nobody"
