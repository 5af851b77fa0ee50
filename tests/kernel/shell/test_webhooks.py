"""Webhooks reach a real receiver on loopback: signed, retried, once on record however often an event is told."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connections
from standardwebhooks import Webhook, WebhookVerificationError

from kaopu.kernel import events, webhooks
from kaopu.kernel.actions.add_webhook import add_webhook
from kaopu.kernel.actions.end_webhook import end_webhook
from kaopu.kernel.actions.retry_delivery import retry_delivery
from kaopu.kernel.clock import system_clock
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.webhook import WAITS, checked_url, wait_after, wants
from kaopu.kernel.models import OutboxEvent, WebhookDelivery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver():
    """A web server that keeps what it is told and answers with the codes it is given, then 204."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body.decode()))
            self.send_response(server.answers.pop(0) if server.answers else 204)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.heard, server.answers = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def now():
    return system_clock().now()  # a receiver refuses old signatures, so it must be the real one


def told(name="debt.event_recorded", **payload):
    events.emit(name, payload or {"debt": 1}, now())
    assert events.deliver_pending(now()) == 1


def test_a_receiver_hears_an_event_and_can_check_who_says_it(receiver):
    _, secret = add_webhook(receiver.url, ["debt"], "terminal:0", now())
    told(debt=7)
    assert webhooks.send_due(now()) == 1
    headers, body = receiver.heard[0]
    said = Webhook(secret).verify(body, headers)
    assert (said["type"], said["data"]) == ("debt.event_recorded", {"debt": 7})
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace("7", "8"), headers)


def test_a_receiver_that_fails_is_told_again_later_with_the_same_id(receiver):
    add_webhook(receiver.url, [], "terminal:0", now())
    receiver.answers = [500, 302]
    told()
    at = now()
    assert webhooks.send_due(at) == 0
    assert webhooks.send_due(at) == 0, "before its time it is not tried"
    assert webhooks.send_due(at + WAITS[0]) == 0, "a redirect is not followed"
    assert webhooks.send_due(at + WAITS[0] + WAITS[1]) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts, row.last_answer) == ("done", 3, "204")


def test_after_the_last_attempt_it_stands_as_failed_and_can_be_sent_by_hand():
    add_webhook("http://127.0.0.1:1/nobody", [], "terminal:0", now())
    told()
    at = now()
    for wait in (*WAITS, timedelta(0)):
        webhooks.send_due(at)
        at += wait
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts, row.last_answer) == ("failed", len(WAITS) + 1, "URLError")
    retry_delivery(row.pk, "terminal:0", at)
    row.refresh_from_db()
    assert row.state == "waiting"


def test_an_event_told_twice_is_one_delivery(receiver):
    add_webhook(receiver.url, [], "terminal:0", now())
    told()
    OutboxEvent.objects.update(delivered_at=None, handled_by=[])  # as if killed before the mark
    assert events.deliver_pending(now()) == 1
    assert WebhookDelivery.objects.count() == 1


def test_two_workers_never_send_one_delivery_both(receiver):
    add_webhook(receiver.url, [], "terminal:0", now())
    for debt in range(20):
        told(debt=debt)

    def work():
        webhooks.send_due(now())
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(json.loads(body)["data"]["debt"] for _, body in receiver.heard) == list(range(20))


def test_an_ended_endpoint_is_told_nothing_more(receiver):
    endpoint, _ = add_webhook(receiver.url, [], "terminal:0", now())
    told()
    end_webhook(endpoint, "terminal:0", now())
    assert webhooks.send_due(now()) == 0
    told()
    assert WebhookDelivery.objects.count() == 1
    with pytest.raises(BadInput, match="not ended"):
        end_webhook(endpoint, "terminal:0", now())


def test_only_topics_that_were_asked_for(receiver):
    add_webhook(receiver.url, ["book.closed"], "terminal:0", now())
    told("debt.event_recorded")
    told("book.closed", close=1)
    webhooks.send_due(now())
    assert [json.loads(body)["type"] for _, body in receiver.heard] == ["book.closed"]


@pytest.mark.parametrize(
    "url", ["http://example.com/x", "ftp://localhost/x", "https://a:b@example.com/", "nonsense", "https:///x", ""]
)
def test_addresses_that_may_not_be_told(url):
    with pytest.raises(BadInput, match="url"):
        checked_url(url)


def test_topics_and_waits():
    assert wants(["debt"], "debt.event_recorded")
    assert not wants(["debt"], "debtor.changed")
    assert wants([], "anything")
    assert wait_after(1) == WAITS[0]
    assert wait_after(len(WAITS) + 1) is None
    assert sum(WAITS, timedelta()) > timedelta(days=1)
