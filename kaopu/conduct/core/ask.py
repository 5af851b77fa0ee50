"""What a room asks before a person is reached: who, as what, about whom, why, how, and with what content."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """One wish to reach one person. All are opaque texts ("party:12", "point:7") or words of the permit facts.

    `number` is the contact point that would be used. Everything else that a permit needs comes from sources, so that a
    caller can't put a better fact here.
    """

    person: str
    role: str  # debtor, guarantor, contact, representative
    debtor: str
    purpose: str  # collect, remind, locate, relay, pay-help, verify, service
    channel: str  # voice, sms, email, app, visit
    content: str  # none, relay, payment, debt: what the message may reveal
    caller: str  # human, robot
    number: str
    product: str  # card, loan
    segment: str  # consumer, enterprise
    jurisdictions: tuple[str, ...]
    profile: str = "strict"

    def words(self) -> dict[str, object]:
        """The ask as plain JSON, for rows and jobs."""
        return {**asdict(self), "jurisdictions": list(self.jurisdictions)}

    @classmethod
    def of(cls, words: dict[str, object]) -> Ask:
        """The ask that `words` was made from."""
        plain = {**words, "jurisdictions": tuple(words["jurisdictions"])}  # type: ignore[arg-type]
        return cls(**plain)  # type: ignore[arg-type]
