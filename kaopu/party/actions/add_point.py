"""Record a way to reach a party: with who gave it, in one spelling, once."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.core.point_values import read_value
from kaopu.party.core.points import PointKind, Source
from kaopu.party.models import ContactPoint, Party
from kaopu.party.store import point_rows

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why a point was not recorded. The strings are public API: add new ones, keep the old."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"
    VALUE_NOT_VALID = "value_not_valid"
    ALREADY_THERE = "already_there"


def add_point(
    party_id: int,
    kind: PointKind | str,
    value: str,
    source: Source | str,
    *,
    actor: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> int | Refusal:
    """Record a point; its id. `expires_at`: when it is erased unless kept longer (points of people who owe nothing)."""
    kind, source = PointKind(kind), Source(source)
    read = read_value(kind, value)
    if read is None:
        return Refusal.VALUE_NOT_VALID
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
        if party is None:
            return Refusal.NO_SUCH_PARTY
        if party.erased_at is not None:
            return Refusal.PARTY_IS_ERASED
        live = ContactPoint.objects.filter(party_id=party_id, kind=str(kind), ended_at=None)
        if live.filter(value_index=point_rows.index(kind, read.value)).exists():
            return Refusal.ALREADY_THERE
        row = ContactPoint(
            party_id=party_id,
            kind=str(kind),
            source=str(source),
            carrier_type=read.carrier_type,
            segment=read.segment,
            created_at=now,
            created_by=actor,
            expires_at=expires_at,
        )
        point_id = point_rows.append_point(row, read.value, now)
        audit.record(
            act="party.point_added",
            subject=f"point:{point_id}",
            actor=actor,
            at=now,
            details={"party": party_id, "kind": str(kind), "source": str(source)},
        )
    return point_id
