"""Record a paper that says who a party is; its number must hold by its own arithmetic."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from kaopu.kernel import audit, vault
from kaopu.party.core import credit_code, resident_id
from kaopu.party.core.records import DocumentKind
from kaopu.party.models import IdentityDocument, Party
from kaopu.party.store import record_rows

if TYPE_CHECKING:
    from datetime import date, datetime

OTHER_NUMBER = re.compile(r"[A-Z0-9]{4,30}")


class Refusal(StrEnum):
    """Why a paper was not recorded."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"
    NUMBER_NOT_VALID = "number_not_valid"
    ALREADY_THERE = "already_there"


def add_document(
    party_id: int,
    kind: DocumentKind | str,
    number: str,
    *,
    actor: str,
    now: datetime,
    country: str = "CN",
    valid_until: date | None = None,
) -> int | Refusal:
    """Record a paper; its id. A resident ID of 15 digits is kept as 18."""
    kind = DocumentKind(kind)
    read = _read(kind, number, now)
    if read is None:
        return Refusal.NUMBER_NOT_VALID
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
        if party is None or party.erased_at is not None:
            return Refusal.NO_SUCH_PARTY if party is None else Refusal.PARTY_IS_ERASED
        index = vault.ring().blind_index("document", read)
        if IdentityDocument.objects.filter(
            party_id=party_id, kind=str(kind), number_index=index, ended_at=None
        ).exists():
            return Refusal.ALREADY_THERE
        row = IdentityDocument(
            party_id=party_id,
            kind=str(kind),
            country=country,
            valid_until=valid_until,
            created_at=now,
            created_by=actor,
        )
        document_id = record_rows.append_record(row, read, now)
        details: dict[str, object] = {"party": party_id, "kind": str(kind)}
        audit.record(
            act="party.document_added", subject=f"document:{document_id}", actor=actor, at=now, details=details
        )
    return document_id


def _read(kind: DocumentKind, number: str, now: datetime) -> str | None:
    if kind is DocumentKind.CN_ID:
        text = resident_id.normalise(number)
        valid = resident_id.check_resident_id(text, now.astimezone(ZoneInfo("Asia/Shanghai")).date()).valid
        return (resident_id.upgrade(text) if len(text) == 15 else text) if valid else None
    if kind is DocumentKind.USCC:
        return credit_code.normalise(number) if credit_code.check_credit_code(number).valid else None
    text = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", number)).upper()
    return text if OTHER_NUMBER.fullmatch(text) else None
