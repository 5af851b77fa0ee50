"""Send a one-time code to an address that was typed by the person it reaches. The address itself is not kept."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts import store
from kaopu.contacts.actions.delivery import deliver_to_borrower, deliver_typed
from kaopu.contacts.actions.never import said_never
from kaopu.contacts.core import one_time_code
from kaopu.contacts.core.contact_state import AGREED, WAITING
from kaopu.contacts.core.one_time_code import CodePurpose
from kaopu.contacts.models import Link, OneTimeCode
from kaopu.kernel import audit, ids, vault
from kaopu.party import store as party
from kaopu.party.core.phone import read_phone
from kaopu.party.core.point_values import read_value
from kaopu.party.core.points import PointKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kaopu.party.core.points import PointView

TABLE, COLUMN = "contacts_onetimecode", "address"  # the place a ticket is bound to; no such column


class Refusal(StrEnum):
    """Why no code was sent. Public: add new ones, keep the old."""

    NOT_A_MOBILE = "not_a_mobile"
    NOT_AN_ADDRESS = "not_an_address"
    NUMBER_OF_THE_BORROWER = "number_of_the_borrower"
    TOO_MANY_CODES = "too_many_codes"
    NOT_NOW = "not_now"  # no permit, or no way out: the code is not on its way


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code on its way. `ticket` is the address, sealed for this code: the person's own browser keeps it."""

    code_id: UUID
    ticket: str


@dataclass(frozen=True, slots=True)
class Limited:
    """Too many codes were sent; when the next may be."""

    next_at: datetime
    why: Refusal = Refusal.TOO_MANY_CODES


def send_code(
    link: Link, purpose: CodePurpose, kind: PointKind, typed: str, *, language: str, now: datetime
) -> CodeSent | Refusal | Limited:
    """Send a code for `purpose`. To a number that said "never again" nothing goes, and the answer is the same."""
    address = _read(kind, typed)
    if isinstance(address, Refusal):
        return address
    if not _leads_on(link, purpose):
        return Refusal.NOT_NOW
    if purpose == CodePurpose.ACCEPT and _is_borrowers(link, kind, address):
        return Refusal.NUMBER_OF_THE_BORROWER
    made = _make(link, purpose, now)
    if isinstance(made, Limited):
        return made
    row, code = made
    if not said_never(kind, address, now):
        why = deliver_typed(row, kind, address, code, language=language, now=now)
        if why:
            return Refusal.NOT_NOW
    return CodeSent(row.pk, _ticket(row, address))


def send_people_code(link: Link, point: PointView, *, language: str, now: datetime) -> CodeSent | Refusal | Limited:
    """Send the borrower the code that opens the page of people they named."""
    made = _make(link, CodePurpose.PEOPLE, now)
    if isinstance(made, Limited):
        return made
    row, code = made
    why = deliver_to_borrower(point, code, language=language, now=now)
    return Refusal.NOT_NOW if why else CodeSent(row.pk, _ticket(row, f"point:{point.id}"))


def _ticket(row: OneTimeCode, address: str) -> str:
    return base64.urlsafe_b64encode(vault.ring().seal(address, TABLE, COLUMN, row.pk)).decode()


def address_of(code_id: UUID, ticket: str) -> str | None:
    """The address that a code was sent to, from its ticket; None for a ticket of another code."""
    try:
        return vault.ring().open(base64.urlsafe_b64decode(ticket), TABLE, COLUMN, code_id)
    except (ValueError, vault.CannotOpen):
        return None


def _make(link: Link, purpose: CodePurpose, now: datetime) -> tuple[OneTimeCode, str] | Limited:
    with transaction.atomic():
        Link.objects.select_for_update().get(pk=link.pk)
        # All links of one contact, or of one borrower, share their limits: a new link buys no more messages.
        codes = OneTimeCode.objects.filter(link__contact_id=link.contact_id, link__borrower_id=link.borrower_id)
        next_at = one_time_code.next_send_at(list(codes.values_list("made_at", flat=True)), now)
        if next_at is not None:
            return Limited(next_at)
        code_id, code = ids.new_id(now), one_time_code.digits(secrets.token_bytes(8))
        proof = one_time_code.verifier(vault.ring().index_key, code_id, code)
        row = OneTimeCode.objects.create(id=code_id, link=link, purpose=purpose, verifier=proof, made_at=now)
        audit.record(act="contact.code_sent", subject=f"link:{link.pk}", actor=f"link:{link.pk}", at=now,
                     details={"purpose": purpose, "code": str(code_id)})  # fmt: skip
    return row, code


def _leads_on(link: Link, purpose: CodePurpose) -> bool:
    """Whether a right code would still open anything: nobody is sent one for an invitation that was refused."""
    state = store.standing(link.contact_id).state if link.contact_id else None
    if purpose == CodePurpose.NEVER_AGAIN:
        return state is not None
    return state in (WAITING if purpose == CodePurpose.ACCEPT else AGREED)


def _read(kind: PointKind, typed: str) -> str | Refusal:
    if kind == PointKind.PHONE:
        return read_phone(typed).normalised or Refusal.NOT_A_MOBILE
    read = read_value(kind, typed)
    return read.value if read else Refusal.NOT_AN_ADDRESS


def _is_borrowers(link: Link, kind: PointKind, address: str) -> bool:
    borrower_id = link.contact.borrower_id if link.contact else None
    theirs = {point.party_id for point in party.points_with(kind, address)}
    return borrower_id in theirs | {view.id for view in party.find(phone=address)}
