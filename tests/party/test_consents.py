"""Consents: of one purpose, one channel and one version of the words, with proof; taken back once, for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from kaopu.kernel.models import AuditRow, OutboxEvent
from kaopu.party import store
from kaopu.party.actions import create_party, record_fact
from kaopu.party.actions import grant_consent as grant
from kaopu.party.actions import withdraw_consent as withdraw
from kaopu.party.actions.open_record import open_record
from kaopu.party.actions.publish_consent_text import Refusal as TextRefusal
from kaopu.party.actions.publish_consent_text import publish_consent_text
from kaopu.party.core.facts import PersonFacts
from kaopu.party.core.party import NewParty
from kaopu.party.models import ConsentRow

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def someone(db):
    publish_consent_text("contact-1", "emergency-contact", "zh-hans", "您同意…", actor="staff:1", now=NOW)
    return create_party.create_party(NewParty(name="李四"), actor="staff:1", now=NOW)


def agree(party_id, purpose="emergency-contact", channel="voice", text="contact-1", proof="code:77"):
    return grant.grant_consent(party_id, purpose, channel, text, proof, actor="staff:1", now=NOW)


def test_a_consent_holds_from_its_grant_to_its_withdrawal(someone):
    consent_id = agree(someone)
    withdraw.withdraw_consent(consent_id, actor="party:1", now=LATER)
    (consent,) = store.consents(someone)
    assert (consent.id, consent.granted_at, consent.withdrawn_at) == (consent_id, NOW, LATER)
    for at, holds in ((NOW - timedelta(1), False), (NOW, True), (LATER, False)):
        assert consent.covers("emergency-contact", "voice", at) is holds
    assert not consent.covers("emergency-contact", "sms", NOW)
    assert not consent.covers("marketing", "voice", NOW)
    assert OutboxEvent.objects.filter(name="party.consent_withdrawn").count() == 1


def test_the_latest_that_covers_is_found(someone):
    agree(someone, channel="sms")
    wide = agree(someone, channel="any")
    assert store.consent_in_force(someone, "emergency-contact", "voice", NOW).id == wide
    withdraw.withdraw_consent(wide, actor="party:1", now=LATER)
    assert store.consent_in_force(someone, "emergency-contact", "voice", LATER) is None
    assert store.consent_in_force(someone, "emergency-contact", "sms", LATER) is not None
    assert withdraw.withdraw_all(someone, actor="party:1", now=LATER) == 1
    assert withdraw.withdraw_all(someone, actor="party:1", now=LATER) == 0


def test_refusals(someone):
    assert agree(someone, text="contact-2") is grant.Refusal.NO_SUCH_TEXT
    assert agree(someone, purpose="marketing") is grant.Refusal.TEXT_IS_FOR_ANOTHER_PURPOSE
    assert agree(someone, proof=" ") is grant.Refusal.NO_PROOF
    assert agree(10**12) is grant.Refusal.NO_SUCH_PARTY
    consent_id = agree(someone)
    assert withdraw.withdraw_consent(consent_id, actor="p", now=LATER) is None
    assert withdraw.withdraw_consent(consent_id, actor="p", now=LATER) is withdraw.Refusal.ALREADY_WITHDRAWN
    assert withdraw.withdraw_consent(10**12, actor="p", now=LATER) is withdraw.Refusal.NO_SUCH_CONSENT


def test_the_proof_is_sealed_and_the_words_never_change(someone):
    row = ConsentRow.objects.get(pk=agree(someone, proof="签名：李四"))
    assert "李四".encode() not in bytes(row.proof_sealed)
    assert open_record("consent", row.pk, reason="dispute", actor="staff:1", now=NOW) == "签名：李四"
    assert AuditRow.objects.get(act="party.consent_opened").subject == f"consent:{row.pk}"
    publish = {"actor": "staff:1", "now": LATER}
    assert publish_consent_text("contact-1", "emergency-contact", "zh-hans", "您同意…", **publish) is None
    other = publish_consent_text("contact-1", "emergency-contact", "zh-hans", "您放弃…", **publish)
    assert other is TextRefusal.VERSION_HAS_OTHER_WORDS


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE party_consent SET channel = 'any'",
        "DELETE FROM party_consent_withdrawal",
        "UPDATE party_consent_text SET text = 'x'",
        "UPDATE party_fact SET value = 'no'",
    ],
)
def test_the_database_itself_lets_nothing_be_rewritten(someone, change):
    withdraw.withdraw_consent(agree(someone), actor="p", now=LATER)
    record_fact.record_fact(someone, "dead", "yes", since=date(2026, 11, 1), actor="staff:1", now=NOW)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_latest_fact_of_a_kind_holds(someone):
    assert store.person_facts(someone) == PersonFacts()
    told = {"actor": "staff:1", "now": NOW}
    record_fact.record_fact(someone, "timezone", "Asia/Shanghai", **told)
    record_fact.record_fact(someone, "timezone", "Asia/Urumqi", **told)
    record_fact.record_fact(someone, "language", "zh-hans", **told)
    record_fact.record_fact(someone, "incapacitated", "yes", since=date(2026, 10, 1), **told)
    record_fact.record_fact(someone, "incapacitated", "no", **told)
    record_fact.record_fact(someone, "dead", "yes", since=date(2026, 11, 1), proof="death certificate 1", **told)
    assert store.person_facts(someone) == PersonFacts("Asia/Urumqi", "zh-hans", date(2026, 11, 1), has_death_proof=True)


@pytest.mark.parametrize(
    ("kind", "value", "since", "refusal"),
    [
        ("timezone", "Shanghai", None, "value_not_valid"),
        ("language", "中文", None, "value_not_valid"),
        ("dead", "perhaps", None, "value_not_valid"),
        ("dead", "yes", None, "needs_a_date"),
        ("dead", "yes", date(2026, 11, 26), "date_in_the_future"),
    ],
)
def test_a_fact_that_is_none_is_refused(someone, kind, value, since, refusal):
    assert record_fact.record_fact(someone, kind, value, since=since, actor="s", now=NOW) == refusal
