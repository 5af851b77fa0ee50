"""Who asks, as the contact reads it: the first sign of a name, and four digits where the borrower shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.party import store as party

if TYPE_CHECKING:
    from kaopu.contacts.models import Contact


def borrower_words(row: Contact) -> str:
    """Their masked name, or "the person who named you" where none is known."""
    view = party.masked([row.borrower_id])[row.borrower_id]
    return view.name or _("the person who named you")


def last_four(row: Contact) -> str:
    """The last four digits of the borrower's phone, if they show them to this contact."""
    if not row.shows_last_four:
        return ""
    phones = [
        point.masked_value for point in party.points(row.borrower_id) if point.kind == "phone" and not point.ended_at
    ]
    view = party.masked([row.borrower_id])[row.borrower_id]
    shown = next(iter([*phones, view.phone or ""]), "")
    return shown[-4:] if shown[-4:].isdecimal() else ""
