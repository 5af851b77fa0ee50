"""Permits, switches, rulebooks and texts at the console: found, opened, explained, changed by two."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from permit_cases import COLLECT, DEBTOR, NOW, RELAY, lost_since, sources

sys.path.append(str(Path(__file__).resolve().parents[1] / "web"))  # staff of the console's small book

import small_book

from kaopu.conduct import rulebooks, store
from kaopu.conduct import sources as registry
from kaopu.conduct.actions.issue_permit import issue_permit
from kaopu.conduct.actions.record_outcome import record_outcome
from kaopu.conduct.actions.use_permit import use_permit
from kaopu.conduct.models import Judgement, RulebookVersion
from kaopu.kernel.approval import waiting
from kaopu.kernel.clock import system_clock
from kaopu.kernel.models import AuditRow
from kaopu.kernel.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(db):
    def of(role, language="en"):
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(small_book.staff(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of


@pytest.fixture
def judged():
    lost_since(NOW)
    with registry.only(**sources()):
        issued = issue_permit(RELAY, actor="staff:1", now=NOW)
        use_permit(issued.permit_id, now=NOW)
        record_outcome(issued.permit_id, "conversation", actor="staff:1", now=NOW)
        refused = issue_permit(RELAY, actor="staff:1", now=NOW)
    return {"allowed": issued.judgement_id, "refused": refused.judgement_id}


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def agree(client, kind):
    (proposal,) = waiting(system_clock().now(), kind)
    page = reverse("approval", args=[proposal.id])
    shown = text(client.get(page))
    decide = {"act": "approve", "fingerprint": proposal.fingerprint}
    done = client.post(f"/approvals/{proposal.id}/decide", decide, follow=True)
    return shown, text(done)


def test_an_empty_log_says_what_will_be_here(sign_in):
    page = text(sign_in(Role.COMPLIANCE).get(reverse("conduct_permits")))
    assert "Nobody was reached yet" in page
    assert "Asked 0 times in the last 24 hours." in page


def test_the_log_is_narrowed_by_verdict_person_and_rule(sign_in, judged):
    client, log = sign_in(Role.COMPLIANCE), reverse("conduct_permits")
    assert text(client.get(log)).count('scope="row"') == 3  # issued, used, refused
    assert "X-DEF-02" in text(client.get(log, {"verdict": "refused"}))
    assert text(client.get(log, {"verdict": "refused"})).count('scope="row"') == 1
    assert text(client.get(log, {"rule": "x-def-02"})).count('scope="row"') == 1
    assert "No permit like this" in text(client.get(log, {"person": "party:99"}))
    assert (
        text(
            client.get(log, {"person": "party:1", "purpose": "relay", "channel": "voice", "since": "2026-11-24"})
        ).count('scope="row"')
        == 3
    )
    assert "No permit like this" in text(client.get(log, {"since": "2026-11-25"}))


def test_the_log_goes_out_as_a_table_without_facts(sign_in, judged):
    response = sign_in(Role.AUDITOR).get(reverse("conduct_permits_export"), {"verdict": "refused"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("judgement,at,moment,verdict,person")
    assert len(lines) == 2
    assert "party:7,contact,party:1,relay,voice,relay,point:7" in lines[1]
    assert "days_past_due" not in "".join(lines)


@pytest.mark.parametrize(("language", "says", "rule"), [
    ("en", "Judged again from its record with the same rulebook: the same answer.", "talked with"),
    ("zh-hans", "用同一版规则按记录重新判断：结论相同。", "X-DEF-02"),
])  # fmt: skip
def test_a_permit_shows_each_rule_and_is_judged_again(sign_in, judged, language, says, rule):
    page = text(sign_in(Role.COMPLIANCE, language).get(reverse("conduct_permit", args=[judged["refused"]])))
    assert says in page
    assert "X-DEF-02" in page
    assert page.index("X-DEF-02") < page.index("CN-GB-02")  # what refuses comes first


def test_a_permit_shows_what_came_of_it(sign_in, judged):
    page = text(sign_in(Role.AGENT).get(reverse("conduct_permit", args=[judged["allowed"]])))
    assert "talked" in page
    assert "a message to pass on" in page
    assert "Reason to see it in full" not in page  # an agent sees no facts


def test_facts_stay_masked_until_a_reason_is_written_down(sign_in, judged):
    client, where = sign_in(Role.COMPLIANCE), reverse("conduct_permit", args=[judged["allowed"]])
    page = text(client.get(where))
    assert "debtor.days_past_due" in page
    assert "•••" in page
    assert "Asia/Shanghai" not in page
    facts = reverse("conduct_permit_facts", args=[judged["allowed"]])
    assert client.post(facts, {"reason": ""}).status_code == 422
    shown = client.post(facts, {"reason": "complaint"})
    assert "Asia/Shanghai" in text(shown)
    assert "History as it was counted" in text(shown)
    assert shown["Cache-Control"] == "no-store"
    assert AuditRow.objects.get(act="conduct.facts_shown").details == {"reason": "complaint"}
    assert sign_in(Role.AGENT).post(facts, {"reason": "complaint"}).status_code == 403


def test_outreach_is_turned_on_by_two_and_off_by_one(sign_in):
    maker, other = sign_in(Role.POLICY_MAKER), sign_in(Role.COMPLIANCE)
    page, switch = reverse("conduct_switches"), reverse("conduct_switch", args=["CN"])
    assert "Contacts are reached nowhere" in text(maker.get(page))
    assert maker.post(switch, {"to": "on", "reason": ""}).status_code == 422
    assert "waits for a second person" in text(maker.post(switch, {"to": "on", "reason": "pilot"}, follow=True))
    assert store.switched_on(system_clock().now()) == []
    shown, done = agree(other, "conduct.outreach_switch")
    assert "mainland China" in shown
    assert "It is recorded that you agreed." in done
    assert store.switched_on(system_clock().now()) == ["CN"]
    assert "Contacts may be reached in: mainland China." in text(other.get(page))
    text(maker.post(switch, {"to": "off", "reason": "complaints"}, follow=True))
    assert store.switched_on(system_clock().now()) == []
    assert sign_in(Role.AGENT).post(switch, {"to": "on", "reason": "x"}).status_code == 403


def changed_files():
    files = rulebooks.shipped_files()
    strict = files["strict.toml"]
    return {**files, "strict.toml": strict + "\n# a remark\n"}


def upload(files):
    return [SimpleUploadedFile(name, body.encode()) for name, body in files.items()]


def test_a_rulebook_is_proposed_with_its_difference_and_agreed_to(sign_in, judged):
    maker, checker = sign_in(Role.POLICY_MAKER), sign_in(Role.COMPLIANCE)
    propose = reverse("conduct_rulebook_propose")
    files = rulebooks.shipped_files()
    assert (
        "same text as the one in force"
        in maker.post(propose, {"files": upload(files), "day": "2030-01-01"}).content.decode()
    )
    assert maker.post(propose, {"files": upload({"x.toml": "rules ="}), "day": "2030-01-01"}).status_code == 422
    assert maker.post(propose, {"files": upload(changed_files()), "day": "2020-01-01"}).status_code == 422
    assert maker.post(propose, {"files": upload(changed_files()), "day": ""}).status_code == 422
    assert maker.post(propose, {"files": upload(changed_files()), "day": "2030-01-01"}, follow=True).status_code == 200
    shown, done = agree(checker, "conduct.rulebook")
    assert "Attempts judged again" in shown
    assert "These rules hold from" in done
    row = RulebookVersion.objects.get(shipped=False)
    assert rulebooks.version_at(system_clock().now()).shipped
    assert rulebooks.version_at(row.effective_from).pk == row.pk
    assert "The rulebook of this release holds" in text(maker.get(reverse("conduct_rulebooks")))
    with registry.only(**sources(debtor={**DEBTOR, "disputed": True})):
        issue_permit(COLLECT, actor="staff:1", now=NOW.replace(year=2030, month=1, day=8, hour=3))
    assert Judgement.objects.order_by("-at").first().rulebook_id == row.pk


@pytest.mark.parametrize("name", ["conduct_permits", "conduct_switches", "conduct_rulebooks"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_who_lacks_the_right_is_told_who_has_it(sign_in, name, language):
    assert sign_in(Role.TREASURER, language).get(reverse(name)).status_code == 403
    assert sign_in(Role.COMPLIANCE, language).get(reverse(name)).status_code == 200
