"""Who withdrew is reached by no path: every role, purpose, channel, content, place and profile, and every other name."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from sending_cases import CONTACT_PHONE, MINUTE, NAME, NOW, people, sources
from stub_gateway import running

from kaopu.conduct import judging
from kaopu.conduct import sources as registry
from kaopu.conduct.actions.issue_permit import IssuedPermit, Refused, issue_permit
from kaopu.conduct.actions.suppress import suppress
from kaopu.conduct.actions.use_permit import use_permit
from kaopu.conduct.core.facts import CHANNELS, CONTENTS, PURPOSES, ROLES
from kaopu.outreach import store
from kaopu.outreach.actions.add_gateway import add_gateway
from kaopu.outreach.actions.queue_message import queue_message, send_queued
from kaopu.outreach.actions.send_message import Refused as NotSent
from kaopu.outreach.actions.send_message import send_message
from kaopu.outreach.core.value import HOUSE_KINDS, Kind, Value
from kaopu.outreach.models import Message
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import NewParty

pytestmark = pytest.mark.django_db
PLACES = (("CN",), ("US",), ("IN",), ("CN", "US", "IN"))
# A weekday at ten in the morning, everything else as good as it can be: only the withdrawal stands in the way.
VALUES = {
    Kind.MASKED_NAME: "王*", Kind.REFERENCE: "7F-204", Kind.CODE: "204617", Kind.AMOUNT_TO_PAY: "CNY 30620",
    Kind.AMOUNT_OWED: "CNY 30620", Kind.DUE_DATE: "2026-11-27", Kind.DAYS_LATE: "9",
    Kind.LINK: "http://127.0.0.1:8000/r/aaaaBBBBccccDDDD1111", Kind.PAY_LINK: "http://127.0.0.1:8000/p/aaaaBBBBccccDDDD1111",
}  # fmt: skip


def withdraw(ask):
    suppress("person", ask.person, reason="withdrawn", actor="contact", now=NOW)
    suppress("phone", CONTACT_PHONE, reason="withdrawn", actor="contact", now=NOW)


def test_no_ask_that_can_be_made_is_allowed():
    ask = people().relay
    withdraw(ask)
    asked = 0
    with registry.only(**sources()):
        for role, purpose, channel, content, place, profile in product(
            ROLES, PURPOSES, CHANNELS, CONTENTS, PLACES, ("strict", "law-only")
        ):
            debtor = ask.person if role == "debtor" else ask.debtor
            wish = replace(
                ask, role=role, debtor=debtor, purpose=purpose, channel=channel, content=content, jurisdictions=place,
                profile=profile,
            )  # fmt: skip
            if asked % 7 == 0 or role == "contact":  # all as a contact, a seventh under the other roles
                judged = judging.judge(wish, NOW, "e1")
                assert not judged.allowed, wish
                assert "SUPPRESSED" in judged.refused_by, wish
            asked += 1
    assert asked == 4 * 7 * 5 * 4 * 4 * 2


def test_a_permit_that_was_out_is_worth_nothing_any_more():
    ask = people().relay
    with registry.only(**sources()):
        issued = issue_permit(ask, actor="staff:1", now=NOW)
        assert isinstance(issued, IssuedPermit)
        withdraw(ask)
        assert isinstance(use_permit(issued.permit_id, now=NOW + MINUTE), Refused)


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_text_on_every_channel_is_held_back(channel, monkeypatch):
    monkeypatch.setenv("KAOPU_SMTP_URL", "smtp://127.0.0.1:9")
    ask = replace(people().relay, channel=channel)
    withdraw(ask)
    with running() as gateway, registry.only(**sources()):
        add_gateway("all", gateway.url, ["sms", "voice", "email"], actor="staff:9", now=NOW)
        for template in store.templates():
            for role, purpose in product(template.roles, template.purposes):
                values = {n: Value(k, VALUES[k]) for n, k in template.blanks if k not in HOUSE_KINDS}
                wish = replace(ask, role=role, purpose=purpose, content=template.level)
                wish = replace(wish, debtor=wish.person) if role == "debtor" else wish
                outcome = send_message(
                    wish, template.code, values, actor="staff:1", now=NOW, language=template.language
                )
                assert isinstance(outcome, NotSent), wish
        assert gateway.got == []
    assert not Message.objects.exists()


def test_the_number_under_another_name_is_the_same_number():
    """Another borrower brings the same number as their own, and it is written otherwise."""
    ask = people().relay
    withdraw(ask)
    other = create_party(NewParty(), actor="test", now=NOW)
    point = add_point(other, "phone", f"+86{CONTACT_PHONE}", "contract", actor="test", now=NOW)
    collect = replace(people().collect, person=f"party:{other}", debtor=f"party:{other}", number=f"point:{point}")
    with registry.only(**sources()):
        assert send_message(collect, "please-call", {}, actor="staff:1", now=NOW).why == ("SUPPRESSED",)
    assert not Message.objects.exists()


def test_what_lay_in_the_queue_is_not_sent():
    from sending_cases import CLOCK

    ask = people().relay
    wish = queue_message(ask, "contact-relay", NAME, key="k", actor="staff:1", now=NOW)
    withdraw(ask)
    with registry.only(**sources()):
        outcome = send_queued(wish, CLOCK)
    assert set(outcome.why) >= {"CN-GB-05", "SUPPRESSED"}
