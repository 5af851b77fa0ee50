"""Webhooks over REST: added with a secret that is shown once, listed without it, ended."""

from __future__ import annotations

import pytest
from api_callers import expect_problem

from kaopu.kernel import events, webhooks
from kaopu.kernel.api.scope import Scope
from kaopu.kernel.clock import system_clock
from kaopu.kernel.models import IdempotentAnswer, WebhookDelivery, WebhookEndpoint

URL = "http://127.0.0.1:9/hook"


@pytest.mark.django_db
def test_the_secret_is_shown_once_and_kept_in_no_answer(caller):
    body = {"url": URL, "topics": ["debt"]}
    first = caller.post("/webhooks", body, key="hook")
    assert first.status_code == 201, first.content
    said = first.json()
    assert said["secret"] == webhooks.secret(WebhookEndpoint.objects.get())
    again = caller.post("/webhooks", body, key="hook").json()
    assert again == {"webhook_id": said["webhook_id"], "secret": None}
    assert said["secret"] not in str(list(IdempotentAnswer.objects.values()))
    (listed,) = caller.get("/webhooks").json()["items"]
    assert "secret" not in listed and listed["topics"] == ["debt"]


@pytest.mark.django_db
def test_an_address_that_may_not_be_told(caller):
    problem = expect_problem(caller.post("/webhooks", {"url": "http://example.com/"}), 422, "bad-input")
    assert "https" in problem["detail"]
    expect_problem(caller.post("/webhooks", {"url": URL, "topic": "debt"}), 422, "bad-input")


@pytest.mark.django_db(transaction=True)
def test_deliveries_are_listed_and_an_ended_address_hears_no_more(caller, caller_with):
    webhook_id = caller.post("/webhooks", {"url": URL}).json()["webhook_id"]
    for debt in (1, 2):
        events.emit("debt.event_recorded", {"debt": debt}, system_clock().now())
    events.deliver_pending(system_clock().now())
    webhooks.send_due(system_clock().now())
    page = caller.get("/webhook-deliveries", limit=1, state="waiting").json()
    assert page["items"][0]["last_answer"] == "URLError" and page["items"][0]["attempts"] == 1
    assert len(caller.get("/webhook-deliveries", cursor=page["next_cursor"]).json()["items"]) == 1
    expect_problem(caller_with(Scope.WEBHOOKS_READ).post(f"/webhooks/{webhook_id}/end", {}), 403, "scope-missing")
    assert caller.post(f"/webhooks/{webhook_id}/end", {}).json() == {"webhook_id": webhook_id}
    expect_problem(caller.post(f"/webhooks/{webhook_id}/end", {}), 404, "not-found")
    assert WebhookDelivery.objects.filter(state="waiting").count() == 2
