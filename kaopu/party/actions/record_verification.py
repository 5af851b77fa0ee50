"""Write down what a channel answered about a point or a paper, under the consent that allowed to ask."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit, events
from kaopu.party.core.records import VerificationResult
from kaopu.party.models import ContactPoint, IdentityDocument, Party, Verification
from kaopu.party.store import consent_rows
from kaopu.party.verification.channels import VERIFICATION_PURPOSE

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.party.core.consents import Consent


class Refusal(StrEnum):
    """Why nothing was recorded or asked."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"
    ONE_POINT_OR_ONE_DOCUMENT = "one_point_or_one_document"
    NOT_OF_THIS_PARTY = "not_of_this_party"
    HAS_ENDED = "has_ended"
    NOT_AUTHORISED = "not_authorised"
    NO_SUCH_CHANNEL = "no_such_channel"
    CHANNEL_IS_FOR_OTHER_KINDS = "channel_is_for_other_kinds"


def authorisation(party_id: int, channel: str, at: datetime) -> Consent | None:
    """The person's consent to be verified through exactly this channel: none for `any` allows it."""
    return next(
        (
            each
            for each in reversed(consent_rows.consents(party_id))
            if each.channel == channel and each.covers(VERIFICATION_PURPOSE, channel, at)
        ),
        None,
    )


def record_verification(
    party_id: int,
    channel: str,
    provider: str,
    result: VerificationResult | str,
    *,
    actor: str,
    now: datetime,
    why: str = "",
    point_id: int | None = None,
    document_id: int | None = None,
) -> int | Refusal:
    """Record an answer; its id. Without the person's consent in force now for this channel it is not kept."""
    result = VerificationResult(result)
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
        if party is None or party.erased_at is not None:
            return Refusal.NO_SUCH_PARTY if party is None else Refusal.PARTY_IS_ERASED
        refusal = why_not_about(party_id, point_id, document_id)
        consent = authorisation(party_id, channel, now)
        if refusal is not None or consent is None:
            return refusal or Refusal.NOT_AUTHORISED
        row = Verification.objects.create(
            party_id=party_id,
            channel=channel,
            provider=provider,
            result=str(result),
            why=why,
            point_id=point_id,
            document_id=document_id,
            consent_id=consent.id,
            at=now,
            recorded_by=actor,
        )
        details: dict[str, object] = {
            "channel": channel,
            "result": str(result),
            "point": point_id,
            "document": document_id,
            "consent": consent.id,
        }
        audit.record(act="party.verified", subject=f"party:{party_id}", actor=actor, at=now, details=details)
        events.emit("party.verified", {"party": party_id, "verification": row.pk, "result": str(result)}, now)
    return row.pk


def why_not_about(party_id: int, point_id: int | None, document_id: int | None) -> Refusal | None:
    """Why this cannot be verified: exactly one living point or paper of the party can."""
    if (point_id is None) == (document_id is None):
        return Refusal.ONE_POINT_OR_ONE_DOCUMENT
    found: ContactPoint | IdentityDocument | None = (
        ContactPoint.objects.filter(pk=point_id, party_id=party_id).first()
        if point_id is not None
        else IdentityDocument.objects.filter(pk=document_id, party_id=party_id).first()
    )
    if found is None:
        return Refusal.NOT_OF_THIS_PARTY
    return Refusal.HAS_ENDED if found.ended_at is not None else None
