"""The one way out: a permit, used once, judged again when it is sent; gateways that take, refuse, fail and repeat."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse
from psycopg import sql
from sending_cases import CLOCK, CONTACT_PHONE, DEBTOR_EMAIL, DEBTOR_PHONE, NAME, NOW, people, sources
from stub_gateway import running, signed

from kaopu.conduct import history
from kaopu.conduct import sources as registry
from kaopu.conduct.actions.suppress import suppress, suppressed
from kaopu.conduct.models import Entry, Judgement, Permit, PermitUse
from kaopu.kernel import database
from kaopu.kernel.clock import FixedClock
from kaopu.kernel.models import AuditRow, OutboxEvent
from kaopu.outreach import store
from kaopu.outreach.actions import send_message as sending
from kaopu.outreach.actions.add_gateway import add_gateway, end_gateway
from kaopu.outreach.actions.end_call import CallOutcome, end_call
from kaopu.outreach.actions.end_call import Refusal as CallRefusal
from kaopu.outreach.actions.forget_texts import forget_person, forget_texts
from kaopu.outreach.actions.queue_message import queue_message, send_queued
from kaopu.outreach.actions.read_inbox import read_inbox
from kaopu.outreach.actions.relay_link import make_relay_link, open_relay_link
from kaopu.outreach.actions.send_message import Refused, Sent, send_message
from kaopu.outreach.channels.channel import Handed
from kaopu.outreach.models import Message, Step
from kaopu.party.actions.end_point import end_point
from kaopu.party.core.points import EndReason

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OTHER_SECRET = "whsec_" + "A" * 32


@pytest.fixture(autouse=True)
def _facts():
    with registry.only(**sources()):
        yield


@pytest.fixture
def gateway():
    with running() as stub:
        added = add_gateway("SMS", stub.url, ["sms", "voice"], actor="staff:9", now=NOW)
        stub.secret, stub.id = added.secret, added.gateway_id
        yield stub


def send(ask, code="please-call", values=None, **more):
    return send_message(ask, code, values or {}, actor="staff:1", now=NOW, **more)


def outcomes(ask):
    return [
        each["outcome"]
        for each in history.history(ask, "e1", NOW + DAY)
        if each["number"] == ask.number and each["person"] == ask.person
    ]


def states(message_id):
    return list(Step.objects.filter(message_id=message_id).order_by("pk").values_list("state", flat=True))


def events(name):
    return list(OutboxEvent.objects.filter(name=name).values_list("payload", flat=True))


def test_without_a_gateway_a_message_is_a_file_that_only_we_may_read():
    ask = people().collect
    sent = send(ask)
    assert isinstance(sent, Sent), sent
    file = database.home() / "outbox" / "messages" / f"{sent.message_id}.json"
    words = json.loads(file.read_text())
    assert words["to"] == DEBTOR_PHONE
    assert "请在方便的时候联系我们" in words["text"]
    assert file.stat().st_mode & 0o077 == 0
    assert states(sent.message_id) == ["sending", "accepted"]
    assert "pending" in outcomes(ask)  # whoever takes the file on says what became of it


def test_a_contact_is_asked_to_pass_a_message_on_and_reads_nothing_else(gateway):
    ask = people().relay
    sent = send(ask, "contact-relay", NAME)
    assert isinstance(sent, Sent), sent
    assert gateway.got[0]["to"] == CONTACT_PHONE
    assert gateway.got[0]["text"].startswith("您好，这里是靠谱 kaopu。麻烦转告王*：请尽快联系我们")
    assert gateway.got[0]["message"] == str(sent.message_id)
    # A second one within the day and the episode's limits still needs a permit of its own.
    assert Permit.objects.count() == PermitUse.objects.count() == Message.objects.count() == 1


@pytest.mark.parametrize(("change", "code", "values", "why"), [
    ({"purpose": "collect"}, "contact-relay", NAME, "not_for_this_purpose"),
    ({"content": "none"}, "contact-relay", NAME, "above_disclosure"),
    ({}, "late", {}, "not_for_this_role"),
    ({}, "contact-relay", {}, "value_missing"),
    ({}, "contact-ask", NAME, "template_unknown"),
])  # fmt: skip
def test_a_text_that_does_not_fit_is_refused_before_any_permit(change, code, values, why, gateway):
    outcome = send(replace(people().relay, **change), code, values)
    assert outcome.why == (why,)
    assert not Judgement.objects.exists()
    assert gateway.got == []


def test_a_refusal_of_the_rulebook_sends_nothing(gateway):
    ask = people().relay
    with registry.only(**sources(debtor={"timezone": "Asia/Shanghai", "days_past_due": 3, "dead": False, "incapacitated": False,
                                         "represented": False})):  # fmt: skip
        outcome = send(ask, "contact-relay", NAME)
    assert outcome.why == ("X-DEF-09",)
    assert gateway.got == []
    assert not Message.objects.exists()


def test_a_consent_withdrawn_while_the_message_was_on_its_way_is_not_sent(gateway):
    ask = people().relay
    calls = []

    def person(ask_, now):
        calls.append(now)
        ended = {"consents": [], "opted_in": False} if len(calls) > 1 else {}
        return {**sources()["person"](ask_, now), **ended}

    with registry.only(**{**sources(), "person": person}):
        outcome = send(ask, "contact-relay", NAME)
    assert len(calls) == 2
    assert set(outcome.why) == {"PIPL-CONSENT", "X-DEF-01"}
    assert gateway.got == []
    assert not PermitUse.objects.exists()


def test_a_suppressed_number_is_reached_under_no_other_name(gateway):
    ask = people().relay
    suppress("phone", f"+86 {CONTACT_PHONE}", reason="withdrawn", actor="staff:1", now=NOW)
    assert send(ask, "contact-relay", NAME).why == ("SUPPRESSED",)
    assert gateway.got == []
    assert not PermitUse.objects.exists()


def test_a_point_that_ended_has_no_address(gateway):
    ask = people().relay
    end_point(int(ask.number.removeprefix("point:")), reason=EndReason.REPLACED, actor="staff:1", now=NOW)
    assert send(ask, "contact-relay", NAME).why == ("ADDRESS",)
    assert gateway.got == []


@pytest.mark.parametrize(("mood", "handed", "counted"), [
    ("accept", "accepted", ["pending"]), ("refuse", "not-sent", []), ("fail", "unknown", ["pending"]),
    ("hang-up", "unknown", ["pending"]), ("hang", "unknown", ["pending"]),
])  # fmt: skip
def test_what_may_have_left_is_counted_and_what_surely_did_not_is_not(mood, handed, counted, gateway, monkeypatch):
    ask = people().relay
    gateway.mood = mood
    monkeypatch.setattr("kaopu.outreach.channels.webhook.TIMEOUT_SECONDS", 0.3)
    if mood == "hang":
        made = sending.GatewayChannel
        monkeypatch.setattr(
            sending, "GatewayChannel", lambda url, secret, now: made(url, secret, now, timeout_seconds=0.3)
        )
    sent = send(ask, "contact-relay", NAME)
    assert sent.handed is Handed(handed)
    assert len(gateway.got) == 1  # whatever came of it, it was handed over once
    assert outcomes(ask) == counted


def test_a_gateway_that_is_not_there_was_told_nothing():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    add_gateway("SMS", f"http://127.0.0.1:{port}/", ["sms"], actor="staff:9", now=NOW)
    ask = people().relay
    assert send(ask, "contact-relay", NAME).handed is Handed.NOT_SENT
    assert outcomes(ask) == []
    assert events("outreach.not_sent")[0]["person"] == ask.person


def tell(client, gateway, words, news_id, secret=None):
    body, headers = signed(secret or gateway.secret, words, news_id)
    return client.post(
        reverse("gateway_news", args=[gateway.id]), body, content_type="application/json", headers=headers
    )


def test_receipts_come_signed_and_count_once(client, gateway):
    ask = people().relay
    sent = send(ask, "contact-relay", NAME)
    receipt = {"type": "receipt", "message": str(sent.message_id), "status": "delivered"}
    assert tell(client, gateway, receipt, "n1", secret=OTHER_SECRET).status_code == 401
    assert tell(client, gateway, {**receipt, "message": "x"}, "n0").status_code == 404
    assert tell(client, gateway, {**receipt, "status": "fine"}, "n2").status_code == 422
    assert outcomes(ask) == ["pending"]
    for _ in range(3):
        assert tell(client, gateway, receipt, "n3").status_code == 200
    assert states(sent.message_id) == ["sending", "accepted", "delivered"]
    assert outcomes(ask) == ["delivered"]
    assert tell(client, gateway, receipt, "n3-again").json() == {"heard": "known"}  # the same under another id
    assert len(events("outreach.delivered")) == 1
    assert events("outreach.delivered")[0]["point"] == ask.number
    # A bounce told late is kept, and frees no count.
    tell(client, gateway, {**receipt, "status": "bounced"}, "n4")
    assert outcomes(ask) == ["delivered"]


def test_a_gateway_speaks_of_its_own_messages_alone(client, gateway):
    sent = send(people().relay, "contact-relay", NAME)
    with running() as other:
        added = add_gateway("other", other.url, ["voice"], actor="staff:9", now=NOW)
        other.secret, other.id = added.secret, added.gateway_id
        receipt = {"type": "receipt", "message": str(sent.message_id), "status": "delivered"}
        assert tell(client, other, receipt, "n1").status_code == 404


@pytest.mark.parametrize("text", ["退订", "请别再联系我", "STOP"])
def test_who_writes_stop_is_left_alone_at_once(text, client, gateway):
    ask = people().relay
    send(ask, "contact-relay", NAME)
    reply = {"type": "reply", "channel": "sms", "from": f"+86{CONTACT_PHONE}", "text": text}
    assert tell(client, gateway, reply, "r1").status_code == 200
    assert suppressed("phone", CONTACT_PHONE)
    assert suppressed("person", ask.person)
    assert set(send(ask, "contact-relay", NAME).why) >= {"CN-GB-05", "SUPPRESSED"}
    assert len(gateway.got) == 1
    assert events("outreach.stopped")[0]["person"] == ask.person
    reply_row = Message.objects.get(direction="in")
    assert store.body_of(reply_row) == text
    assert tell(client, gateway, reply, "r1").json() == {"heard": "known"}
    assert Message.objects.filter(direction="in").count() == 1


def test_a_debtor_who_writes_stop_keeps_other_channels(client, gateway):
    ask = people().collect
    send(ask)
    tell(client, gateway, {"type": "reply", "channel": "sms", "from": DEBTOR_PHONE, "text": "TD"}, "r1")
    assert suppressed("sms", DEBTOR_PHONE)
    assert not suppressed("phone", DEBTOR_PHONE)
    assert not suppressed("person", ask.person)
    assert send(ask).why == ("SUPPRESSED",)


def test_a_stranger_who_writes_stop_is_never_written_to(client, gateway):
    assert (
        tell(
            client, gateway, {"type": "reply", "channel": "sms", "from": "13700000000", "text": "退订"}, "r1"
        ).status_code
        == 200
    )
    assert suppressed("phone", "13700000000")
    hello = {"type": "reply", "channel": "sms", "from": "13700000001", "text": "你好"}
    assert tell(client, gateway, hello, "r2").status_code == 404


def test_a_reply_is_kept_sealed_and_counts_as_a_word_from_the_person(client, gateway):
    ask = people().relay
    sent = send(ask, "contact-relay", NAME)
    reply = {
        "type": "reply",
        "message": str(sent.message_id),
        "channel": "sms",
        "from": CONTACT_PHONE,
        "text": "好的，我转告他",
    }
    assert tell(client, gateway, reply, "r1").status_code == 200
    assert events("outreach.reply")[0]["answers"] == str(sent.message_id)
    assert Entry.objects.get(outcome="inbound").person == ask.person
    assert [each.direction for each in store.conversation(ask.person)] == ["out", "in"]
    assert not events("outreach.stopped")


class Post:
    """A mail server that remembers, and refuses who is not there."""

    def __init__(self):
        self.letters = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(envelope)
        return "250 taken"


@pytest.fixture
def post(monkeypatch):
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    monkeypatch.setenv("KAOPU_SMTP_URL", f"smtp://127.0.0.1:{controller.port}")
    monkeypatch.setenv("KAOPU_MAIL_FROM", "hello@lender.example")
    yield handler
    controller.stop()


def test_e_mail_goes_over_a_real_line(post):
    ask = people().email
    sent = send(ask)
    assert sent.handed is Handed.DELIVERED
    assert post.letters[0].rcpt_tos == [DEBTOR_EMAIL]
    assert str(sent.message_id).encode() in post.letters[0].content
    assert outcomes(ask) == ["delivered"]


def test_a_mail_server_that_knows_nobody_of_that_name(post):
    from kaopu.party.actions.add_point import add_point

    base = people().email
    point = add_point(
        int(base.person.removeprefix("party:")), "email", "nobody@example.net", "contract", actor="t", now=NOW
    )
    ask = replace(base, number=f"point:{point}")
    assert send(ask).handed is Handed.BOUNCED
    assert outcomes(ask) == ["bounced"]
    assert events("outreach.bounced")


def test_a_mail_server_that_is_away_gives_the_count_back(monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("KAOPU_SMTP_URL", f"smtp://127.0.0.1:{closed.getsockname()[1]}")
    ask = people().email
    assert send(ask).handed is Handed.NOT_SENT
    assert outcomes(ask) == []


def test_the_inbox_holds_it_until_it_is_read():
    ask = replace(people().collect, channel="app")
    sent = send(ask)
    assert sent.handed is Handed.DELIVERED
    (view,) = store.inbox(ask.person)
    assert view.subject == "请联系我们"
    assert view.read_at is None
    assert not read_inbox("party:999", sent.message_id, now=NOW)
    assert read_inbox(ask.person, sent.message_id, now=NOW)
    assert read_inbox(ask.person, sent.message_id, now=NOW)
    assert len(events("outreach.read")) == 1
    assert store.inbox(ask.person)[0].read_at == NOW


@pytest.mark.parametrize(("said", "counted", "kinds"), [
    (CallOutcome.TALKED, "conversation", ()), (CallOutcome.NO_ANSWER, "no-answer", ()),
    (CallOutcome.WRONG_NUMBER, "invalid", ("phone",)), (CallOutcome.ASKED_TO_STOP, "conversation", ("phone", "person")),
])  # fmt: skip
def test_an_agent_dials_through_a_permit_and_says_what_came_of_it(said, counted, kinds):
    ask = replace(people().relay, channel="voice")
    sent = send(ask, "contact-relay", NAME)
    assert sent.carrier == "agent"
    assert "麻烦转告王*" in store.body_of(Message.objects.get())  # the script
    assert outcomes(ask) == ["pending"]
    assert end_call(sent.message_id, said, actor="staff:1", now=NOW) is None
    assert end_call(sent.message_id, said, actor="staff:1", now=NOW) is CallRefusal.ALREADY_ENDED
    assert outcomes(ask) == [counted]
    assert bool(suppressed("phone", CONTACT_PHONE)) == ("phone" in kinds)
    assert bool(suppressed("person", ask.person)) == ("person" in kinds)


def test_a_wish_is_one_message_however_often_it_is_told(gateway):
    ask = people().relay
    first = queue_message(ask, "contact-relay", NAME, key="case:1/relay:1", actor="staff:1", now=NOW)
    assert queue_message(ask, "contact-relay", NAME, key="case:1/relay:1", actor="staff:1", now=NOW) == first
    assert isinstance(send_queued(first, CLOCK), Sent)
    assert send_queued(first, CLOCK) is None
    assert len(gateway.got) == 1


def test_a_wish_that_was_refused_stays_refused(gateway):
    ask = people().relay
    wish = queue_message(ask, "contact-relay", NAME, key="k", actor="staff:1", now=NOW)
    sunday = FixedClock(NOW.replace(day=22))
    assert "X-DEF-07" in send_queued(wish, sunday).why
    assert send_queued(wish, CLOCK) is None  # to try again is a new wish
    assert Step.objects.get(request_id=wish).detail["why"]
    assert gateway.got == []


def test_texts_are_destroyed_when_their_time_is_over(gateway):
    ask = people().relay
    sent = send(ask, "contact-relay", NAME)
    assert forget_texts(NOW + 700 * DAY) == 0
    assert forget_texts(NOW + 800 * DAY) == 1
    row = Message.objects.get()
    assert store.body_of(row) is None
    assert row.permit == sent.permit_id
    assert AuditRow.objects.filter(act="outreach.texts_destroyed").count() == 1


def test_texts_of_who_is_erased_are_destroyed_at_once(client, gateway):
    ask = people().relay
    sent = send(ask, "contact-relay", NAME)
    reply = {"type": "reply", "message": str(sent.message_id), "channel": "sms", "from": CONTACT_PHONE, "text": "好的"}
    tell(client, gateway, reply, "r1")
    assert forget_person(ask.debtor, actor="staff:1", now=NOW) == 0
    assert forget_person(ask.person, actor="staff:1", now=NOW) == 2
    assert {store.body_of(row) for row in Message.objects.filter(person=ask.person)} == {None}
    assert AuditRow.objects.get(act="outreach.texts_destroyed").subject == ask.person


def test_a_safe_relay_says_nothing_to_whoever_opens_it(settings):
    link = make_relay_link("party:1", now=NOW, episode="e1")
    token = link.text.rpartition("/")[2]
    assert "party" not in link.text
    page = open_relay_link(token, now=NOW)
    assert page == open_relay_link(token, now=NOW)
    assert events("outreach.relay_opened") == [{"person": "party:1", "episode": "e1"}]
    assert open_relay_link(token + "x", now=NOW) is None
    assert open_relay_link("made-up", now=NOW) is None
    assert open_relay_link(token, now=NOW + 31 * DAY) is None


def test_the_link_of_a_relay_is_a_value_of_its_template(gateway):
    ask = replace(people().relay, purpose="locate", content="none")
    values = {**NAME, "link": make_relay_link(ask.debtor, now=NOW)}
    assert isinstance(send(ask, "contact-locate", values), Sent)
    assert values["link"].text in gateway.got[0]["text"]


def test_an_ended_gateway_takes_no_more_and_is_still_heard(client, gateway):
    ask = people().relay
    sent = send(ask, "contact-relay", NAME)
    assert end_gateway(gateway.id, actor="staff:9", now=NOW)
    assert not end_gateway(gateway.id, actor="staff:9", now=NOW)
    receipt = {"type": "receipt", "message": str(sent.message_id), "status": "delivered"}
    assert tell(client, gateway, receipt, "n1").status_code == 200
    assert isinstance(send(people().collect), Sent)
    assert len(gateway.got) == 1


def test_nothing_personal_lies_open_in_the_rows(client, gateway):
    from django.db import connection

    send(people().relay, "contact-relay", NAME)
    tell(client, gateway, {"type": "reply", "channel": "sms", "from": CONTACT_PHONE, "text": "我知道王小明在哪"}, "r1")
    texts = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
            texts += [row[0] or "" for row in cursor.fetchall()]
    everything = "\n".join(texts)
    for secret in (CONTACT_PHONE, DEBTOR_PHONE, "王小明", "麻烦转告", gateway.secret):
        assert secret not in everything
        assert secret.encode().hex() not in everything


def test_a_message_without_a_permit_cannot_be_written():
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="outreach_message_permit"), transaction.atomic():
        Message.objects.create(
            id="018f0000-0000-7000-8000-000000000000", direction="out", carrier="sms", person="p", role="contact",
            debtor="d", point="n", channel="sms", purpose="relay", level="none", at=NOW, by="x", keep_until=NOW.date(),
        )  # fmt: skip
    assert not isinstance(Refused(("x",)), Sent)
