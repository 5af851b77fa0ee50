"""Erase a person: destroy the keys, clear what could find them. What law orders to keep is restricted instead.

PIPL, article 47: erase when the purpose is reached or the person takes consent back; where a law orders to keep longer,
stop all handling but keeping it safe. Name and papers are kept then, without blind index, and are read for a legal duty
only; points, addresses, devices and employers go at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models.functions import Coalesce

from kaopu.kernel import audit, events
from kaopu.party import keeping
from kaopu.party.actions.withdraw_consent import withdraw_all
from kaopu.party.core.points import EndReason
from kaopu.party.core.records import Scope
from kaopu.party.models import Address, ContactPoint, Device, Employment, IdentityDocument, Party
from kaopu.party.store import keys, linkage_rows

if TYPE_CHECKING:
    from datetime import date, datetime

CALENDAR = ZoneInfo("Asia/Shanghai")  # duties to keep are days of the mainland's calendar


class Refusal(StrEnum):
    """Why nothing was erased."""

    NO_SUCH_PARTY = "no_such_party"
    ALREADY_ERASED = "already_erased"


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of the party. `restricted_until`: the last day on which name and papers are kept; None: all gone."""

    party_id: int
    restricted_until: date | None
    consents_withdrawn: int


def erase_party(party_id: int, *, actor: str, now: datetime) -> Erased | Refusal:
    """Erase or, where a law orders to keep, restrict. Emits party.erased."""
    with transaction.atomic():
        party = Party.objects.select_for_update().filter(pk=party_id).first()
        if party is None or party.erased_at is not None:
            return Refusal.NO_SUCH_PARTY if party is None else Refusal.ALREADY_ERASED
        until = keeping.keep_until(party_id, now.astimezone(CALENDAR).date())
        withdrawn = withdraw_all(party_id, actor=actor, now=now)
        _destroy_ordinary(party_id, now)
        party.erased_at, party.restricted_until, party.expires_at = now, until, None
        party.name_index = party.phone_index = party.phone_sealed = None
        IdentityDocument.objects.filter(party_id=party_id).update(ended_at=Coalesce("ended_at", now), number_index=None)
        if until is None:
            party.name_sealed = None
            _destroy_kept(party_id, now)
        party.save()
        details: dict[str, object] = {"until": until and until.isoformat(), "consents": withdrawn}
        audit.record(act="party.erased", subject=f"party:{party_id}", actor=actor, at=now, details=details)
        events.emit("party.erased", {"party": party_id, "restricted": until is not None}, now)
    return Erased(party_id, until, withdrawn)


def lift_restriction(party_id: int, *, actor: str, now: datetime) -> bool:
    """Destroy what was kept, once no law orders it any more; whether anything was."""
    with transaction.atomic():
        today = now.astimezone(CALENDAR).date()
        party = Party.objects.select_for_update().filter(pk=party_id, restricted_until__lt=today).first()
        if party is None:
            return False
        until = keeping.keep_until(party_id, today)
        party.restricted_until = until
        if until is None:
            party.name_sealed = None
            _destroy_kept(party_id, now)
            audit.record(act="party.kept_no_longer", subject=f"party:{party_id}", actor=actor, at=now)
        party.save()
    return until is None


def _destroy_ordinary(party_id: int, now: datetime) -> None:
    keys.destroy(party_id, Scope.ORDINARY, now)
    linkage_rows.forget(party_id)
    gone = {"erased_at": now, "ended_at": Coalesce("ended_at", now)}
    points = ContactPoint.objects.filter(party_id=party_id, erased_at=None)
    points.filter(ended_at=None).update(ended_at=now, end_reason=str(EndReason.ERASED))
    points.update(erased_at=now, value_sealed=None, value_index=None)
    Address.objects.filter(party_id=party_id, erased_at=None).update(
        **gone, text_sealed=None, text_index=None, region_code=""
    )
    Employment.objects.filter(party_id=party_id, erased_at=None).update(
        **gone, employer=None, name_sealed=None, name_index=None
    )
    Device.objects.filter(party_id=party_id).update(fingerprint_index=None)


def _destroy_kept(party_id: int, now: datetime) -> None:
    keys.destroy(party_id, Scope.KEPT, now)
    IdentityDocument.objects.filter(party_id=party_id, erased_at=None).update(erased_at=now, number_sealed=None)
