"""What is seen of a contact point: dated, of few kinds, and told by a channel, a person or a provider.

A row of evidence is `point_id, borrower_id, role, kind, at, evidence, consented` and, where known, `via`: how the sign
came about. The words below are the format of the file, in this order; their places are the codes of the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping


class EvidenceKind(StrEnum):
    """What was seen. The strings are the format of the file: add new ones at the end, keep the old."""

    CODE_CONFIRMED = "code_confirmed"  # a one-time code sent to the point came back
    RIGHT_PARTY = "right_party"  # the person was spoken to
    DELIVERED = "delivered"  # the carrier says so
    READ = "read"  # a read receipt or an opened link
    APP_SESSION = "app_session"
    DEBIT_SUCCESS = "debit_success"  # the borrower's account paid
    NO_ANSWER = "no_answer"
    BOUNCED = "bounced"
    INVALID_NUMBER = "invalid_number"  # 空号
    WRONG_NUMBER = "wrong_number"  # somebody else answered
    REASSIGNED = "reassigned"  # 二次号码: given to another subscriber since
    SILENT = "silent"  # an expected sign did not come
    IN_SERVICE = "in_service"  # the provider says the number is in use, not by whom
    SUSPENDED = "suspended"  # 停机
    CARRIER_MATCH = "carrier_match"  # number and name belong together, says the carrier
    CARRIER_MISMATCH = "carrier_mismatch"
    RECORDED = "recorded"  # on record from this day; says nothing by itself


class Via(StrEnum):
    """How a sign came about; what a silence means depends on it."""

    UNKNOWN = ""
    CODE = "code"
    CALL = "call"
    SMS = "sms"
    DEBIT = "debit"
    SESSION = "session"
    MAIL = "mail"
    LETTER = "letter"
    STATUS = "status"


EVIDENCE_KINDS = tuple(EvidenceKind)
VIAS = tuple(Via)
POINT_KINDS = ("phone", "email", "app", "address")
ROLES = ("own", "contact")

CONFIRMING = frozenset({EvidenceKind.CODE_CONFIRMED, EvidenceKind.RIGHT_PARTY, EvidenceKind.CARRIER_MATCH})
# Somebody else holds the point: whatever is sent there is told to a stranger.
OF_A_STRANGER = frozenset({EvidenceKind.REASSIGNED, EvidenceKind.WRONG_NUMBER, EvidenceKind.CARRIER_MISMATCH})

_OTHER_WORDS = {
    "one_time_code_confirmed": EvidenceKind.CODE_CONFIRMED,
    "otp_confirmed": EvidenceKind.CODE_CONFIRMED,
    "confirmed": EvidenceKind.CODE_CONFIRMED,
    "right_party_call": EvidenceKind.RIGHT_PARTY,
    "right_party_contact": EvidenceKind.RIGHT_PARTY,
    "opened": EvidenceKind.READ,
    "login": EvidenceKind.APP_SESSION,
    "successful_debit": EvidenceKind.DEBIT_SUCCESS,
    "debit": EvidenceKind.DEBIT_SUCCESS,
    "missed": EvidenceKind.NO_ANSWER,
    "bounce": EvidenceKind.BOUNCED,
    "undelivered": EvidenceKind.BOUNCED,
    "invalid": EvidenceKind.INVALID_NUMBER,
    "空号": EvidenceKind.INVALID_NUMBER,
    "停机": EvidenceKind.SUSPENDED,
    "wrong_party": EvidenceKind.WRONG_NUMBER,
    "recycled": EvidenceKind.REASSIGNED,
    "reassigned_number": EvidenceKind.REASSIGNED,
    "二次号码": EvidenceKind.REASSIGNED,
    "no_response": EvidenceKind.SILENT,
    "number_in_service": EvidenceKind.IN_SERVICE,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign of one point. `at` is an aware instant."""

    at: datetime
    kind: EvidenceKind
    via: Via = Via.UNKNOWN


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row of the file: whose point it is, and whether its holder had agreed by then (None: unknown, which is no)."""

    point_id: str | int
    borrower_id: str | int
    role: str
    point_kind: str
    evidence: Evidence
    consented: bool | None


def evidence_kind(word: str) -> EvidenceKind:
    """The kind a word of the file names. Raises `BadInput` for a word that is none: unknown is never a good sign."""
    plain = "_".join(word.strip().lower().replace("-", " ").split())
    try:
        return _OTHER_WORDS.get(plain) or EvidenceKind(plain)
    except ValueError:
        raise BadInput(f"evidence {word!r}: expected one of {', '.join(EVIDENCE_KINDS)}") from None


def evidence_of(row: Evidence | Mapping[str, Any]) -> Evidence:
    """A sign from a row of the file: its `at`, `evidence` and, where given, `via`."""
    if isinstance(row, Evidence):
        return row
    return Evidence(instant(row["at"]), evidence_kind(row["evidence"]), via(row.get("via")))


def via(word: str | None) -> Via:
    """The channel a word names; one that is not known here counts as not given."""
    return Via(word) if word in VIAS else Via.UNKNOWN


def instant(given: object) -> datetime:
    """An instant, or a date for its first one; without an offset it is read as UTC. Raises `BadInput` for others."""
    found = given
    if isinstance(found, str):
        try:
            found = datetime.fromisoformat(found.strip())
        except ValueError:
            found = None
    if isinstance(found, date) and not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day, tzinfo=UTC)
    if not isinstance(found, datetime):
        raise BadInput(f"{given!r}: expected a date or an instant, as 2026-06-30 or 2026-06-30T08:00:00Z")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
