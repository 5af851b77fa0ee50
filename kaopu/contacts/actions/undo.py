"""Undo a no within ten minutes: everything is again as it was, under new consents that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts import store
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import Act, Standing, WhyNot
from kaopu.party import store as party
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.end_point import end_point
from kaopu.party.actions.grant_consent import grant_consent
from kaopu.party.actions.open_point import Refusal as OpenRefusal
from kaopu.party.actions.open_point import open_point
from kaopu.party.core.party import RevealReason
from kaopu.party.core.points import EndReason

if TYPE_CHECKING:
    from datetime import datetime


def undo(contact_id: int, *, now: datetime) -> Standing | WhyNot:
    """Take the last no back. A person who withdrew from several borrowers at once is again a contact of all of them."""
    actor = f"contact:{contact_id}"
    with transaction.atomic():
        row = store.lock(contact_id)
        ended = store.standing(contact_id)
        outcome = record_act(contact_id, Act.UNDONE, actor=actor, now=now)
        if isinstance(outcome, WhyNot) or row is None or row.party_id is None or ended.since is None:
            return outcome
        for view in store.contacts_as(row.party_id, now):
            if view.id != contact_id and view.standing.since == ended.since:
                record_act(view.id, Act.UNDONE, actor=actor, now=now)
        _restore(row.party_id, ended.since, actor, now)
    return outcome


def _restore(party_id: int, ended_at: datetime, actor: str, now: datetime) -> None:
    for point in party.points(party_id):
        if point.ended_at == ended_at:
            value = open_point(point.id, reason=RevealReason.CUSTOMER_REQUEST, actor=actor, now=now)
            if isinstance(value, OpenRefusal):
                raise TypeError(f"point {point.id}: {value}")
            end_point(point.id, reason=EndReason.REPLACED, erase=True, actor=actor, now=now)
            add_point(party_id, point.kind, value, point.source, actor=actor, now=now)
    for consent in party.consents(party_id):
        if consent.withdrawn_at == ended_at:
            proof = f"undone:{consent.id}"
            grant_consent(party_id, consent.purpose, consent.channel, consent.text_version, proof, actor=actor, now=now)
