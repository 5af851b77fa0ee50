"""Who reached a contact, when and what for: the attempts that permits allowed, as the person may read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kaopu.conduct import history
from kaopu.conduct.core.ask import Ask

if TYPE_CHECKING:
    from kaopu.contacts.store import ContactView


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, or a call of the person's own (`outcome` inbound)."""

    at: datetime
    channel: str
    purpose: str
    outcome: str


def attempts(view: ContactView, now: datetime) -> list[Attempt]:
    """The newest first. Attempts for other borrowers too: it is the same person that was reached."""
    if view.party_id is None:
        return []
    person = f"party:{view.party_id}"
    ask = Ask(
        person=person, role="contact", debtor=f"party:{view.borrower_id}", purpose="relay", channel="sms",
        content="none", caller="human", number="", product="loan", segment="consumer", jurisdictions=("CN",),
    )  # fmt: skip
    found = [each for each in history.history(ask, "", now) if each["person"] == person]
    return [
        Attempt(datetime.fromisoformat(each["at"]), each["channel"], each["purpose"], each["outcome"])
        for each in reversed(found)
    ]
