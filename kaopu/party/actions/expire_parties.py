"""Erase what has run out: points and persons of a limited time, and what was kept by law until yesterday."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.actions import erase_party
from kaopu.party.core.points import EndReason
from kaopu.party.models import ContactPoint, Party

if TYPE_CHECKING:
    from datetime import datetime

BATCH_ROWS = 500


@dataclass(frozen=True, slots=True)
class Expired:
    """How many of each."""

    points: int
    parties: int
    restricted: int
    kept_no_longer: int


def expire_parties(*, actor: str, now: datetime) -> Expired:
    """Erase what is due. Safe to kill and to run again: each batch and each party is a transaction."""
    points = 0
    while batch := _expire_points(actor, now):
        points += batch
    parties = restricted = lifted = 0
    for party_id in _due(now):
        outcome = erase_party.erase_party(party_id, actor=actor, now=now)
        if isinstance(outcome, erase_party.Erased):
            parties += 1
            restricted += outcome.restricted_until is not None
    today = now.astimezone(erase_party.CALENDAR).date()
    for party_id in list(Party.objects.filter(restricted_until__lt=today).order_by("pk").values_list("pk", flat=True)):
        lifted += erase_party.lift_restriction(party_id, actor=actor, now=now)
    return Expired(points, parties, restricted, lifted)


def _due(now: datetime) -> list[int]:
    rows = Party.objects.filter(expires_at__lte=now, erased_at=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _expire_points(actor: str, now: datetime) -> int:
    with transaction.atomic():
        due = ContactPoint.objects.select_for_update(skip_locked=True).filter(expires_at__lte=now, erased_at=None)
        ids = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH_ROWS])
        if not ids:
            return 0
        rows = ContactPoint.objects.filter(pk__in=ids)
        rows.filter(ended_at=None).update(ended_at=now, end_reason=str(EndReason.EXPIRED))
        rows.update(erased_at=now, value_sealed=None, value_index=None)
        audit.record(act="party.points_expired", subject="points", actor=actor, at=now, details={"points": ids})
    return len(ids)
