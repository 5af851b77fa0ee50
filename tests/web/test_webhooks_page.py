"""The page on webhooks: added with a secret shown once, tried again by hand, ended."""

from __future__ import annotations

import pytest

from kaopu.kernel import events, webhooks
from kaopu.kernel.clock import system_clock
from kaopu.kernel.models import WebhookDelivery, WebhookEndpoint
from kaopu.kernel.roles import Role

URL = "http://127.0.0.1:9/hook"


@pytest.mark.django_db
def test_an_address_is_added_and_its_secret_shown_once(sign_in):
    client = sign_in(Role.ADMINISTRATOR)
    assert "Nobody is told yet" in client.get("/webhooks/").content.decode()
    refused = client.post("/webhooks/", {"url": "http://example.com/x"})
    assert refused.status_code == 422 and "https" in refused.content.decode()
    added = client.post("/webhooks/", {"url": URL, "topics": "debt book.closed"}).content.decode()
    row = WebhookEndpoint.objects.get()
    assert webhooks.secret(row) in added
    again = client.get("/webhooks/").content.decode()
    assert webhooks.secret(row) not in again and "book.closed, debt" in again
    client.post(f"/webhooks/{row.pk}/end")
    row.refresh_from_db()
    assert row.ended_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_was_given_up_is_sent_again(sign_in):
    client = sign_in(Role.ADMINISTRATOR, "zh-hans")
    client.post("/webhooks/", {"url": URL})
    events.emit("debt.event_recorded", {"debt": 1}, system_clock().now())
    events.deliver_pending(system_clock().now())
    webhooks.send_due(system_clock().now())
    WebhookDelivery.objects.update(state="failed")
    page = client.get("/webhooks/?state=failed").content.decode()
    assert "重新发送" in page and "URLError" in page
    client.post(f"/webhooks/deliveries/{WebhookDelivery.objects.get().pk}/retry")
    assert WebhookDelivery.objects.get().state == "waiting"


def test_only_an_administrator_may_say_who_is_told(sign_in):
    assert sign_in(Role.ANALYST).get("/webhooks/").status_code == 403
