"""Ten minutes after a no: the number is suppressed for ever, by hash, and what was held of the person is destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct.actions.suppress import suppress
from kaopu.contacts import links, store
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import Act, WhyNot
from kaopu.contacts.core.invitation import LinkKind
from kaopu.contacts.models import Choice
from kaopu.party import store as party
from kaopu.party.actions.erase_party import erase_party
from kaopu.party.actions.open_point import Refusal as OpenRefusal
from kaopu.party.actions.open_point import open_point
from kaopu.party.core.party import RevealReason

if TYPE_CHECKING:
    from datetime import datetime

ACTOR = "job:contacts"


def erase_ended(now: datetime) -> int:
    """Erase every contact that ended and can't be undone any more; how many. Safe to run again, and after a kill."""
    return sum(_erase(contact_id, now) for contact_id in store.ended_unerased())


def _erase(contact_id: int, now: datetime) -> bool:
    with transaction.atomic():
        row = store.lock(contact_id)
        stands = store.standing(contact_id)
        outcome = record_act(contact_id, Act.ERASED, actor=ACTOR, now=now)
        if row is None or isinstance(outcome, WhyNot):
            return False  # undone meanwhile, or the ten minutes are not over
        links.end_links(contact_id, now, *LinkKind)
        Choice.objects.filter(contact=row).delete()
        if row.party_id is not None:
            if stands.said_no:
                _suppress(row.party_id, now)
            if not any(view.agreed for view in store.contacts_as(row.party_id, now)):
                erase_party(row.party_id, actor=ACTOR, now=now)
    return True


def _suppress(party_id: int, now: datetime) -> None:
    """Never again, by every name under which somebody could try: the person, the point, the number itself."""
    suppress("person", f"party:{party_id}", reason="contact-said-no", actor=ACTOR, now=now)
    for point in party.points(party_id):
        suppress("number", f"point:{point.id}", reason="contact-said-no", actor=ACTOR, now=now)
        value = open_point(point.id, reason=RevealReason.LEGAL_DUTY, actor=ACTOR, now=now)
        if not isinstance(value, OpenRefusal):
            suppress(point.kind, value, reason="contact-said-no", actor=ACTOR, now=now)
