"""Real `kill -9` of a sender: what was spent is never sent a second time, what was not is sent once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from sender_kills import WISHES, Arena
from sending_cases import CLOCK, CONTACT_PHONE, NAME, NOW, people, sources
from stub_gateway import running, signed

from kaopu.conduct import history
from kaopu.conduct import sources as registry
from kaopu.conduct.models import Permit, PermitUse
from kaopu.kernel import database
from kaopu.kernel.clock import system_clock
from kaopu.kernel.jobs import run_worker
from kaopu.outreach.actions.add_gateway import add_gateway
from kaopu.outreach.actions.queue_message import queue_message, send_queued
from kaopu.outreach.actions.send_message import Sent, send_message
from kaopu.outreach.actions.take_news import take_news
from kaopu.outreach.core.value import Kind, Value
from kaopu.outreach.models import Message, Step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gateway():
    with running() as stub:
        added = add_gateway("SMS", stub.url, ["sms"], actor="staff:9", now=NOW)
        stub.secret = added.secret
        yield stub


def environment():
    address, name = database.ensure_running(), connection.settings_dict["NAME"]
    url = os.environ.get("KAOPU_DATABASE_URL") or (
        f"postgresql://postgres@/{name}?host={address.socket_dir}&port={address.port}"
    )
    return os.environ | {"KAOPU_DATABASE_URL": url, "KAOPU_HOME": str(database.home())}


def killed(moment, wish):
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("send_and_die.py")), moment, str(wish)],
        env=environment(),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize(("moment", "handed_over", "after"), [
    ("issued", 0, 1),  # the permit was not used: the same one is used by who comes next
    ("used", 0, 0),  # spent: counted, and never sent
    ("sent", 1, 1),  # handed over: never again
])  # fmt: skip
def test_a_sender_that_is_killed_never_sends_twice(moment, handed_over, after, gateway):
    ask = people().relay
    wish = queue_message(ask, "contact-relay", NAME, key="k", actor="staff:1", now=NOW)
    killed(moment, wish)
    assert len(gateway.got) == handed_over
    with registry.only(**sources()):
        outcome = send_queued(wish, CLOCK)
        assert send_queued(wish, CLOCK) is None
    assert len(gateway.got) == after
    assert isinstance(outcome, Sent) == (moment == "issued")
    assert Permit.objects.count() == PermitUse.objects.count() == Message.objects.count() == 1
    pending = [each for each in history.history(ask, "e1", NOW) if each["person"] == ask.person]
    assert [each["outcome"] for each in pending] == ["pending"]
    last = Step.objects.filter(message__request=wish).order_by("-pk").first()
    assert last.state == ("accepted" if moment == "issued" else "unknown")


def test_kills_at_random_moments():
    """A couple of them; `python -m tests.outreach.sender_kills` runs many."""
    with running() as stub:
        arena, chance = Arena(stub, environment()), random.Random(7)
        done = [arena.kill_once(chance, turn) for turn in range(2)]
    assert all(kill.in_the_end + kill.counted_only == WISHES for kill in done)


def test_of_many_workers_with_one_wish_one_sends(gateway):
    wish = queue_message(people().relay, "contact-relay", NAME, key="k", actor="staff:1", now=NOW)
    outcomes, start = [], threading.Barrier(4)

    def work():
        start.wait()
        try:
            outcomes.append(send_queued(wish, CLOCK))
        finally:
            connection.close()

    with registry.only(**sources()):
        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert len(gateway.got) == 1
    assert sorted(isinstance(each, Sent) for each in outcomes) == [False, False, False, True]


def test_the_queue_itself_sends(gateway):
    """Through the worker that does everybody's work, on the system's clock, whatever the hour: a code of the debtor's."""
    ask = replace(people().collect, purpose="verify", profile="law-only")
    code, stop = {"code": Value(Kind.CODE, "204617")}, threading.Event()
    with registry.only(**sources()):
        queue_message(ask, "own-code", code, key="k", actor="staff:1", now=system_clock().now())
        worker = threading.Thread(target=run_worker, args=(stop,))
        worker.start()
        until = time.monotonic() + 30
        while time.monotonic() < until and not Step.objects.filter(state="accepted").exists():
            time.sleep(0.1)
        stop.set()
        worker.join()
    assert [each["text"][:10] for each in gateway.got] == ["验证码 204617"]


def test_the_same_reply_twice_at_once_is_heard_once(gateway):
    ask = people().relay
    with registry.only(**sources()):
        sent = send_message(ask, "contact-relay", NAME, actor="staff:1", now=NOW)
    words = {"type": "reply", "message": str(sent.message_id), "channel": "sms", "from": CONTACT_PHONE, "text": "好的"}
    body, headers = signed(gateway.secret, words, "r1")
    gateway_id, heard, start = Message.objects.get().gateway_id, [], threading.Barrier(4)

    def work():
        start.wait()
        try:
            heard.append(take_news(gateway_id, headers, body, now=NOW))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(heard) == ["known", "known", "known", "taken"]
    assert Message.objects.filter(direction="in").count() == 1
