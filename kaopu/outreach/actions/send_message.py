"""The only function that sends. Each message takes a permit: issued, judged again when it is sent, used once.

Order: write the text, get the permit, open the address, then in one transaction spend the permit and record the
message, and only after that commit hand it over. Killed between the two, the message stays `sending`: it is counted
and never sent a second time. A channel that surely sent nothing gives the count back; one that does not know does not.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct.actions.issue_permit import IssuedPermit, issue_permit
from kaopu.conduct.actions.issue_permit import Refused as NoPermit
from kaopu.conduct.actions.record_outcome import record_not_sent, record_outcome
from kaopu.conduct.actions.suppress import suppressed
from kaopu.conduct.actions.use_permit import UsedPermit, use_permit
from kaopu.conduct.store import open_permit
from kaopu.kernel import database, events, ids
from kaopu.kernel.clock import system_clock
from kaopu.outreach import addresses, store
from kaopu.outreach.channels.agent_call import AgentCall
from kaopu.outreach.channels.channel import Handed, Parcel, Receipt
from kaopu.outreach.channels.file_outbox import FileOutbox
from kaopu.outreach.channels.inbox import Inbox
from kaopu.outreach.channels.smtp import Smtp
from kaopu.outreach.channels.webhook import GatewayChannel
from kaopu.outreach.core.level import above
from kaopu.outreach.core.template import Rendered, Unfit, render, suits
from kaopu.outreach.models import Gateway, Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kaopu.conduct.core.ask import Ask
    from kaopu.kernel.clock import Clock
    from kaopu.outreach.addresses import Address
    from kaopu.outreach.channels.channel import Channel
    from kaopu.outreach.core.template import Template
    from kaopu.outreach.core.value import Value
    from kaopu.outreach.models import SendRequest

NO_ADDRESS, SUPPRESSED = "ADDRESS", "SUPPRESSED"


@dataclass(frozen=True, slots=True)
class Sent:
    """Handed over, as far as the channel knows."""

    message_id: UUID
    permit_id: UUID
    handed: Handed
    carrier: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not sent, and why: ids of rules, `Unfit` of the text, ADDRESS, SUPPRESSED. `judgement_id`: the rules asked."""

    why: tuple[str, ...]
    words: str = ""
    judgement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Sending:
    """What is about to be sent, where to and by whom."""

    template: Template
    written: Rendered
    address: Address
    request: SendRequest | None
    actor: str


def send_message(
    ask: Ask, template_code: str, values: Mapping[str, Value], *, actor: str, now: datetime, language: str = "zh",
    request: SendRequest | None = None, clock: Clock | None = None,
) -> Sent | Refused:  # fmt: skip
    """Send one message, or say why not. Not inside another transaction: what is used must be committed before sending.

    `request` binds the message to a queued wish, for which there is one message at most. With a `clock` the permit is
    judged at the instant it is used, not at `now`.
    """
    template = store.template(template_code, language)
    written = _write(template, ask, values)
    if template is None or isinstance(written, Unfit):
        return Refused((str(written),))
    reference = f"send:{request.pk}" if request else ""
    issued = (open_permit(reference, now) if reference else None) or issue_permit(
        ask, actor=actor, now=now, reference=reference
    )
    if isinstance(issued, NoPermit):
        return Refused(issued.refused_by, str(issued), issued.judgement_id)
    permit_id = issued.permit_id if isinstance(issued, IssuedPermit) else issued.id
    address = addresses.open_address(ask.number, actor=actor, now=now)
    if address is None:
        return Refused((NO_ADDRESS,))
    sending = _Sending(template, written, address, request, actor)
    made = _spend(permit_id, sending, clock.now() if clock else now)
    return made if isinstance(made, Refused) else _hand_over(made, sending, now, clock)


def _write(template: Template | None, ask: Ask, values: Mapping[str, Value]) -> Rendered | Unfit:
    if template is None:
        return Unfit.TEMPLATE_UNKNOWN
    return suits(template, ask.role, ask.purpose) or render(template, values, ask.content, store.house())


def _spend(permit_id: UUID, sending: _Sending, now: datetime) -> Message | Refused:
    with transaction.atomic(durable=True):
        used = use_permit(permit_id, now=now, actor=sending.actor)
        if isinstance(used, NoPermit):
            return Refused(used.refused_by, str(used), used.judgement_id)
        why = _why_not(used, sending)
        if why:
            transaction.set_rollback(True)  # nothing is spent
            return Refused((why,))
        return _record(used, sending, now)


def _why_not(used: UsedPermit, sending: _Sending) -> str:
    if above(sending.template.level, used.disclosure):
        return Unfit.ABOVE_DISCLOSURE
    # The same number under another borrower, person or kind of point is the same number.
    address = sending.address
    return SUPPRESSED if any(suppressed(kind, address.value) for kind in (address.kind, used.ask.channel)) else ""


def _record(used: UsedPermit, sending: _Sending, now: datetime) -> Message:
    ask, template, message_id = used.ask, sending.template, ids.new_id(now)
    carrier, gateway = _carrier(ask)
    text = f"{sending.written.subject}\n\n{sending.written.body}"
    row = Message.objects.create(
        id=message_id, direction="out", permit=used.permit_id, request=sending.request, gateway=gateway,
        carrier=carrier, person=ask.person, role=ask.role, debtor=ask.debtor, episode=used.episode, point=ask.number,
        channel=ask.channel, purpose=ask.purpose, level=template.level, template_code=template.code,
        template_digest=template.digest, language=template.language,
        body_sealed=store.seal_body("outreach_message", message_id, text), at=now, by=sending.actor,
        keep_until=store.kept_until(now, ask.role),
    )  # fmt: skip
    store.add_step("sending", now, message=row, detail={"template": template.code, "version": template.version})
    return row


def _carrier(ask: Ask) -> tuple[str, Gateway | None]:
    """Which way out: staff dial themselves, the app has its inbox, e-mail a relay; else a gateway, else files."""
    if ask.channel == "visit" or (ask.channel == "voice" and ask.caller == "human"):
        return "agent", None
    if ask.channel == "app":
        return "inbox", None
    if ask.channel == "email" and os.environ.get("KAOPU_SMTP_URL"):
        return "smtp", None
    gateway = store.gateway_for(ask.channel)
    return ("gateway", gateway) if gateway else ("outbox", None)


def _channel(row: Message) -> Channel:
    if row.carrier == "smtp":
        return Smtp(os.environ["KAOPU_SMTP_URL"], os.environ.get("KAOPU_MAIL_FROM", "kaopu@localhost"))
    if row.carrier == "gateway" and row.gateway is not None:
        # It checks the age of a signature, so its instant is the real one even where a day is replayed.
        return GatewayChannel(row.gateway.url, store.gateway_secret(row.gateway), system_clock().now)
    if row.carrier == "inbox":
        return Inbox(row.at)
    return AgentCall() if row.carrier == "agent" else FileOutbox(database.home() / "outbox" / "messages")


def _hand_over(row: Message, sending: _Sending, now: datetime, clock: Clock | None) -> Sent:
    written, permit_id = sending.written, row.permit or row.pk
    parcel = Parcel(
        row.pk, permit_id, row.channel, row.person, sending.address.value, written.subject, written.body
    )  # fmt: skip
    receipt = _channel(row).send(parcel)
    note_receipt(row, receipt, actor=sending.actor, now=clock.now() if clock else now)
    return Sent(row.pk, permit_id, receipt.handed, row.carrier)


def note_receipt(row: Message, receipt: Receipt, *, actor: str, now: datetime) -> None:
    """What the channel said: a step, the outcome that permits count, and an event for reach."""
    with transaction.atomic():
        store.add_step(receipt.handed.value, now, message=row, detail={"code": receipt.detail})
        permit_id = row.permit or row.pk
        if receipt.handed is Handed.NOT_SENT:
            record_not_sent(permit_id, actor=actor, now=now)
        elif receipt.handed in {Handed.DELIVERED, Handed.BOUNCED}:
            record_outcome(permit_id, receipt.handed.value, actor=actor, now=now)
        tell(f"outreach.{receipt.handed.value.replace('-', '_')}", row, now)


def tell(name: str, row: Message, at: datetime, **more: object) -> None:
    """An event about a message, for rooms above: who, in which role, at which point, by which channel."""
    said: dict[str, object] = {
        "message": str(row.pk), "person": row.person, "role": row.role, "debtor": row.debtor, "point": row.point,
        "channel": row.channel, "purpose": row.purpose, "episode": row.episode, **more,
    }  # fmt: skip
    events.emit(name, said, at)
