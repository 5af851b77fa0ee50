"""What permits are told of contacts and of who owes; what contacts do when outreach hears something; money that came."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import contact_life as town
import pytest
from contact_life import MINUTE, NOW
from django.test import Client
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "conduct"))

from permit_cases import DEBTOR, EPISODE, RELAY, lost_since, sources

from kaopu.book.actions.event_request import RecordEvent
from kaopu.book.actions.record_event import record_event
from kaopu.book.core.event_kind import EventKind
from kaopu.conduct import sources as registry
from kaopu.conduct.actions.issue_permit import IssuedPermit, issue_permit
from kaopu.contacts import handlers, store
from kaopu.contacts.actions.complain import complain
from kaopu.contacts.actions.offer_help import Refusal, offer_help, record_performance, start_help_payment
from kaopu.contacts.contact_commands import app
from kaopu.contacts.core.complaint import About
from kaopu.contacts.core.contact_state import State
from kaopu.contacts.core.held_data import Choices, Hours
from kaopu.contacts.core.relation_kind import PayerByOwnOffer
from kaopu.contacts.models import Complaint, HelpPayment, Offer, Performance
from kaopu.contacts.obligor_source import debtor_facts, obligor_facts
from kaopu.contacts.person_source import contact_facts
from kaopu.kernel import vault
from kaopu.kernel.actions import rotate_keys
from kaopu.kernel.clock import FixedClock, system_clock
from kaopu.kernel.events import deliver_pending
from kaopu.kernel.models import AuditRow
from kaopu.outreach.actions.queue_message import send_queued
from kaopu.outreach.actions.relay_link import make_relay_link
from kaopu.outreach.actions.send_message import Sent, tell
from kaopu.outreach.models import SendRequest
from kaopu.party import store as party
from kaopu.party.actions.record_fact import record_fact
from kaopu.receipts.actions.match_receipt import match_receipt
from kaopu.receipts.actions.take_receipts import take_file
from kaopu.receipts.models import Receipt

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 2, tzinfo=UTC)  # 10:00 in Shanghai


@pytest.fixture(autouse=True)
def _empty_outbox():
    town.clear_outbox()


def asked(contact, borrower_id, **more):
    view = store.contact(contact.contact_id, TUESDAY)
    (point,) = [each for each in party.points(view.party_id) if each.ended_at is None]
    ask = replace(RELAY, person=f"party:{view.party_id}", debtor=f"party:{borrower_id}", number=f"point:{point.id}")
    return replace(ask, **more)


def lost_town(choices=town.DAY):
    who = town.borrower()
    contact = town.agreed(who, choices=choices)
    lost_since(TUESDAY, debtor=f"party:{who}")
    return who, contact


def permitted(ask, now=TUESDAY):
    with registry.only(**sources(person=contact_facts, debtor=DEBTOR, episode=EPISODE)):
        return issue_permit(ask, actor="staff:1", now=now)


def test_a_permit_reads_what_the_contact_agreed_to():
    who, contact = lost_town()
    facts = contact_facts(asked(contact, who), TUESDAY)
    assert (facts["opted_in"], facts["refused_at"], facts["source"]) == (True, None, "reserved_by_debtor")
    assert (facts["timezone"], facts["offer_to_pay_at"]) == ("Asia/Shanghai", None)
    assert {each["channel"] for each in facts["consents"]} == {"voice", "sms"}
    assert isinstance(permitted(asked(contact, who)), IssuedPermit)


@pytest.mark.parametrize(("hours", "utc_hour", "allowed"), [
    (Hours.MORNING, 2, True), (Hours.AFTERNOON, 2, False), (Hours.AFTERNOON, 5, True), (Hours.EVENING, 5, False),
    (Hours.EVENING, 9, True), (Hours.DAY, 9, True), (Hours.DAY, 12, False),
])  # fmt: skip
def test_hours_that_the_person_chose_bind_every_permit(hours, utc_hour, allowed):
    who, contact = lost_town(Choices(("voice",), hours, "en"))
    outcome = permitted(asked(contact, who), TUESDAY.replace(hour=utc_hour))
    assert isinstance(outcome, IssuedPermit) is allowed, str(outcome)
    if not allowed and utc_hour < 11:
        assert outcome.refused_by == ("PIPL-CONSENT",)  # and no rule of the book's own


def test_a_channel_not_chosen_is_refused():
    who, contact = lost_town(Choices(("voice",), Hours.DAY, "en"))
    assert permitted(asked(contact, who, channel="sms")).refused_by == ("PIPL-CONSENT",)


def test_nobody_answers_for_strangers_other_numbers_or_other_borrowers():
    who, contact = lost_town()
    other = town.borrower("13800000002", "李雷")
    ask = asked(contact, who)
    (theirs,) = party.points(who)
    for wrong in (
        replace(ask, debtor=f"party:{other}"), replace(ask, person=f"party:{other}"), replace(ask, number=f"point:{theirs.id}"),
        replace(ask, number="point:999999"), replace(ask, number=""), replace(ask, channel="email"), replace(ask, role="debtor"),
        replace(ask, person="party:x"),
    ):  # fmt: skip
        assert contact_facts(wrong, TUESDAY) is None


def test_an_invited_person_is_not_known_to_permits():
    who = town.borrower()
    town.invited(who)
    assert contact_facts(replace(RELAY, person="party:999", debtor=f"party:{who}"), TUESDAY) is None


# Who owes ------------------------------------------------------------------------------------------------------------


def test_days_past_due_are_replayed_at_the_instant_of_the_ask():
    who = town.borrower()
    ask = replace(RELAY, role="debtor", person=f"party:{who}", debtor=f"party:{who}")
    assert debtor_facts(ask, TUESDAY)["days_past_due"] == 0
    debt_id = town.owing(who)
    facts = debtor_facts(ask, TUESDAY)
    assert facts["days_past_due"] == (TUESDAY.date() - datetime(2026, 9, 10, tzinfo=UTC).date()).days == 75
    assert (facts["disputed"], facts["dead"], facts["timezone"]) == (False, False, "Asia/Shanghai")
    town.pay(debt_id, 160_000, "p1")  # three instalments
    assert debtor_facts(ask, TUESDAY)["days_past_due"] == 0
    record_event(RecordEvent(debt_id=debt_id, kind=EventKind.DISPUTE, on=TUESDAY.date(), key="d1"), "test", TUESDAY)
    record_fact(who, "dead", "yes", actor="test", now=TUESDAY, since=TUESDAY.date())
    facts = debtor_facts(ask, TUESDAY)
    assert (facts["disputed"], facts["dead"]) == (True, True)


def test_an_obligor_is_known_by_their_own_live_number_alone():
    who, other = town.borrower(), town.borrower("13800000002", "李雷")
    (mine,), (theirs,) = party.points(who), party.points(other)
    ask = replace(RELAY, role="debtor", person=f"party:{who}", debtor=f"party:{who}", number=f"point:{mine.id}")
    assert obligor_facts(ask, TUESDAY)["source"] == "contract"
    assert obligor_facts(replace(ask, number=f"point:{theirs.id}"), TUESDAY) is None
    assert obligor_facts(replace(ask, role="contact"), TUESDAY) is None
    assert debtor_facts(replace(ask, debtor="party:999999"), TUESDAY) is None
    assert "timezone" not in obligor_facts(*_with_a_foreign_number())  # whose day it is, nobody guesses


def _with_a_foreign_number():
    who = town.borrower("+14155552671", "Smith")
    (point,) = party.points(who)
    return replace(
        RELAY, role="debtor", person=f"party:{who}", debtor=f"party:{who}", number=f"point:{point.id}"
    ), TUESDAY


# What outreach hears -------------------------------------------------------------------------------------------------


class Said:
    """As much of a message as an event about it needs."""

    def __init__(self, ask):
        self.pk, self.point, self.episode = "m1", ask.number, ""
        self.person, self.role, self.debtor, self.channel, self.purpose = (
            ask.person,
            ask.role,
            ask.debtor,
            ask.channel,
            ask.purpose,
        )


def test_a_stop_word_is_the_same_tap_as_the_button():
    who, contact = lost_town()
    tell("outreach.stopped", Said(asked(contact, who)), TUESDAY)
    deliver_pending(TUESDAY)
    assert store.contact(contact.contact_id, TUESDAY).state == State.WITHDRAWN
    deliver_pending(TUESDAY)  # told twice: the same
    assert handlers.ACTOR in AuditRow.objects.filter(act="contact.withdrew").values_list("actor", flat=True)


def test_a_debtors_stop_word_is_no_withdrawal():
    who, contact = lost_town()
    tell("outreach.stopped", Said(replace(asked(contact, who), role="debtor")), TUESDAY)
    deliver_pending(TUESDAY)
    assert store.contact(contact.contact_id, TUESDAY).state == State.ACCEPTED


def test_a_strangers_number_is_used_no_more():
    who, contact = lost_town()
    ask = asked(contact, who)
    tell("outreach.wrong_number", Said(ask), TUESDAY)
    deliver_pending(TUESDAY)
    assert contact_facts(ask, TUESDAY) is None
    assert all(point.ended_at for point in party.points(contact.party_id))


def test_a_relay_link_says_please_get_in_touch_to_whoever_opens_it():
    link = make_relay_link("party:1", now=system_clock().now())
    page = Client().get(link.text.partition("8000")[2])
    text = page.content.decode()
    assert page.status_code == 200
    assert "Please get in touch" in text
    assert "王" not in text
    assert Client().get("/r/abc.def").status_code == 410


# Money that came by somebody's own offer -----------------------------------------------------------------------------


def test_who_offers_and_pays_has_performed_and_owes_nothing():
    who = town.borrower()
    contact = town.agreed(who)
    debt_id = town.owing(who)
    assert start_help_payment(contact.contact_id, 20_000, "CNY", now=NOW) == Refusal.NO_OFFER
    offer = offer_help(contact.contact_id, now=NOW)
    assert offer == PayerByOwnOffer(Offer.objects.get().pk, contact.party_id, who, NOW)
    reference = start_help_payment(contact.contact_id, 20_000, "CNY", now=NOW + MINUTE)
    event_id = town.pay(debt_id, 20_000, "p1")
    performed = record_performance(reference, event_id, actor="staff:1", now=TUESDAY)
    row = Performance.objects.get(pk=performed)
    assert (row.amount, row.payer_kind, row.payment.reference) == (20_000, "own_offer", reference)
    assert record_performance(reference, event_id, actor="staff:1", now=TUESDAY) == Refusal.RECORDED_ALREADY
    assert record_performance("H-00000000", event_id, actor="staff:1", now=TUESDAY) == Refusal.REFERENCE_UNKNOWN
    stranger = town.owing(town.borrower("13800000002", "李雷"))
    theirs = town.pay(stranger, 20_000, "p2")
    refusal = Refusal.NOT_A_PAYMENT_OF_THIS_BORROWER
    assert record_performance(reference, theirs, actor="staff:1", now=TUESDAY) == refusal
    columns = {field.name for model in (Offer, HelpPayment, Performance) for field in model._meta.get_fields()}
    assert not columns & {"debt", "obligation", "guarantee", "due_on", "owed"}  # no column could hold a duty


def bank_receipt(text, debt_id, tmp_path):
    """A receipt of the bank with this text, matched to a debt by a person."""
    path = tmp_path / "bank.csv"
    path.write_text(
        "date,amount,currency,reference,payer_name,payer_account,bank_reference,account\n"
        f"2026-11-24,200.00,CNY,{text},林某,622200001234,B-{text},6222-1\n", encoding="utf-8",
    )  # fmt: skip
    take_file(path, "test", TUESDAY)
    return match_receipt(Receipt.objects.get().pk, debt_id, "staff:1", TUESDAY)


def test_the_banks_receipt_under_the_reference_is_a_performance_and_is_thanked(tmp_path):
    who, contact = lost_town()
    debt_id = town.owing(who)
    offer_help(contact.contact_id, now=NOW)
    reference = start_help_payment(contact.contact_id, 20_000, "CNY", now=NOW)
    assert run("help-payment", reference)[1]["debts"] == [debt_id]
    bank_receipt(reference.lower(), debt_id, tmp_path)
    town.clear_outbox()
    deliver_pending(TUESDAY)
    row = Performance.objects.get()
    assert (row.amount, row.payment.reference) == (20_000, reference)
    deliver_pending(TUESDAY)
    request = SendRequest.objects.get(key=f"thanks:{row.pk}")
    with registry.only(**sources(person=contact_facts, debtor=DEBTOR, episode=EPISODE)):
        assert isinstance(send_queued(request.pk, FixedClock(TUESDAY)), Sent)
    ((address, words),) = town.outbox()
    assert address == town.NUMBER
    assert "You took on no duty by it" in words


def test_an_offer_is_a_fact_of_the_permit_while_the_person_agrees():
    who, contact = lost_town()
    offer_help(contact.contact_id, now=NOW + MINUTE)
    facts = contact_facts(asked(contact, who), TUESDAY)
    assert facts["offer_to_pay_at"] == (NOW + MINUTE).isoformat()


# At the terminal, and in the vault -----------------------------------------------------------------------------------


def run(*words):
    outcome = CliRunner().invoke(app, [*words, "--json"])
    return outcome.exit_code, json.loads(outcome.stdout) if outcome.exit_code == 0 else outcome


def test_the_terminal_shows_relation_and_state_and_nobodys_number():
    who = town.borrower()
    contact = town.agreed(who)
    code, told = run("list", str(who))
    assert (code, [each["state"] for each in told["contacts"]]) == (0, ["accepted"])
    assert "139" not in json.dumps(told).replace(told["contacts"][0]["since"], "")
    code, told = run("people-link", str(who))
    assert Client().get(told["link"].partition("8000")[2]).status_code == 200
    done = complain(contact.contact_id, About.TOO_OFTEN, "太多了", now=NOW)
    assert run("complaints")[1]["complaints"][0]["reference"] == done.reference
    assert run("answer-complaint", done.reference, "--upheld")[0] == 0
    assert run("answer-complaint", done.reference, "--upheld")[0] == 1  # once
    assert run("complaints")[1]["complaints"] == []


def test_sealed_words_follow_a_rotation_of_keys():
    contact = town.agreed(town.borrower())
    done = complain(contact.contact_id, About.OTHER, "有人打电话给我父亲", now=NOW)
    rotate_keys.rotate(NOW + timedelta(days=1), "terminal:1")
    row = Complaint.objects.get(reference=done.reference)
    assert vault.key_number(bytes(row.words_sealed)) == vault.ring().current
    assert (
        vault.ring().open(row.words_sealed, "contacts_complaint", "words_sealed", done.reference)
        == "有人打电话给我父亲"
    )
