"""Ask for a message to be sent by the queue, once by its key; and what the queue then does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connection, transaction
from procrastinate.contrib.django import app

from kaopu.conduct.core.ask import Ask
from kaopu.kernel import ids, ids_only
from kaopu.outreach import store
from kaopu.outreach.actions.send_message import Refused, Sent, send_message
from kaopu.outreach.models import Message, SendRequest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kaopu.kernel.clock import Clock
    from kaopu.outreach.core.value import Value

_LOCK = 0x6F757472  # "outr": the first half of the lock of one request


def queue_message(
    ask: Ask, template_code: str, values: Mapping[str, Value], *, key: str, actor: str, now: datetime,
    language: str = "zh", at: datetime | None = None,
) -> UUID:  # fmt: skip
    """Write the wish down and queue it, in the caller's transaction; the same key again is the same wish.

    `at`: not before then. Nothing is promised: the permit is asked for when the queue gets there.
    """
    ids_only.check({"key": key, "template": template_code, **ask.words()}, "request to send")
    found = SendRequest.objects.filter(key=key).first()
    if found:
        return found.pk
    request_id = ids.new_id(now)
    with transaction.atomic():
        SendRequest.objects.create(
            id=request_id, key=key, ask=ask.words(), template_code=template_code, language=language,
            body_sealed=store.seal_body("outreach_sendrequest", request_id, json.dumps(store.plain_values(values))),
            at=now, by=actor,
        )  # fmt: skip
        app.configure_task("outreach.send", schedule_at=at).defer(request_id=str(request_id))
    return request_id


def send_queued(request_id: UUID, clock: Clock) -> Sent | Refused | None:
    """Do what a wish asks for, unless it was done: None then. Of two workers with one wish, one does it.

    A message that is there already was sent, or may have been when a worker died: it is never sent again.
    """
    request = SendRequest.objects.get(pk=request_id)
    # Of the session, not of a transaction: sending is several transactions.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_LOCK, str(request_id)])
    try:
        return _send(request, clock)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK, str(request_id)])


def _send(request: SendRequest, clock: Clock) -> Sent | Refused | None:
    now = clock.now()
    sent = Message.objects.filter(request=request).first()
    if sent is not None:
        _note_unfinished(sent, now)
        return None
    values = store.body_of(request)
    if values is None or request.steps.filter(state="refused").exists():
        return None
    outcome = send_message(
        Ask.of(request.ask), request.template_code, store.values_of(json.loads(values)), actor=request.by, now=now,
        language=request.language, request=request, clock=clock,
    )  # fmt: skip
    if isinstance(outcome, Refused):
        detail = {"why": list(outcome.why), "judgement": str(outcome.judgement_id or "")}
        store.add_step("refused", now, request=request, detail=detail)
    return outcome


def _note_unfinished(sent: Message, now: datetime) -> None:
    if set(sent.steps.values_list("state", flat=True)) == {"sending"}:
        store.add_step("unknown", now, message=sent, detail={"code": "worker-ended"})
