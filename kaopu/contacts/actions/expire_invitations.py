"""No answer in seven days: the invitation ends (X-DEF-01). The borrower may ask once more; nothing was ever held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.contacts import store
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import Act, WhyNot
from kaopu.contacts.core.invitation import LASTS, LinkKind

if TYPE_CHECKING:
    from datetime import datetime

ACTOR = "job:contacts"


def expire_invitations(now: datetime) -> int:
    """Expire what waited too long; how many. Safe to run again."""
    oldest = now - LASTS[LinkKind.INVITATION]
    return sum(
        not isinstance(record_act(contact_id, Act.EXPIRED, actor=ACTOR, now=now), WhyNot)
        for contact_id in store.unanswered_since(oldest)
    )
