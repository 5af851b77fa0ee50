"""Rows of papers, addresses, devices, employers and verifications as masked values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.kernel import vault
from kaopu.party.core.party import mask_name
from kaopu.party.core.records import (
    AddressView,
    DocumentView,
    EmploymentView,
    Scope,
    VerificationView,
    mask_number,
)
from kaopu.party.models import (
    Address,
    ConsentRow,
    Device,
    Employment,
    IdentityDocument,
    PersonFact,
    Verification,
)
from kaopu.party.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django.db.models import Model

# Of each table: its name, the sealed column, its blind index (proofs have none), the kind of the index, and the key
# that seals it.
SEALED: dict[type[Model], tuple[str, str, str, str, Scope]] = {
    IdentityDocument: ("party_document", "number_sealed", "number_index", "document", Scope.KEPT),
    Address: ("party_address", "text_sealed", "text_index", "address", Scope.ORDINARY),
    Employment: ("party_employment", "name_sealed", "name_index", "name", Scope.ORDINARY),
    ConsentRow: ("party_consent", "proof_sealed", "", "", Scope.KEPT),
    PersonFact: ("party_fact", "proof_sealed", "", "", Scope.KEPT),
}


def documents(party_id: int) -> list[DocumentView]:
    """The papers of a party, ended ones too, the oldest first."""
    return _documents(IdentityDocument.objects.filter(party_id=party_id).order_by("pk"))


def documents_with(kind: str, number: str) -> list[DocumentView]:
    """Papers with exactly this number, by blind index: whoever they belong to."""
    index = vault.ring().blind_index("document", number)
    return _documents(IdentityDocument.objects.filter(kind=kind, number_index=index).order_by("pk"))


def addresses(party_id: int) -> list[AddressView]:
    """The addresses of a party, ended ones too, the oldest first."""
    return [
        AddressView(
            row.pk,
            row.party_id,
            row.kind,
            row.region_code,
            "" if text is None else text[:3] + "***",
            row.created_at,
            row.ended_at,
        )
        for row, text in _opened(Address.objects.filter(party_id=party_id).order_by("pk"))
    ]


def employments(party_id: int) -> list[EmploymentView]:
    """Where a party works or worked, the oldest first."""
    return [
        EmploymentView(
            row.pk,
            row.party_id,
            row.employer_id,
            "" if text is None else mask_name(text),
            row.started_on,
            row.created_at,
            row.ended_at,
        )
        for row, text in _opened(Employment.objects.filter(party_id=party_id).order_by("pk"))
    ]


def parties_on_device(fingerprint: str) -> list[int]:
    """Whoever was seen on the device with this fingerprint."""
    index = vault.ring().blind_index("device", fingerprint)
    return list(Device.objects.filter(fingerprint_index=index).order_by("party_id").values_list("party_id", flat=True))


def verifications(party_id: int) -> list[VerificationView]:
    """What channels answered about a party's points and papers, the oldest first."""
    return [_verification(row) for row in Verification.objects.filter(party_id=party_id).order_by("at", "pk")]


def append_record(row: Model, text: str | None, now: datetime) -> int:
    """Write a paper, an address or an employment, its text sealed and findable by the whole of it; its id."""
    table, column, index, kind, scope = SEALED[type(row)]
    (row.pk,) = keys.take_ids(table, 1)
    if text is not None:
        key = keys.for_sealing(row.party_id, scope, now)  # type: ignore[attr-defined]
        setattr(row, column, key.seal(text, table, column, row.pk))
        setattr(row, index, vault.ring().blind_index(kind, text))
    row.save(force_insert=True)
    return int(row.pk)


def open_record(row: Model) -> str | None:
    """The text in full; None where there is none or it is erased. Raises KeyDestroyed where its key is gone."""
    table, column, _, _, scope = SEALED[type(row)]
    sealed = getattr(row, column)
    if sealed is None:
        return None
    return keys.for_opening(row.party_id, scope).open(sealed, table, column, row.pk)  # type: ignore[attr-defined]


def _opened(rows: Iterable[Model]) -> Iterator[tuple[Any, str | None]]:
    """Each row with its text, the keys of all of them in one query."""
    found: list[Any] = list(rows)
    live = [row for row in found if getattr(row, SEALED[type(row)][1]) is not None]
    opened = keys.for_opening_many({row.party_id for row in live}, SEALED[type(live[0])][4]) if live else {}
    for row in found:
        table, column, *_ = SEALED[type(row)]
        sealed = getattr(row, column)
        yield row, None if sealed is None else opened[row.party_id].open(sealed, table, column, row.pk)


def _documents(rows: Iterable[IdentityDocument]) -> list[DocumentView]:
    return [
        DocumentView(
            row.pk,
            row.party_id,
            row.kind,
            "" if number is None else mask_number(number),
            row.country,
            row.valid_until,
            row.created_at,
            row.ended_at,
        )
        for row, number in _opened(rows)
    ]


def _verification(row: Verification) -> VerificationView:
    return VerificationView(
        id=row.pk,
        party_id=row.party_id,
        channel=row.channel,
        provider=row.provider,
        result=row.result,
        why=row.why,
        point_id=row.point_id,
        document_id=row.document_id,
        consent_id=row.consent_id,
        at=row.at,
    )
