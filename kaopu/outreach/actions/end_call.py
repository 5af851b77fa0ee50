"""An agent's outcome of a call or visit. Each code is an outcome that permits count, and may be more besides."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct.actions.record_outcome import record_outcome
from kaopu.conduct.actions.suppress import suppress
from kaopu.outreach import addresses, store
from kaopu.outreach.actions.send_message import tell
from kaopu.outreach.models import Message

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class CallOutcome(StrEnum):
    """What came of it. The strings are public: add new ones, keep the old."""

    TALKED = "talked"
    NO_ANSWER = "no-answer"
    WRONG_NUMBER = "wrong-number"
    ASKED_TO_STOP = "asked-to-stop"
    HARD_TIMES = "hard-times"
    DISPUTES = "disputes"
    MESSAGE_LEFT = "message-left"
    NOT_IN_SERVICE = "not-in-service"


class Refusal(StrEnum):
    """Why an outcome was not taken."""

    NO_SUCH_CALL = "no_such_call"
    ALREADY_ENDED = "already_ended"


COUNTED = {
    CallOutcome.TALKED: "conversation", CallOutcome.NO_ANSWER: "no-answer", CallOutcome.WRONG_NUMBER: "invalid",
    CallOutcome.ASKED_TO_STOP: "conversation", CallOutcome.HARD_TIMES: "conversation",
    CallOutcome.DISPUTES: "conversation", CallOutcome.MESSAGE_LEFT: "notice", CallOutcome.NOT_IN_SERVICE: "invalid",
}  # fmt: skip


def end_call(message_id: UUID, outcome: CallOutcome, *, actor: str, now: datetime) -> Refusal | None:
    """End a call that an agent has before them: counted, told to rooms above, and obeyed at once."""
    with transaction.atomic():
        row = Message.objects.select_for_update().filter(pk=message_id, carrier="agent").first()
        if row is None:
            return Refusal.NO_SUCH_CALL
        if row.steps.filter(state__in=list(CallOutcome)).exists():
            return Refusal.ALREADY_ENDED
        store.add_step(outcome.value, now, message=row)
        record_outcome(row.permit or row.pk, COUNTED[outcome], actor=actor, now=now)
        if outcome in {CallOutcome.ASKED_TO_STOP, CallOutcome.WRONG_NUMBER}:
            _leave_alone(row, outcome, actor, now)
        tell(f"outreach.{outcome.value.replace('-', '_')}", row, now)
    return None


def tell_outcome(message_id: UUID, outcome: str, *, actor: str, now: datetime) -> str:
    """Say what became of a message from the outbox of files, where no gateway does; "" or why it was not taken."""
    with transaction.atomic():
        row = Message.objects.select_for_update().filter(pk=message_id, carrier="outbox", direction="out").first()
        if row is None:
            return "it is not there or not of the outbox, expected one of `kaopu outreach outbox`"
        refusal = record_outcome(row.permit or row.pk, outcome, actor=actor, now=now)
        if refusal:
            return str(refusal)
        store.add_step(outcome, now, message=row)
        tell(f"outreach.{outcome.replace('-', '_')}", row, now)
    return ""


def _leave_alone(row: Message, outcome: CallOutcome, actor: str, now: datetime) -> None:
    contact = row.role == "contact"
    address = addresses.open_address(row.point, actor=actor, now=now)
    if address is not None:
        # A wrong number belongs to a stranger, whom nobody may ring again for anybody.
        altogether = contact or outcome is CallOutcome.WRONG_NUMBER
        suppress(address.kind if altogether else "voice", address.value, reason=outcome.value, actor=actor, now=now)
    if contact and outcome is CallOutcome.ASKED_TO_STOP:
        suppress("person", row.person, reason=outcome.value, actor=actor, now=now)
        tell("outreach.stopped", row, now)
