"""Where a new person is looked for: keys of what records share, and the records under each party's own key."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import connection

from kaopu.kernel import vault
from kaopu.party.core.person_match import block_keys
from kaopu.party.core.person_record import PersonRecord
from kaopu.party.core.records import Scope
from kaopu.party.models import LinkageKey, LinkageRecord, Merge
from kaopu.party.store import keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

TABLE, COLUMN = "party_linkage", "record_sealed"
MOST_SHARING = 50  # a key that more parties share tells nobody apart: an address of a dormitory, a shop's phone

# How many share each key comes first, from the index alone; parties of crowded keys are never opened.
CANDIDATES = """
SELECT DISTINCT found.party_id FROM unnest(%s::bytea[]) AS wanted(key)
CROSS JOIN LATERAL (SELECT party_id FROM party_linkage_key WHERE key = wanted.key LIMIT %s) AS found
WHERE (SELECT count(*) FROM (SELECT 1 FROM party_linkage_key WHERE key = wanted.key LIMIT %s) AS crowd) <= %s
ORDER BY found.party_id
"""


def write(party_id: int, record: PersonRecord, now: datetime) -> None:
    """Put a party's record and keys in place of those it had. Raises KeyDestroyed for an erased party."""
    text = json.dumps({name: value for name, value in asdict(record).items() if value is not None}, ensure_ascii=False)
    sealed = keys.for_sealing(party_id, Scope.ORDINARY, now).seal(text, TABLE, COLUMN, party_id)
    values = {"record_sealed": sealed, "recorded_at": now}
    LinkageRecord.objects.update_or_create(party_id=party_id, defaults=values)
    LinkageKey.objects.filter(party_id=party_id).delete()
    LinkageKey.objects.bulk_create(LinkageKey(key=key, party_id=party_id) for key in blind_keys(record))


def forget(party_id: int) -> None:
    """A party that is erased is not found any more."""
    LinkageKey.objects.filter(party_id=party_id).delete()
    LinkageRecord.objects.filter(party_id=party_id).delete()


def blind_keys(record: PersonRecord) -> list[bytes]:
    """The keys of a record, 16 bytes each: enough to tell, too few to say anything."""
    ring = vault.ring()
    return [ring.blind_index("linkage", key)[:16] for key in block_keys(record)]


def candidates(record: PersonRecord) -> dict[int, PersonRecord]:
    """Parties that share a key with the record, with their records."""
    wanted = blind_keys(record)
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, [wanted, MOST_SHARING, MOST_SHARING + 1, MOST_SHARING])
        found = [party_id for (party_id,) in cursor.fetchall()]
    opened = keys.for_opening_many(found, Scope.ORDINARY)
    rows = LinkageRecord.objects.filter(party_id__in=found).values_list("party_id", "record_sealed")
    return {party: _record(opened[party].open(sealed, TABLE, COLUMN, party)) for party, sealed in rows}


def count() -> int:
    """About how many records there are: the planner's figure, or the true one of a small table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'party_linkage'::regclass")
        (about,) = cursor.fetchone() or (0,)
    return int(about) if about > 0 else LinkageRecord.objects.count()


def _record(text: str) -> PersonRecord:
    known: Mapping[str, str] = json.loads(text)
    return PersonRecord(**known)


def surviving(party_id: int) -> int:
    """The party that stands for this one: itself, or what it was merged into, merges of merges included."""
    seen = {party_id}
    while (into := _merged_into(party_id)) is not None and into not in seen:
        seen.add(into)
        party_id = into
    return party_id


def standing_for(party_id: int) -> list[int]:
    """This party and those merged into it, by id."""
    found, waiting = {party_id}, [party_id]
    while waiting:
        of = Merge.objects.filter(kept_id=waiting.pop(), undone=None).values_list("absorbed_id", flat=True)
        new = set(of) - found
        found |= new
        waiting += new
    return sorted(found)


def _merged_into(party_id: int) -> int | None:
    return Merge.objects.filter(absorbed_id=party_id, undone=None).values_list("kept_id", flat=True).first()
