"""Record where a party lives, works or receives post."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.core import regions
from kaopu.party.core.records import AddressKind
from kaopu.party.models import Address, Party
from kaopu.party.store import record_rows

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why an address was not recorded."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"
    NO_TEXT = "no_text"
    NO_SUCH_REGION = "no_such_region"


def add_address(
    party_id: int, kind: AddressKind | str, region_code: str, text: str, *, actor: str, now: datetime
) -> int | Refusal:
    """Record an address; its id. `region_code`: six digits of GB/T 2260, or empty where the address is abroad."""
    kind = AddressKind(kind)
    if not text.strip():
        return Refusal.NO_TEXT
    if region_code and not _may_be(region_code):
        return Refusal.NO_SUCH_REGION
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
        if party is None or party.erased_at is not None:
            return Refusal.NO_SUCH_PARTY if party is None else Refusal.PARTY_IS_ERASED
        row = Address(party_id=party_id, kind=str(kind), region_code=region_code, created_at=now, created_by=actor)
        address_id = record_rows.append_record(row, text.strip(), now)
        details: dict[str, object] = {"party": party_id, "kind": str(kind), "region": region_code}
        audit.record(act="party.address_added", subject=f"address:{address_id}", actor=actor, at=now, details=details)
    return address_id


def _may_be(code: str) -> bool:
    """Six digits of a known prefecture: counties newer than the list are taken."""
    return len(code) == 6 and code.isascii() and code.isdigit() and regions.prefecture_is_known(code)
