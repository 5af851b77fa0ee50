"""Make points of the phones that a book brought: outreach reaches people by points, with who gave each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from kaopu.kernel import audit, vault
from kaopu.party.core.phone import Phone, read_any_phone
from kaopu.party.core.points import PointKind, Source
from kaopu.party.core.records import Scope
from kaopu.party.models import ContactPoint, Party
from kaopu.party.store import keys, point_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

BATCH_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Adopted:
    """How many phones became points, and whose (by party) can be no number."""

    added: int
    rejected: tuple[int, ...]


def adopt_phones(
    *, actor: str, now: datetime, source: Source = Source.CONTRACT, tell: Callable[[int], None] | None = None
) -> Adopted:
    """Every party with a phone and no phone point gets one. Safe to kill and to run again: each batch is whole."""
    added, rejected, last = 0, [], 0
    while batch := _batch(last):
        last = batch[-1]
        done, wrong = _adopt(batch, source, actor, now)
        added += done
        rejected += wrong
        if tell is not None:
            tell(added)
    return Adopted(added, tuple(rejected))


def _batch(last: int) -> list[int]:
    known = ContactPoint.objects.filter(party_id=OuterRef("pk"), kind=str(PointKind.PHONE))
    rows = Party.objects.filter(pk__gt=last, phone_sealed__isnull=False, erased_at=None).exclude(Exists(known))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH_ROWS])


def _adopt(party_ids: list[int], source: Source, actor: str, now: datetime) -> tuple[int, list[int]]:
    with transaction.atomic():
        locked = Party.objects.select_for_update(no_key=True).filter(pk__in=party_ids, erased_at=None).order_by("pk")
        sealed = list(locked.exclude(phone_sealed=None).values_list("pk", "phone_sealed"))
        ring = vault.ring()
        read = {
            party_id: read_any_phone(ring.open(blob, "party_party", "phone_sealed", party_id))
            for party_id, blob in sealed
        }
        good = {party_id: phone for party_id, phone in read.items() if phone.normalised}
        rows = _rows(good, source, actor, now)
        ContactPoint.objects.bulk_create(rows)
        if rows:
            details: dict[str, object] = {"count": len(rows), "first": party_ids[0], "last": party_ids[-1]}
            audit.record(act="party.phones_adopted", subject="points", actor=actor, at=now, details=details)
    return len(rows), [party_id for party_id in read if party_id not in good]


def _rows(phones: dict[int, Phone], source: Source, actor: str, now: datetime) -> list[ContactPoint]:
    opened = keys.for_sealing_many(phones, Scope.ORDINARY, now)
    ids = keys.take_ids(point_rows.TABLE, len(phones))
    return [
        ContactPoint(
            pk=point_id,
            party_id=party_id,
            kind=str(PointKind.PHONE),
            value_sealed=opened[party_id].seal(str(phone.normalised), point_rows.TABLE, point_rows.COLUMN, point_id),
            value_index=point_rows.index(PointKind.PHONE, str(phone.normalised)),
            source=str(source),
            carrier_type=phone.carrier_type,
            segment=phone.segment,
            created_at=now,
            created_by=actor,
        )
        for point_id, (party_id, phone) in zip(ids, phones.items(), strict=True)
    ]
