"""What a gateway tells: receipts of messages, and replies of persons. Signed, and each is heard once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from standardwebhooks import Webhook, WebhookVerificationError

from kaopu.conduct.actions.record_outcome import record_inbound, record_outcome
from kaopu.conduct.actions.suppress import suppress
from kaopu.kernel import ids
from kaopu.outreach import store
from kaopu.outreach.actions.send_message import tell
from kaopu.outreach.core.stop_words import asks_to_stop
from kaopu.outreach.models import Gateway, Message, Step
from kaopu.party.store import points_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

OUTCOMES = ("delivered", "bounced", "invalid", "no-answer", "notice", "conversation")
TEXT_LENGTH_MAX = 2_000
KIND_OF = {"sms": "phone", "voice": "phone", "email": "email"}


class Heard(StrEnum):
    """What became of a piece of news."""

    TAKEN = "taken"
    KNOWN = "known"  # told before
    NOT_SIGNED = "not-signed"
    NOT_UNDERSTOOD = "not-understood"
    NO_SUCH_MESSAGE = "no-such-message"


@dataclass(frozen=True, slots=True)
class News:
    """One signed piece of news, read."""

    told_as: str
    words: dict[str, Any]


def take_news(gateway_id: UUID, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Heard:
    """Take one piece of news from a gateway. Nothing unsigned is looked at."""
    row = Gateway.objects.filter(pk=gateway_id).first()
    if row is None:
        return Heard.NOT_SIGNED
    news = _read(row, headers, body)
    if isinstance(news, Heard):
        return news
    if Step.objects.filter(told_as=news.told_as).exists():
        return Heard.KNOWN
    take = {"receipt": _receipt, "reply": _reply}.get(str(news.words.get("type")))
    if take is None:
        return Heard.NOT_UNDERSTOOD
    try:
        return take(row, news, now)
    except IntegrityError as twin:
        # The same piece of news came in twice at once: the other one was heard.
        if "told_as" in str(twin):
            return Heard.KNOWN
        raise


def _read(row: Gateway, headers: Mapping[str, str], body: bytes) -> News | Heard:
    signed = {name: str(headers.get(name, "")) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    try:
        Webhook(store.gateway_secret(row)).verify(body, signed)
    except WebhookVerificationError:
        return Heard.NOT_SIGNED
    try:
        words = json.loads(body)
    except ValueError:
        return Heard.NOT_UNDERSTOOD
    return News(f"{row.pk}/{signed['webhook-id']}"[:160], words) if isinstance(words, dict) else Heard.NOT_UNDERSTOOD


def _receipt(row: Gateway, news: News, now: datetime) -> Heard:
    outcome = news.words.get("status")
    if outcome not in OUTCOMES:
        return Heard.NOT_UNDERSTOOD
    with transaction.atomic():
        message = _message(row, news.words.get("message"))
        if message is None:
            return Heard.NO_SUCH_MESSAGE
        # A twin that came in while we waited for the row, or the same news under another id: reach hears it once.
        if message.steps.filter(state=str(outcome)).exists():
            return Heard.KNOWN
        store.add_step(str(outcome), now, message=message, told_as=news.told_as)
        record_outcome(message.permit or message.pk, str(outcome), actor=f"gateway:{row.pk}", now=now)
        tell(f"outreach.{str(outcome).replace('-', '_')}", message, now)
    return Heard.TAKEN


def _message(row: Gateway, message_id: object) -> Message | None:
    try:
        wanted = UUID(str(message_id))
    except ValueError:
        return None
    # Locked: of two receipts at once, and of a receipt that overtakes the sender's own note, each is heard in turn.
    return Message.objects.select_for_update().filter(pk=wanted, gateway=row, direction="out").first()


def _reply(row: Gateway, news: News, now: datetime) -> Heard:
    text, sender, channel = (news.words.get(name) for name in ("text", "from", "channel"))
    kind = KIND_OF.get(str(channel))
    if not isinstance(text, str) or not isinstance(sender, str) or not sender or kind is None:
        return Heard.NOT_UNDERSTOOD
    with transaction.atomic():
        answered = _message(row, news.words.get("message")) or _last_to(kind, sender)
        stops = asks_to_stop(text)
        if stops:
            _stop(answered, kind, sender, str(channel), now)
        if answered is not None:
            _keep_reply(row, news, answered, text[:TEXT_LENGTH_MAX], now, stops=stops)
    return Heard.TAKEN if answered is not None or stops else Heard.NO_SUCH_MESSAGE


def _last_to(kind: str, sender: str) -> Message | None:
    points = [f"point:{point.id}" for point in points_with(kind, sender, live_only=False)]
    rows = Message.objects.select_for_update().filter(point__in=points, direction="out")
    return rows.order_by("-at", "-id").first()


def _stop(answered: Message | None, kind: str, sender: str, channel: str, now: datetime) -> None:
    """Who owes something is left alone on this channel; anybody else, and whoever is unknown, altogether."""
    owes = answered is not None and answered.role in {"debtor", "guarantor"}
    suppress(channel if owes else kind, sender, reason="stop-word", actor="system", now=now)
    if answered is not None and answered.role == "contact":
        suppress("person", answered.person, reason="stop-word", actor="system", now=now)


def _keep_reply(row: Gateway, news: News, answered: Message, text: str, now: datetime, *, stops: bool) -> None:
    reply_id = ids.new_id(now)
    reply = Message.objects.create(
        id=reply_id, direction="in", permit=None, gateway=row, carrier="gateway", person=answered.person,
        role=answered.role, debtor=answered.debtor, episode=answered.episode, point=answered.point,
        channel=answered.channel, purpose=answered.purpose, level="none", language=answered.language,
        body_sealed=store.seal_body("outreach_message", reply_id, text), at=now, by=f"gateway:{row.pk}",
        keep_until=store.kept_until(now, answered.role),
    )  # fmt: skip
    store.add_step("reply", now, message=reply, detail={"answers": str(answered.pk)}, told_as=news.told_as)
    record_inbound(
        answered.person, answered.channel, answered.point, now=now, role=answered.role, purpose=answered.purpose,
        episode=answered.episode, actor=f"gateway:{row.pk}",
    )  # fmt: skip
    tell("outreach.reply", reply, now, answers=str(answered.pk))
    if stops:
        tell("outreach.stopped", reply, now)
