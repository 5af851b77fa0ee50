"""Rows of facts about persons as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.party.core.facts import FactKind, PersonFacts
from kaopu.party.core.records import Scope
from kaopu.party.models import PersonFact
from kaopu.party.store import keys

if TYPE_CHECKING:
    from datetime import date, datetime

TABLE, COLUMN = "party_fact", "proof_sealed"


def person_facts(party_id: int) -> PersonFacts:
    """The latest of each kind; a person of whom nothing was told has only unknowns."""
    rows = PersonFact.objects.filter(party_id=party_id).order_by("kind", "-pk").distinct("kind")
    latest = {row.kind: row for row in rows}
    dead_since, has_death_proof = _dated(latest.get(FactKind.DEAD))
    incapacitated_since, has_incapacity_proof = _dated(latest.get(FactKind.INCAPACITATED))
    return PersonFacts(
        timezone=_code(latest.get(FactKind.TIMEZONE)),
        language=_code(latest.get(FactKind.LANGUAGE)),
        dead_since=dead_since,
        has_death_proof=has_death_proof,
        incapacitated_since=incapacitated_since,
        has_incapacity_proof=has_incapacity_proof,
    )


def append_fact(row: PersonFact, proof: str | None, now: datetime) -> int:
    """Write a fact; its proof stands under the key of what law may order to keep."""
    (row.pk,) = keys.take_ids(TABLE, 1)
    if proof is not None:
        row.proof_sealed = keys.for_sealing(row.party_id, Scope.KEPT, now).seal(proof, TABLE, COLUMN, row.pk)
    row.save(force_insert=True)
    return row.pk


def _dated(row: PersonFact | None) -> tuple[date | None, bool]:
    if row is None or row.value != "yes":
        return None, False
    return row.since, row.proof_sealed is not None


def _code(row: PersonFact | None) -> str | None:
    return row.value if row else None
