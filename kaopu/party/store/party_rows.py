"""Rows of parties as values, and values as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from kaopu.kernel import vault
from kaopu.party.core.party import NewParty, PartyView, mask_name, mask_phone
from kaopu.party.models import Party

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

TABLE = "party_party"
COLUMNS = (
    "id",
    "kind",
    "name_sealed",
    "phone_sealed",
    "name_index",
    "phone_index",
    "source",
    "external_id",
    "created_at",
)


def copy_in(parties: Sequence[NewParty], now: datetime) -> list[int]:
    """Append `parties` by COPY in the caller's transaction; their ids in the same order."""
    ids = _take_ids(len(parties))
    ring = vault.ring()
    statement = f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
    # psycopg's own errors become Django's, as everywhere else.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["int8", "varchar", "bytea", "bytea", "bytea", "bytea", "varchar", "varchar", "timestamptz"])
        for party_id, party in zip(ids, parties, strict=True):
            copy.write_row(_row(ring, party_id, party, now))
    return ids


def by_external_id(source: str, external_ids: Iterable[str]) -> dict[str, int]:
    """Ids of the parties that `source` already brought, by its own ids."""
    found = Party.objects.filter(source=source, external_id__in=list(external_ids))
    return dict(found.values_list("external_id", "pk"))


def find(*, phone: str | None = None, name: str | None = None, limit: int = 50) -> list[PartyView]:
    """Parties with exactly this phone and name (either may be left out), masked, by blind index."""
    rows = Party.objects.order_by("pk")
    if phone is not None:
        rows = rows.filter(phone_index=vault.ring().blind_index("phone", phone))
    if name is not None:
        rows = rows.filter(name_index=vault.ring().blind_index("name", name))
    return [view(row, masked=True) for row in rows[:limit]]


def masked(party_ids: Iterable[int]) -> dict[int, PartyView]:
    """The masked views of several parties in one query: for lists."""
    return {row.pk: view(row, masked=True) for row in Party.objects.filter(pk__in=list(party_ids))}


def view(row: Party, *, masked: bool) -> PartyView:
    """One party, its sealed fields opened and, unless a reason was given, masked."""
    if masked and row.restricted_until is not None:
        return PartyView(row.pk, row.kind, None, None, row.source, row.external_id, masked)
    name, phone = _opened(row, "name_sealed"), _opened(row, "phone_sealed")
    if masked:
        name, phone = name and mask_name(name), phone and mask_phone(phone)
    return PartyView(row.pk, row.kind, name, phone, row.source, row.external_id, masked)


def _opened(row: Party, column: str) -> str | None:
    ciphertext = getattr(row, column)
    return None if ciphertext is None else vault.ring().open(ciphertext, TABLE, column, row.pk)


def _take_ids(count: int) -> list[int]:
    # Ids first: a ciphertext is bound to the id of its row.
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [TABLE, count])
        return [number for (number,) in cursor.fetchall()]


def _row(ring: vault.KeyRing, party_id: int, party: NewParty, now: datetime) -> tuple[object, ...]:
    name, phone = party.name, party.phone
    return (
        party_id,
        str(party.kind),
        None if name is None else ring.seal(name, TABLE, "name_sealed", party_id),
        None if phone is None else ring.seal(phone, TABLE, "phone_sealed", party_id),
        None if name is None else ring.blind_index("name", name),
        None if phone is None else ring.blind_index("phone", phone),
        party.source,
        party.external_id,
        now,
    )
