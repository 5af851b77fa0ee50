"""Papers, addresses, devices, employers and verifications of a party as the rooms above see them: masked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


class DocumentKind(StrEnum):
    """What paper a number stands on."""

    CN_ID = "cn-id"
    PASSPORT = "passport"
    USCC = "uscc"
    OTHER = "other"


class AddressKind(StrEnum):
    """What an address is of."""

    HOME = "home"
    WORK = "work"
    REGISTERED = "registered"
    POST = "post"


class Scope(StrEnum):
    """Which of a party's two keys seals a value: what law may order to keep stands under its own."""

    ORDINARY = "ordinary"
    KEPT = "kept"


class VerificationResult(StrEnum):
    """What a channel answered. `unknown` is never a match."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A paper; its number masked, empty once erased."""

    id: int
    party_id: int
    kind: str
    masked_number: str
    country: str
    valid_until: date | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AddressView:
    """An address: its GB/T 2260 county code in plain, its street masked."""

    id: int
    party_id: int
    kind: str
    region_code: str
    masked_text: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class EmploymentView:
    """Where someone works or worked; the employer's name masked unless it is a party itself."""

    id: int
    party_id: int
    employer_id: int | None
    masked_name: str
    started_on: date | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class VerificationView:
    """One answer of one channel about a point or a paper, and the consent that allowed the question."""

    id: int
    party_id: int
    channel: str
    provider: str
    result: str
    why: str
    point_id: int | None
    document_id: int | None
    consent_id: int
    at: datetime


def mask_number(number: str) -> str:
    """The first three and the last two signs of a paper's number: 110*************11."""
    if len(number) < 8:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 5) + number[-2:]
