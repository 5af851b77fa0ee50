"""Read a paper, an address, an employer or a proof in full, for a reason that is written down first."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.actions.end_record import RECORDS
from kaopu.party.core.party import RevealReason
from kaopu.party.models import ConsentRow, PersonFact
from kaopu.party.store import keys, record_rows

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model


OPENABLE = {**RECORDS, "consent": ConsentRow, "fact": PersonFact}  # of the latter two, the proof


class Refusal(StrEnum):
    """Why nothing was opened."""

    NO_SUCH_RECORD = "no_such_record"
    ERASED = "erased"
    RESTRICTED = "restricted"


def open_record(record: str, record_id: int, *, reason: RevealReason | str, actor: str, now: datetime) -> str | Refusal:
    """The text in full. Of a restricted party only for a legal duty. A `Refusal` is a `str` too: compare by type."""
    with transaction.atomic():
        rows = OPENABLE[record].objects.select_related("party")  # type: ignore[attr-defined]
        row = rows.select_for_update(of=("self",)).filter(pk=record_id).first()
        if row is None:
            return Refusal.NO_SUCH_RECORD
        if row.party.restricted_until is not None and reason != RevealReason.LEGAL_DUTY:
            return Refusal.RESTRICTED
        text = _opened(row)
        if text is None:
            return Refusal.ERASED
        details: dict[str, object] = {"party": row.party_id, "reason": str(reason)}
        audit.record(
            act=f"party.{record}_opened", subject=f"{record}:{record_id}", actor=actor, at=now, details=details
        )
    return text


def _opened(row: Model) -> str | None:
    try:
        return record_rows.open_record(row)
    except keys.KeyDestroyed:  # a proof's row stays for ever
        return None
