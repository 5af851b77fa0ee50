"""Ask one channel about one point or paper: with the person's consent before the question and after the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit, ids_only, vault
from kaopu.party.actions.record_verification import (
    Refusal,
    authorisation,
    record_verification,
    why_not_about,
)
from kaopu.party.core.records import VerificationResult
from kaopu.party.models import ContactPoint, IdentityDocument, Party
from kaopu.party.store import point_rows, record_rows
from kaopu.party.verification.channels import Answer, Channel, Question, channel_named

if TYPE_CHECKING:
    from datetime import datetime


def verify_party(
    party_id: int,
    channel_name: str,
    *,
    actor: str,
    now: datetime,
    point_id: int | None = None,
    document_id: int | None = None,
) -> int | Refusal:
    """Ask and record; the id of the answer. A channel that fails has answered `unknown`.

    The provider is asked outside any transaction; consent that was taken back meanwhile drops the answer.
    """
    channel = channel_named(channel_name)
    if channel is None:
        return Refusal.NO_SUCH_CHANNEL
    with transaction.atomic():
        question = _question(channel, party_id, point_id, document_id, now)
        if isinstance(question, Refusal):
            return question
        details: dict[str, object] = {"channel": channel_name, "point": point_id, "document": document_id}
        audit.record(act="party.verification_asked", subject=f"party:{party_id}", actor=actor, at=now, details=details)
    answer = _asked(channel, question)
    return record_verification(
        party_id,
        channel_name,
        channel.provider,
        answer.result,
        actor=actor,
        now=now,
        why=answer.why,
        point_id=point_id,
        document_id=document_id,
    )


def _question(
    channel: Channel, party_id: int, point_id: int | None, document_id: int | None, now: datetime
) -> Question | Refusal:
    party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
    if party is None or party.erased_at is not None:
        return Refusal.NO_SUCH_PARTY if party is None else Refusal.PARTY_IS_ERASED
    refusal = why_not_about(party_id, point_id, document_id)
    if refusal is None and authorisation(party_id, channel.name, now) is None:
        refusal = Refusal.NOT_AUTHORISED
    if refusal is not None:
        return refusal
    kind, value = _opened(point_id, document_id)
    if kind not in channel.kinds:
        return Refusal.CHANNEL_IS_FOR_OTHER_KINDS
    name = None
    if party.name_sealed is not None:
        name = vault.ring().open(party.name_sealed, "party_party", "name_sealed", party_id)
    return Question(kind, value, name)


def _opened(point_id: int | None, document_id: int | None) -> tuple[str, str]:
    if point_id is not None:
        point = ContactPoint.objects.get(pk=point_id)
        return point.kind, point_rows.open_value(point)
    paper = IdentityDocument.objects.get(pk=document_id)
    return paper.kind, record_rows.open_record(paper) or ""


def _asked(channel: Channel, question: Question) -> Answer:
    try:
        answer = channel.ask(question)
        ids_only.check({"why": answer.why}, f"channel {channel.name}")
    except Exception as problem:  # noqa: BLE001 - whatever failed, nothing is known; its text may quote the person
        return Answer(VerificationResult.UNKNOWN, type(problem).__name__[:80])
    return Answer(VerificationResult(answer.result), answer.why[:80])
