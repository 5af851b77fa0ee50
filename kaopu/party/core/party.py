"""A person or an organisation as the rooms above see it, and how its data is shown to those who need no more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a party is."""

    PERSON = "person"
    ORGANISATION = "organisation"


class RevealReason(StrEnum):
    """Why someone read a name or a phone in full. Codes, so that the audit holds no free text about a person."""

    CUSTOMER_REQUEST = "customer-request"
    COLLECTION = "collection"
    DISPUTE = "dispute"
    FRAUD_CHECK = "fraud-check"
    CORRECTION = "correction"
    LEGAL_DUTY = "legal-duty"


@dataclass(frozen=True, slots=True)
class NewParty:
    """A party to be recorded. A party of an anonymised book has only `source` and `external_id`."""

    kind: Kind = Kind.PERSON
    name: str | None = None
    phone: str | None = None
    source: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party with name and phone masked or, where a reason was given, in full."""

    id: int
    kind: str
    name: str | None
    phone: str | None
    source: str
    external_id: str | None
    masked: bool


def mask_name(name: str) -> str:
    """The first character and stars: 王** for 王小明."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def mask_phone(phone: str) -> str:
    """The first three and last four digits of eleven or more, less of a shorter number: 138****5678."""
    if len(phone) < 8:
        return "*" * len(phone)
    shown_first = 3 if len(phone) >= 11 else 1
    shown_last = 4 if len(phone) >= 11 else 2
    return phone[:shown_first] + "*" * (len(phone) - shown_first - shown_last) + phone[-shown_last:]
