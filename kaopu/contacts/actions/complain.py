"""A contact complains: the words are sealed, and the page says by when there is an answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts.core.complaint import WORDS_MAX, About, answer_by
from kaopu.contacts.models import Complaint, ComplaintAnswer
from kaopu.kernel import audit, events, vault

if TYPE_CHECKING:
    from datetime import date, datetime

TABLE, COLUMN = "contacts_complaint", "words_sealed"


class Outcome(StrEnum):
    """How a complaint was answered."""

    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"


@dataclass(frozen=True, slots=True)
class Complained:
    """What the person keeps: the number to ask under, and the day of the answer."""

    reference: str
    answer_by: date


def complain(contact_id: int, about: About, words: str, *, now: datetime) -> Complained:
    """Take a complaint in. Words beyond the limit are kept up to it."""
    with transaction.atomic():
        reference = f"K-{secrets.token_hex(4).upper()}"
        row = Complaint(contact_id=contact_id, reference=reference, about=about, at=now, answer_by=answer_by(now))
        # Bound to the reference, which is known before the row's id is.
        row.words_sealed = vault.ring().seal(words[:WORDS_MAX], TABLE, COLUMN, reference)
        row.save()
        details: dict[str, object] = {"complaint": reference, "about": about}
        audit.record(act="contact.complained", subject=f"contact:{contact_id}", actor=f"contact:{contact_id}", at=now,
                     details=details)  # fmt: skip
        events.emit("contact.complained", {"contact": contact_id, **details}, now)
    return Complained(reference, row.answer_by)


def answer_complaint(reference: str, outcome: Outcome, *, actor: str, now: datetime) -> bool:
    """Close a complaint, once; whether it was open."""
    with transaction.atomic():
        row = Complaint.objects.select_for_update(of=("self",)).filter(reference=reference, answer=None).first()
        if row is None:
            return False
        ComplaintAnswer.objects.create(complaint=row, outcome=outcome, at=now, by=actor)
        audit.record(act="contact.complaint_answered", subject=f"contact:{row.contact_id}", actor=actor, at=now,
                     details={"complaint": reference, "outcome": outcome})  # fmt: skip
    return True
