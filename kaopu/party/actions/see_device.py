"""Note that a party was seen on a device. Only a blind index of its fingerprint is kept."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import vault
from kaopu.party.models import Device, Party

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why nothing was noted."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"
    NO_FINGERPRINT = "no_fingerprint"


def see_device(party_id: int, fingerprint: str, *, now: datetime) -> Refusal | None:
    """Note it: first seen once, last seen whenever."""
    if not fingerprint.strip():
        return Refusal.NO_FINGERPRINT
    index = vault.ring().blind_index("device", fingerprint)
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
        if party is None or party.erased_at is not None:
            return Refusal.NO_SUCH_PARTY if party is None else Refusal.PARTY_IS_ERASED
        seen = Device.objects.filter(party_id=party_id, fingerprint_index=index)
        if not seen.update(last_seen_at=now):
            Device.objects.create(party_id=party_id, fingerprint_index=index, first_seen_at=now, last_seen_at=now)
    return None
