"""Record where a party works: an organisation that is a party itself, or a name."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.models import Employment, Party
from kaopu.party.store import record_rows

if TYPE_CHECKING:
    from datetime import date, datetime


class Refusal(StrEnum):
    """Why an employer was not recorded."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"
    EITHER_A_PARTY_OR_A_NAME = "either_a_party_or_a_name"
    EMPLOYER_IS_NO_ORGANISATION = "employer_is_no_organisation"


def add_employment(
    party_id: int,
    *,
    actor: str,
    now: datetime,
    employer_id: int | None = None,
    name: str | None = None,
    started_on: date | None = None,
) -> int | Refusal:
    """Record an employer; the id of the employment."""
    if (employer_id is None) == (name is None or not name.strip()):
        return Refusal.EITHER_A_PARTY_OR_A_NAME
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
        if party is None or party.erased_at is not None:
            return Refusal.NO_SUCH_PARTY if party is None else Refusal.PARTY_IS_ERASED
        if employer_id is not None and not Party.objects.filter(pk=employer_id, kind="organisation").exists():
            return Refusal.EMPLOYER_IS_NO_ORGANISATION
        row = Employment(
            party_id=party_id, employer_id=employer_id, started_on=started_on, created_at=now, created_by=actor
        )
        employment_id = record_rows.append_record(row, name.strip() if name else None, now)
        subject = f"employment:{employment_id}"
        audit.record(act="party.employer_added", subject=subject, actor=actor, at=now, details={"party": party_id})
    return employment_id
