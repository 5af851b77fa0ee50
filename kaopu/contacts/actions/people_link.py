"""The borrower's way to the people they named: a link, and a code to their own number."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts import links
from kaopu.contacts.core.invitation import LinkKind
from kaopu.kernel import audit
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why no link was made."""

    NO_SUCH_BORROWER = "no_such_borrower"


def make_people_link(borrower_id: int, *, actor: str, now: datetime) -> str | Refusal:
    """The token of a link to `/people/`. Note that a Refusal is a str too: compare by type."""
    if borrower_id not in party.masked([borrower_id]):
        return Refusal.NO_SUCH_BORROWER
    with transaction.atomic():
        link = links.make_link(LinkKind.PEOPLE, now, borrower_id=borrower_id)
        audit.record(act="contact.people_link_made", subject=f"party:{borrower_id}", actor=actor, at=now,
                     details={"link": link.pk})  # fmt: skip
    return links.token(link)
