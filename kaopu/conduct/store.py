"""Rows of the room as values: switches, suppressions, permits."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from kaopu.conduct.core.ask import Ask
from kaopu.conduct.models import OutreachSwitch, Permit, Suppression
from kaopu.kernel import vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from kaopu.conduct.models import Judgement


@dataclass(frozen=True, slots=True)
class PermitView:
    """A permit as other rooms may see it. `used_at`: when it was used."""

    id: UUID
    ask: Ask
    episode: str
    disclosure: str
    issued_at: datetime
    lapses_at: datetime
    used_at: datetime | None


@contextmanager
def locked(names: Iterable[str]) -> Iterator[None]:
    """A transaction that holds these names until it ends, taken in one order: two never wait for each other."""
    numbers = sorted({int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True) for name in names})
    # No savepoint of its own: a failure inside is a failure of the whole act.
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            # A statement of its own: what is read next sees what the holder before us committed.
            cursor.execute("SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) n", [numbers])
        yield


def names_of(person: str, debtor: str, number: str, episode: str) -> list[str]:
    """What a judgement counts on: nobody else may add to it meanwhile."""
    names = [f"person:{person}", f"person:{debtor}"]
    return names + [f"number:{number}"] * bool(number) + [f"episode:{episode}"] * bool(episode)


def switched_on(at: datetime) -> list[str]:
    """The jurisdictions in which contacts may be reached at all. Off unless two people turned it on."""
    last = OutreachSwitch.objects.filter(at__lte=at).order_by("jurisdiction", "-id").distinct("jurisdiction")
    return [row.jurisdiction for row in last if row.on]


def suppression_index(kind: str, value: str) -> bytes:
    """How a suppressed value is found again without being kept."""
    return vault.ring().blind_index(kind, value)


def suppressed(kind: str, value: str) -> datetime | None:
    """Since when nobody may use `value` (of kind phone, email, app, address, sms, voice, person or number)."""
    row = Suppression.objects.filter(kind=kind, value_index=suppression_index(kind, value)).only("at").first()
    return row.at if row else None


def ask_of(row: Judgement) -> Ask:
    """What was asked."""
    return Ask(
        person=row.person, role=row.role, debtor=row.debtor, purpose=row.purpose, channel=row.channel,
        content=row.content, caller=row.caller, number=row.number, product=row.product, segment=row.segment,
        jurisdictions=tuple(row.jurisdictions), profile=row.profile,
    )  # fmt: skip


def permit_view(permit_id: UUID) -> PermitView | None:
    """One permit."""
    row = (
        Permit.objects.select_related("judgement", "use").defer("judgement__facts_sealed").filter(pk=permit_id).first()
    )
    return _view(row) if row else None


def judgement_of(permit_id: UUID) -> UUID | None:
    """The judgement that a permit came from."""
    return Permit.objects.filter(pk=permit_id).values_list("judgement_id", flat=True).first()


def open_permit(reference: str, now: datetime) -> PermitView | None:
    """The newest permit that was issued under a reference, is not used and has not lapsed."""
    rows = Permit.objects.select_related("judgement").filter(reference=reference, lapses_at__gt=now, use=None)
    row = rows.order_by("-issued_at").first()
    return _view(row) if row else None


def _view(row: Permit) -> PermitView:
    use = getattr(row, "use", None)
    judged = row.judgement
    return PermitView(
        row.pk, ask_of(judged), judged.episode, judged.disclosure, row.issued_at, row.lapses_at,
        use.at if use else None,
    )  # fmt: skip
