"""Rows of contact points as masked values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.kernel import vault
from kaopu.party.core.points import PointView, mask_value
from kaopu.party.core.records import Scope
from kaopu.party.models import ContactPoint
from kaopu.party.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

TABLE, COLUMN = "party_point", "value_sealed"


def points(party_id: int) -> list[PointView]:
    """All points of a party, ended ones too, the oldest first."""
    return _views(ContactPoint.objects.filter(party_id=party_id).order_by("pk"))


def point(point_id: int) -> PointView | None:
    """One point, masked."""
    return next(iter(_views(ContactPoint.objects.filter(pk=point_id))), None)


def points_of(party_ids: Iterable[int]) -> dict[int, list[PointView]]:
    """The points of several parties in two queries: for lists."""
    found: dict[int, list[PointView]] = {party_id: [] for party_id in party_ids}
    for view in _views(ContactPoint.objects.filter(party_id__in=list(found)).order_by("pk")):
        found[view.party_id].append(view)
    return found


def points_with(kind: str, value: str, *, live_only: bool = True) -> list[PointView]:
    """Points with exactly this value, by blind index: whoever they belong to."""
    rows = ContactPoint.objects.filter(kind=str(kind), value_index=index(kind, value)).order_by("pk")
    return _views(rows.filter(ended_at=None) if live_only else rows)


def index(kind: str, value: str) -> bytes:
    """The blind index of a value: a phone's is the same as in `party_party`."""
    return vault.ring().blind_index(str(kind), value)


def append_point(row: ContactPoint, value: str, now: datetime) -> int:
    """Write a new point, its value sealed by the party's key; its id."""
    (row.pk,) = keys.take_ids(TABLE, 1)
    row.value_sealed = keys.for_sealing(row.party_id, Scope.ORDINARY, now).seal(value, TABLE, COLUMN, row.pk)
    row.value_index = index(row.kind, value)
    row.save(force_insert=True)
    return row.pk


def open_value(row: ContactPoint) -> str:
    """The value in full. Raises KeyDestroyed for an erased party."""
    return keys.for_opening(row.party_id, Scope.ORDINARY).open(row.value_sealed, TABLE, COLUMN, row.pk)


def _views(rows: Iterable[ContactPoint]) -> list[PointView]:
    found = list(rows)
    live = {row.party_id for row in found if row.value_sealed is not None}
    opened = keys.for_opening_many(live, Scope.ORDINARY)
    return [_view(row, opened) for row in found]


def _view(row: ContactPoint, opened: dict[int, keys.OpenKey]) -> PointView:
    value = opened[row.party_id].open(row.value_sealed, TABLE, COLUMN, row.pk) if row.value_sealed is not None else ""
    return PointView(
        id=row.pk,
        party_id=row.party_id,
        kind=row.kind,
        masked_value=value and mask_value(row.kind, value),
        source=row.source,
        created_at=row.created_at,
        ended_at=row.ended_at,
        carrier_type=row.carrier_type,
        segment=row.segment,
        expires_at=row.expires_at,
    )


def sharing(kind: str, party_ids: Iterable[int]) -> dict[int, int]:
    """For each of the parties, the least party that holds a live point of the same value; the party itself if none.

    By blind index, nothing is opened: who has the same number is one person, or one household.
    """
    asked = sorted(set(party_ids))
    live = ContactPoint.objects.filter(kind=str(kind), ended_at=None, value_index__isnull=False)
    held: dict[int, list[bytes]] = {}
    for party_id, value in live.filter(party_id__in=asked).values_list("party_id", "value_index"):
        held.setdefault(party_id, []).append(bytes(value))
    wanted = [value for values in held.values() for value in values]
    least: dict[bytes, int] = {}
    for party_id, value in live.filter(value_index__in=wanted).values_list("party_id", "value_index"):
        least[bytes(value)] = min(party_id, least.get(bytes(value), party_id))
    return {one: min([one, *(least[value] for value in held.get(one, []))]) for one in asked}


def carriers(party_ids: Iterable[int]) -> dict[int, str]:
    """The carrier type of each party's newest live phone, nothing opened."""
    live = ContactPoint.objects.filter(kind="phone", ended_at=None, party_id__in=list(party_ids)).order_by("pk")
    return dict(live.values_list("party_id", "carrier_type"))
