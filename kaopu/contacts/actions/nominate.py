"""Name a contact: relation and who gave it, nothing of the person. The answer is a link that the borrower forwards."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct import store as conduct
from kaopu.contacts import links, store
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import ENDED, Act, WhyNot
from kaopu.contacts.core.invitation import LinkKind, check_code
from kaopu.contacts.core.nomination import Mode, Provenance, Refusal, judge_nomination
from kaopu.contacts.models import Contact
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.core.relation import Relation


@dataclass(frozen=True, slots=True)
class Invited:
    """A contact whom a link now waits for. `token` is what stands in its address."""

    contact_id: int
    token: str
    check_code: str


def nominate(
    borrower_id: int,
    relation: Relation,
    *,
    actor: str,
    now: datetime,
    provenance: Provenance = Provenance.RESERVED_BY_DEBTOR,
    shows_last_four: bool = False,
    mode: Mode = Mode.FORWARDED,
    lender_invitations: bool = False,
) -> Invited | Refusal:
    """Name one more contact and make their link. `shows_last_four`: the borrower lets them see who asks.

    The lender-sent mode, off unless a caller that may switched it on, is refused: see `invite_by_lender`.
    """
    with conduct.locked([f"contacts-of:{borrower_id}"]):
        if borrower_id not in party.masked([borrower_id]):
            return Refusal.NO_SUCH_BORROWER
        standing = [view.standing.state for view in store.contacts_of(borrower_id, now)]
        refusal = judge_nomination([state for state in standing if state], mode, lender_invitations=lender_invitations)
        if refusal is not None:
            return refusal
        row = Contact.objects.create(
            borrower_id=borrower_id, relation=relation, provenance=provenance, mode=mode,
            shows_last_four=shows_last_four, check_code=_fresh_check_code(), nominated_at=now,
        )  # fmt: skip
        codes: dict[str, object] = {"relation": relation, "provenance": provenance, "mode": mode}
        record_act(row.pk, Act.NOMINATED, actor=actor, now=now, details=codes)
        return invite(row.pk, actor=actor, now=now)


def invite(contact_id: int, *, actor: str, now: datetime) -> Invited | Refusal:
    """A fresh link for a contact who has not answered; an earlier one ends. Whoever said no is never invited again."""
    with transaction.atomic():
        row = store.lock(contact_id)
        if row is None:
            return Refusal.NO_SUCH_CONTACT
        outcome = record_act(contact_id, Act.INVITED, actor=actor, now=now)
        if isinstance(outcome, WhyNot):
            return Refusal.ENDED if store.standing(contact_id).state in ENDED else Refusal.AGREED_ALREADY
        links.end_links(contact_id, now, LinkKind.INVITATION)
        link = links.make_link(LinkKind.INVITATION, now, contact_id=contact_id)
        return Invited(contact_id, links.token(link), row.check_code)


def invite_by_lender(contact_id: int, *, actor: str, now: datetime, switched_on: bool = False) -> Refusal:  # noqa: ARG001 - the hook's place
    """The second mode's place: a message of purpose `verify` through outreach, to a number that the borrower gave.

    Off: while it is, a lender holds nothing of a person who has not agreed. It stays refused until a deployment
    that needs it brings the lawful basis for holding the number, and its own action here.
    """
    return Refusal.LENDER_INVITATIONS_ARE_OFF


def _fresh_check_code() -> str:
    while True:
        code = check_code(secrets.token_bytes(3))
        if not Contact.objects.filter(check_code=code).exists():
            return code
