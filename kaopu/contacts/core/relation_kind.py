"""Four kinds of people around a debt, kept apart as types. Nothing here, or anywhere, turns one into another.

A contact has agreed to pass on a message, and to nothing else. Whoever offers to pay owes nothing by it: a third person
who performs (Civil Code 524). A guarantor is one by a signed guarantee alone (685), and joins a debt only by an express
statement (552). A representative speaks for the borrower by a written authority.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """Agreed to be asked for a word to the borrower. Owes nothing, guarantees nothing."""

    contact_id: int
    party_id: int
    borrower_id: int
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class PayerByOwnOffer:
    """Offered, unasked, to help pay. A third person who performs: no obligation before, with or after a payment."""

    offer_id: int
    party_id: int
    borrower_id: int
    offered_at: datetime


@dataclass(frozen=True, slots=True)
class SignedGuarantee:
    """The written contract or clause that makes a guarantor; `document_id` is where it is kept."""

    document_id: int
    signed_on: date

    def __post_init__(self) -> None:
        if self.document_id <= 0:
            raise ValueError("a guarantee without its signed document is none")


@dataclass(frozen=True, slots=True)
class Guarantor:
    """Answers for a debt, by a signed guarantee."""

    party_id: int
    borrower_id: int
    guarantee: SignedGuarantee


@dataclass(frozen=True, slots=True)
class WrittenAuthority:
    """The borrower's written word that somebody speaks for them."""

    document_id: int
    given_on: date
    ends_on: date | None

    def __post_init__(self) -> None:
        if self.document_id <= 0:
            raise ValueError("an authority without its written document is none")


@dataclass(frozen=True, slots=True)
class AuthorisedRepresentative:
    """Speaks for the borrower: lawyer, guardian, adviser."""

    party_id: int
    borrower_id: int
    authority: WrittenAuthority


KINDS = (EmergencyContact, PayerByOwnOffer, Guarantor, AuthorisedRepresentative)
