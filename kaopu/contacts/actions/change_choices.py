"""Channels, hours and language as the person chose them: each channel is a consent of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts import promise, store
from kaopu.contacts.core.contact_state import WhyNot
from kaopu.contacts.models import Choice
from kaopu.kernel import audit
from kaopu.party import store as party
from kaopu.party.actions.grant_consent import Refusal as ConsentRefusal
from kaopu.party.actions.grant_consent import grant_consent
from kaopu.party.actions.publish_consent_text import publish_consent_text
from kaopu.party.actions.withdraw_consent import withdraw_consent

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.core.held_data import Choices
    from kaopu.contacts.models import Contact


def change_choices(contact_id: int, choices: Choices, *, proof: str, now: datetime) -> WhyNot | None:
    """Replace what was chosen. `proof`: a code for how the person was known, such as "link:7"."""
    with transaction.atomic():
        row = store.lock(contact_id)
        if row is None or not store.standing(contact_id).agreed:
            return WhyNot.NOT_FROM_HERE
        write_choices(row, choices, proof=proof, actor=f"contact:{contact_id}", now=now)
        audit.record(act="contact.choices_changed", subject=f"contact:{contact_id}", actor=f"contact:{contact_id}",
                     at=now, details={"channels": list(choices.channels), "hours": choices.hours})  # fmt: skip
    return None


def write_choices(row: Contact, choices: Choices, *, proof: str, actor: str, now: datetime) -> None:
    """Write a choice and bring the consents of the person to it; in the caller's transaction."""
    Choice.objects.create(contact=row, channels=list(choices.channels), hours=choices.hours,
                          language=choices.language, at=now)  # fmt: skip
    version, text = promise.published(choices.language)
    if refusal := publish_consent_text(version, promise.PURPOSE, choices.language, text, actor=actor, now=now):
        raise ValueError(f"consent text {version}: {refusal}")
    open_now = [
        each for each in party.consents(row.party_id) if each.purpose == promise.PURPOSE and not each.withdrawn_at
    ]
    for consent in open_now:
        if consent.channel not in choices.channels:
            withdraw_consent(consent.id, actor=actor, now=now)
    for channel in sorted(set(choices.channels) - {consent.channel for consent in open_now}):
        granted = grant_consent(row.party_id, promise.PURPOSE, channel, version, proof, actor=actor, now=now)
        if isinstance(granted, ConsentRefusal):
            raise TypeError(f"contact {row.pk}: {granted}")
