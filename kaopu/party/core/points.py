"""Ways to reach a person: what kind, who gave it, and how it is shown to those who need no more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kaopu.party.core.party import mask_phone

if TYPE_CHECKING:
    from datetime import datetime


class PointKind(StrEnum):
    """What kind of way it is."""

    PHONE = "phone"
    EMAIL = "email"
    APP = "app"
    ADDRESS = "address"


class Source(StrEnum):
    """Who gave it: the provenance that GB/T 45251-2025 asks of every number that is dialled."""

    CONTRACT = "contract"
    RESERVED_BY_DEBTOR = "reserved_by_debtor"
    DEBTOR_AUTHORISED = "debtor_authorised"
    LAWFUL_PUBLIC = "lawful_public"
    TOLD_BY_RESERVED_CONTACT = "told_by_reserved_contact"
    AUTHORISED_CREDIT_BUREAU = "authorised_credit_bureau"
    GIVEN_BY_SELF = "given_by_self"


class EndReason(StrEnum):
    """Why a point is used no more."""

    REPLACED = "replaced"
    WRONG_NUMBER = "wrong_number"
    REASSIGNED = "reassigned"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ERASED = "erased"


SEND = "send"  # the reason of outreach when it opens a point: refused for one that has ended


@dataclass(frozen=True, slots=True)
class PointView:
    """A point with its value masked. `masked_value` is empty once the point is erased.

    `carrier_type` is of a phone: mobile, virtual, data, satellite, fixed or foreign; `segment` its first three digits.
    """

    id: int
    party_id: int
    kind: str
    masked_value: str
    source: str
    created_at: datetime
    ended_at: datetime | None
    carrier_type: str
    segment: str
    expires_at: datetime | None = None


def mask_value(kind: str, value: str) -> str:
    """What tells a point apart for its owner: 138****5678, w***@example.com, stars for the rest."""
    if kind == PointKind.PHONE:
        return mask_phone(value)
    if kind == PointKind.EMAIL and "@" in value:
        local, _, domain = value.rpartition("@")
        return f"{local[:1]}***@{domain}"
    return value[:2] + "*" * min(max(len(value) - 2, 1), 8)
