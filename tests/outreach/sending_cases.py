"""A debtor and a contact with real points, and everything that makes reaching them allowed."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "conduct"))

from typing import TYPE_CHECKING

from permit_cases import COLLECT, MINUTE, NOW, RELAY, lost_since, sources

from kaopu.kernel.clock import FixedClock
from kaopu.outreach.core.value import Kind, Value
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import NewParty

if TYPE_CHECKING:
    from kaopu.conduct.core.ask import Ask

CLOCK = FixedClock(NOW)
NAME = {"name": Value(Kind.MASKED_NAME, "王*")}
CONTACT_PHONE, DEBTOR_PHONE, DEBTOR_EMAIL, CONTACT_EMAIL = (
    "13912345678",
    "13887654321",
    "wang@example.net",
    "li@example.net",
)


@dataclass(frozen=True)
class People:
    collect: Ask  # please-call to the debtor, by SMS
    email: Ask
    relay: Ask  # contact-relay to the contact, by SMS


def people(now=NOW):
    debtor, contact = (create_party(NewParty(), actor="test", now=now) for _ in range(2))
    points = {
        name: add_point(party, kind, value, "reserved_by_debtor", actor="test", now=now)
        for name, party, kind, value in (
            ("phone", debtor, "phone", DEBTOR_PHONE), ("email", debtor, "email", DEBTOR_EMAIL),
            ("contact", contact, "phone", CONTACT_PHONE),
        )
    }  # fmt: skip
    base = replace(COLLECT, person=f"party:{debtor}", debtor=f"party:{debtor}")
    lost_since(now, debtor=f"party:{debtor}")
    return People(
        collect=replace(base, channel="sms", number=f"point:{points['phone']}"),
        email=replace(base, channel="email", number=f"point:{points['email']}"),
        relay=replace(
            RELAY,
            person=f"party:{contact}",
            debtor=f"party:{debtor}",
            channel="sms",
            number=f"point:{points['contact']}",
        ),
    )


__all__ = [
    "CLOCK",
    "CONTACT_PHONE",
    "DEBTOR_EMAIL",
    "DEBTOR_PHONE",
    "MINUTE",
    "NAME",
    "NOW",
    "People",
    "people",
    "sources",
]
