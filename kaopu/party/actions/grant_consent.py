"""Record that a person agreed: to one purpose, on one channel, to words of one version, with proof."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit, events
from kaopu.party.models import ConsentRow, ConsentText, Party
from kaopu.party.store import consent_rows

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why a consent was not recorded."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"
    NO_SUCH_TEXT = "no_such_text"
    TEXT_IS_FOR_ANOTHER_PURPOSE = "text_is_for_another_purpose"
    NO_PROOF = "no_proof"


def grant_consent(
    party_id: int, purpose: str, channel: str, text_version: str, proof: str, *, actor: str, now: datetime
) -> int | Refusal:
    """Record a consent; its id. The words of `text_version` must have been published (`publish_consent_text`).

    `channel`: one of conduct's channels or `any`. `proof`: what shows that the person agreed, such as the id of the
    one-time code that was typed; it is sealed.
    """
    if not proof.strip():
        return Refusal.NO_PROOF
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
        refusal = _why_not(party, ConsentText.objects.filter(pk=text_version).first(), purpose)
        if refusal is not None:
            return refusal
        row = ConsentRow(
            party_id=party_id,
            purpose=purpose,
            channel=channel,
            text_id=text_version,
            granted_at=now,
            recorded_by=actor,
        )
        consent_id = consent_rows.append_consent(row, proof, now)
        details: dict[str, object] = {"party": party_id, "purpose": purpose, "channel": channel, "text": text_version}
        audit.record(act="party.consent_granted", subject=f"consent:{consent_id}", actor=actor, at=now, details=details)
        events.emit("party.consent_granted", {"consent": consent_id, "party": party_id}, now)
    return consent_id


def _why_not(party: Party | None, text: ConsentText | None, purpose: str) -> Refusal | None:
    if party is None:
        return Refusal.NO_SUCH_PARTY
    if party.erased_at is not None:
        return Refusal.PARTY_IS_ERASED
    if text is None:
        return Refusal.NO_SUCH_TEXT
    return None if text.purpose == purpose else Refusal.TEXT_IS_FOR_ANOTHER_PURPOSE
