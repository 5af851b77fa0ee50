"""Record what was told about a person: where they live by the clock, what they read, that they died or cannot act."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.db import transaction

from kaopu.kernel import audit, events
from kaopu.party.core.facts import FactKind
from kaopu.party.models import Party, PersonFact
from kaopu.party.store import fact_rows

if TYPE_CHECKING:
    from datetime import date, datetime

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Refusal(StrEnum):
    """Why a fact was not recorded."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"
    VALUE_NOT_VALID = "value_not_valid"
    NEEDS_A_DATE = "needs_a_date"
    DATE_IN_THE_FUTURE = "date_in_the_future"


def record_fact(
    party_id: int,
    kind: FactKind | str,
    value: str,
    *,
    actor: str,
    now: datetime,
    since: date | None = None,
    proof: str | None = None,
) -> int | Refusal:
    """Record a fact; its id. `value`: an IANA zone, a BCP 47 tag, or yes/no for dead and incapacitated (yes: dated)."""
    kind = FactKind(kind)
    refusal = _why_no_value(kind, value, since, now)
    if refusal is not None:
        return refusal
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
        if party is None or party.erased_at is not None:
            return Refusal.NO_SUCH_PARTY if party is None else Refusal.PARTY_IS_ERASED
        row = PersonFact(
            party_id=party_id, kind=str(kind), value=value, since=since, recorded_at=now, recorded_by=actor
        )
        fact_id = fact_rows.append_fact(row, proof, now)
        details: dict[str, object] = {"fact": fact_id, "kind": str(kind), "proof": proof is not None}
        audit.record(act="party.fact_recorded", subject=f"party:{party_id}", actor=actor, at=now, details=details)
        events.emit("party.fact_recorded", {"party": party_id, "kind": str(kind)}, now)
    return fact_id


def _why_no_value(kind: FactKind, value: str, since: date | None, now: datetime) -> Refusal | None:
    if kind is FactKind.TIMEZONE:
        return None if value in available_timezones() else Refusal.VALUE_NOT_VALID
    if kind is FactKind.LANGUAGE:
        return None if LANGUAGE.fullmatch(value) else Refusal.VALUE_NOT_VALID
    if value not in {"yes", "no"}:
        return Refusal.VALUE_NOT_VALID
    if value == "yes" and since is None:
        return Refusal.NEEDS_A_DATE
    return Refusal.DATE_IN_THE_FUTURE if since is not None and since > now.date() else None
