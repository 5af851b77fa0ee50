"""Texts at the console, calls in agents' hands, and the commands."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from sending_cases import CONTACT_PHONE, NAME, NOW, people, sources
from typer.testing import CliRunner

sys.path.append(str(Path(__file__).resolve().parents[1] / "web"))  # staff of the console's small book

import small_book

from kaopu.conduct import sources as registry
from kaopu.conduct.actions.suppress import suppressed
from kaopu.conduct.models import Judgement
from kaopu.conduct.store import judgement_of as store_judgement
from kaopu.kernel.approval import waiting
from kaopu.kernel.clock import system_clock
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import AuditRow
from kaopu.kernel.roles import Role
from kaopu.outreach import store
from kaopu.outreach.actions.send_message import Sent, send_message
from kaopu.outreach.models import Message, TemplateVersion
from kaopu.outreach.outreach_commands import app

pytestmark = pytest.mark.django_db
TEXT = """[[template]]
code = "please-call"
language = "en"
version = 2
level = "none"
roles = ["debtor", "guarantor"]
purposes = ["collect", "remind"]
subject = "A word with you"
text = "Hello, this is {lender}. Please ring {phone}."
values = {lender = "lender", phone = "lender_phone"}
"""


@pytest.fixture
def staff():
    def of(role, language="en"):
        client, user = Client(), small_book.staff(role)
        client.cookies["django_language"] = language
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.actor = f"staff:{user.pk}"
        return client

    return of


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_text_is_shown_in_both_languages(staff, language):
    page = text(staff(Role.COMPLIANCE, language).get(reverse("outreach_templates")))
    for template in store.templates():
        assert template.code in page
    assert "麻烦转告{name}" in page
    assert "Could you ask {name} to get in touch" in page


def test_a_text_is_proposed_by_one_and_used_once_another_agreed(staff):
    maker, checker = staff(Role.POLICY_MAKER), staff(Role.COMPLIANCE)
    propose = reverse("outreach_template_propose")
    for wrong, says in (
        (TEXT.replace("version = 2", "version = 3"), "expected 2"),
        (TEXT.replace("ring", "repay your loan at"), "tells of a debt"),
        (TEXT.replace('"please-call"', '"contact-relay"'), "only a release changes them"),
        (TEXT.replace('["debtor", "guarantor"]', '["contact"]'), "begins with contact-"),
    ):
        refused = maker.post(propose, {"toml": wrong})
        assert refused.status_code == 422
        assert says in refused.content.decode()
    text(maker.post(propose, {"toml": TEXT}, follow=True))
    assert store.template("please-call", "en").version == 1
    (proposal,) = waiting(system_clock().now(), "outreach.template")
    assert "A word with you" in text(checker.get(reverse("approval", args=[proposal.id])))
    decide = {"act": "approve", "fingerprint": proposal.fingerprint}
    assert "Version 2 of please-call is in use." in text(
        checker.post(f"/approvals/{proposal.id}/decide", decide, follow=True)
    )
    assert store.template("please-call", "en").subject == "A word with you"
    assert TemplateVersion.objects.get().approver == checker.actor
    with registry.only(**sources()):
        send_message(people().collect, "please-call", {}, actor="t", now=NOW, language="en")
    assert store.body_of(Message.objects.get()).startswith("A word with you")
    assert staff(Role.AGENT).post(propose, {"toml": TEXT}).status_code == 403


def test_a_row_never_replaces_a_text_to_contacts():
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="outreach_template_no_contact"), transaction.atomic():
        TemplateVersion.objects.create(
            code="contact-relay", language="zh", version=2, toml="", digest="", author="a", approver="b", approved_at=NOW
        )  # fmt: skip


def test_an_agent_sees_number_and_script_and_ends_the_call(staff):
    agent, other = staff(Role.AGENT), Client()
    second = get_user_model().objects.create_user("second")
    second.groups.add(Group.objects.get(name=Role.AGENT))
    other.force_login(second, backend="allauth.account.auth_backends.AuthenticationBackend")
    with registry.only(**sources()):
        sent = send_message(replace(people().relay, channel="voice"), "contact-relay", NAME, actor=agent.actor, now=NOW)
    assert isinstance(sent, Sent), sent
    page = reverse("outreach_call", args=[sent.message_id])
    shown = agent.get(page)
    assert CONTACT_PHONE in text(shown)
    assert "麻烦转告王*" in text(shown)
    assert shown["Cache-Control"] == "no-store"
    assert other.get(page).status_code == 404  # another agent's call
    end = reverse("outreach_call_end", args=[sent.message_id])
    assert other.post(end, {"outcome": "talked"}).status_code == 404
    assert "Choose what came of the call." in text(agent.post(end, {"outcome": "fine"}, follow=True))
    done = text(agent.post(end, {"outcome": "asked-to-stop"}, follow=True))
    assert "Ended: asked to stop." in done
    assert CONTACT_PHONE not in done
    assert suppressed("phone", CONTACT_PHONE)


def test_messages_are_listed_and_read_for_a_written_reason(staff):
    ask = people().relay
    with registry.only(**sources()):
        sent = send_message(ask, "contact-relay", NAME, actor="staff:1", now=NOW)
    officer, page = staff(Role.COMPLIANCE), reverse("outreach_messages")
    assert "No message" in text(officer.get(page, {"person": "party:999"}))
    listed = text(officer.get(page, {"person": ask.person}))
    assert ask.person in listed
    assert "handed over" in listed
    assert "麻烦转告" not in listed
    assert f"/conduct/permits/{store_judgement(sent.permit_id)}/" in listed
    read = reverse("outreach_conversation")
    assert officer.post(read, {"person": ask.person, "reason": ""}).status_code == 422
    shown = officer.post(read, {"person": ask.person, "reason": "complaint"})
    assert "麻烦转告王*" in text(shown)
    assert shown["Cache-Control"] == "no-store"
    assert AuditRow.objects.get(act="outreach.conversation_read").subject == ask.person
    assert staff(Role.AGENT).post(read, {"person": ask.person, "reason": "complaint"}).status_code == 403


def run(*words):
    return CliRunner().invoke(app, list(words))


def test_texts_on_the_command_line(tmp_path):
    rows = json.loads(run("templates", "list", "--json").output)
    assert {row["code"] for row in rows} >= {"contact-relay", "contact-locate", "late"}
    assert json.loads(run("templates", "show", "late", "--json").output)["values"]["days"] == "days_late"
    assert isinstance(run("templates", "show", "lates").exception, BadInput)
    (tmp_path / "t.toml").write_text(TEXT)
    assert run("templates", "check", str(tmp_path / "t.toml")).output == "1 texts, sound\n"


def test_a_dry_send_says_all_and_leaves_nothing(tmp_path):
    ask = people().relay
    (tmp_path / "ask.json").write_text(json.dumps(asdict(ask)))
    words = ("send", str(tmp_path / "ask.json"), "--template", "contact-relay", "--value", "name=王*", "--json")
    with registry.only(**sources()):
        told = json.loads(run(*words).output)
    assert "麻烦转告王*" in told["text"]
    assert {each["id"] for each in told["rules"]} >= {"ROLE", "PIPL-CONSENT", "X-DEF-07"}
    assert not Judgement.objects.exists()
    without = run(*words)  # no source is registered for these made-up facts here
    assert without.exit_code == 1
    assert isinstance(run("send", str(tmp_path / "ask.json"), "--template", "x").exception, BadInput)
    wrong = run("send", str(tmp_path / "ask.json"), "--template", "contact-relay", "--value", "note=hello")
    assert isinstance(wrong.exception, BadInput)


def test_the_outbox_and_gateways_on_the_command_line():
    assert "Nothing was sent yet." in run("outbox").output
    with registry.only(**sources()):
        sent = send_message(people().collect, "please-call", {}, actor="t", now=NOW)
    (row,) = json.loads(run("outbox", "--json").output)
    assert (row["message"], row["state"]) == (str(sent.message_id), "accepted")
    assert run("outcome", str(sent.message_id), "delivered").exit_code == 0
    assert isinstance(run("outcome", str(sent.message_id), "fine").exception, BadInput)
    assert json.loads(run("outbox", "--json").output)[0]["state"] == "delivered"
    added = json.loads(run("gateway", "add", "SMS", "https://gateway.example/x", "--channel", "sms", "--json").output)
    assert added["news"] == f"/hooks/outreach/{added['id']}"
    assert added["secret"] not in run("gateway", "list", "--json").output
    assert run("gateway", "end", added["id"]).exit_code == 0
    assert isinstance(run("gateway", "end", added["id"]).exception, BadInput)
    assert isinstance(run("gateway", "add", "SMS", "http://gateway.example/x", "--channel", "sms").exception, BadInput)
