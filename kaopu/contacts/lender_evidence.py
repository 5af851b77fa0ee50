"""What this lender's own records say of points: given, confirmed, checked, called, answered or not.

Points of whoever owes by the current close, and of their contacts who agreed. Nothing is opened: a point's number is
not needed to know whether it still reaches somebody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from kaopu.conduct.models import Entry, Outcome
from kaopu.contacts import quality_facts
from kaopu.contacts.core.contact_state import AGREED, Act, State
from kaopu.contacts.core.evidence import Evidence, EvidenceKind, EvidenceRow, Via
from kaopu.contacts.models import Contact, ContactEvent
from kaopu.party.core.records import VerificationResult
from kaopu.party.models import ContactPoint, Verification

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

POINT = "point:"
# What came of an attempt, as the record of conduct names it.
_OUTCOMES = {
    "no-answer": EvidenceKind.NO_ANSWER,
    "invalid": EvidenceKind.INVALID_NUMBER,
    "bounced": EvidenceKind.BOUNCED,
    "delivered": EvidenceKind.DELIVERED,
    "notice": EvidenceKind.DELIVERED,
    "conversation": EvidenceKind.RIGHT_PARTY,
}
_CHANNELS = {"voice": Via.CALL, "sms": Via.SMS, "email": Via.MAIL}
_CHECKS = {
    VerificationResult.MATCH.value: EvidenceKind.CARRIER_MATCH,
    VerificationResult.MISMATCH.value: EvidenceKind.CARRIER_MISMATCH,
}
_CONFIRMED = (Act.ACCEPTED, Act.VERIFIED, Act.RECHECKED)


@dataclass(frozen=True, slots=True)
class _Use:
    """A borrower whom a point may serve; `agreed`: its holder has."""

    borrower_id: int
    role: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """Points that are used, by number: kind and whom they serve."""

    kinds: dict[int, str]
    uses: dict[int, list[_Use]]


def evidence_rows(as_of: datetime, borrower_id: int | None = None) -> list[EvidenceRow]:
    """Rows as in a file of evidence, by point and time, of all or of one borrower. A borrower's id is the party's."""
    held, signs = _Held({}, {}), []
    signs += _recorded(held, as_of, borrower_id)
    for source in (_checked, _attempted, _confirmed):
        signs += source(held, as_of)
    rows = [
        EvidenceRow(point, use.borrower_id, use.role, held.kinds[point], sign, use.agreed)
        for point, sign in signs
        for use in held.uses[point]
    ]
    return sorted(rows, key=lambda row: (row.point_id, row.evidence.at))


def _recorded(held: _Held, as_of: datetime, borrower_id: int | None) -> Iterator[tuple[int, Evidence]]:
    uses = _uses(as_of, borrower_id)
    live = ContactPoint.objects.filter(Q(ended_at=None) | Q(ended_at__gt=as_of), party_id__in=list(uses))
    rows = live.filter(created_at__lte=as_of).values_list("pk", "party_id", "kind", "created_at")
    for point, party_id, kind, created_at in rows.iterator():
        held.kinds[point], held.uses[point] = kind, uses[party_id]
        yield point, Evidence(created_at, EvidenceKind.RECORDED)


def _uses(as_of: datetime, borrower_id: int | None) -> dict[int, list[_Use]]:
    """By party: the borrower that they are, and those for whom they agreed, or once agreed, to be a contact."""
    of_whom = {} if borrower_id is None else {"borrower_id": borrower_id}
    contacts = Contact.objects.filter(party__isnull=False, **of_whom).values_list("pk", "borrower_id", "party_id")
    known = set(quality_facts.exposures()[0]) if borrower_id is None else {borrower_id}
    owing = known | {borrower for _, borrower, _ in contacts}
    uses = {party_id: [_Use(party_id, "own", agreed=True)] for party_id in sorted(owing)}
    newest = (
        ContactEvent.objects.filter(at__lte=as_of, contact__in=[pk for pk, _, _ in contacts])
        .order_by("contact_id", "-number")
        .distinct("contact_id")
    )
    states = dict(newest.values_list("contact_id", "state_after"))
    for contact_id, named_by, party_id in contacts:
        if contact_id in states:
            agreed = State(states[contact_id]) in AGREED
            uses.setdefault(party_id, []).append(_Use(named_by, "contact", agreed=agreed))
    return uses


def _checked(held: _Held, as_of: datetime) -> Iterator[tuple[int, Evidence]]:
    rows = Verification.objects.filter(point__isnull=False, at__lte=as_of, result__in=list(_CHECKS))
    for point, result, at in rows.values_list("point_id", "result", "at").iterator():
        if point in held.kinds:
            yield point, Evidence(at, _CHECKS[result], Via.STATUS)


def _attempted(held: _Held, as_of: datetime) -> Iterator[tuple[int, Evidence]]:
    """What attempts led to, told with a permit or brought from another system."""
    told = Outcome.objects.filter(entry__number__startswith=POINT, at__lte=as_of, outcome__in=list(_OUTCOMES))
    brought = Entry.objects.filter(number__startswith=POINT, at__lte=as_of, outcome__in=list(_OUTCOMES))
    columns = (
        told.values_list("entry__number", "entry__channel", "outcome", "at"),
        brought.values_list("number", "channel", "outcome", "at"),
    )
    for rows in columns:
        for number, channel, outcome, at in rows.iterator():
            text = number.removeprefix(POINT)
            if text.isdecimal() and int(text) in held.kinds:
                yield int(text), Evidence(at, _OUTCOMES[outcome], _CHANNELS.get(channel, Via.UNKNOWN))


def _confirmed(held: _Held, as_of: datetime) -> Iterator[tuple[int, Evidence]]:
    """Codes that contacts typed; an act that does not name its point is the agreement, made with the first phone."""
    rows = ContactEvent.objects.filter(act__in=[*_CONFIRMED], at__lte=as_of, contact__party__isnull=False)
    for details, at, party_id in rows.values_list("details", "at", "contact__party_id").iterator():
        point = details.get("point") or _first_phone(party_id)
        if point in held.kinds:
            yield point, Evidence(at, EvidenceKind.CODE_CONFIRMED, Via.CODE)


def _first_phone(party_id: int) -> int | None:
    phones = ContactPoint.objects.filter(party_id=party_id, kind="phone").order_by("pk")
    return phones.values_list("pk", flat=True).first()
