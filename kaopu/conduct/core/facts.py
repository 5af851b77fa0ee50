"""What is known about one wish to reach a person: frozen values, as permit-facts.md lists them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kaopu.conduct.core.history import History

JURISDICTIONS = ("CN", "US", "IN")
PROFILES = ("strict", "law-only")
ROLES = ("debtor", "guarantor", "contact", "representative")
PURPOSES = ("collect", "remind", "locate", "relay", "pay-help", "verify", "service")
CHANNELS = ("voice", "sms", "email", "app", "visit")
# What a message may reveal, from least to most: the place in the tuple is the rank.
CONTENTS = ("none", "relay", "payment", "debt")
SEGMENTS = ("consumer", "enterprise")
CALLERS = ("human", "robot")
PRODUCTS = ("card", "loan")
OUTCOMES = ("no-answer", "invalid", "bounced", "delivered", "notice", "conversation", "inbound", "pending")
CONSENT_CHANNELS = (*CHANNELS, "any")

FAILED = frozenset({"no-answer", "invalid", "bounced"})
CONTACT_MADE = frozenset({"notice", "conversation", "delivered"})
REPLY = frozenset({"conversation", "inbound"})
ATTEMPT = frozenset(OUTCOMES) - {"inbound"}
PENDING = "pending"


class Entry(NamedTuple):
    """One line of history. A named tuple and not a dataclass: 200 a line are built within a millisecond (measured)."""

    at: datetime
    person: str
    role: str
    channel: str
    number: str | None
    purpose: str
    outcome: str
    episode: str | None


@dataclass(frozen=True, slots=True)
class Consent:
    """The person agreed to one channel (or `any`) from one instant until another; `until` None is open."""

    channel: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AgreedHours:
    """Hours the person agreed to, in seconds of the local day, half open; they widen the legal hours."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Person:
    """The person to be reached. None is "not known", or "never" where permit-facts.md allows null."""

    id: str
    role: str
    timezone: str | None = None
    opted_in: bool | None = None
    refused_at: datetime | None = None
    consents: tuple[Consent, ...] | None = None
    agreed_hours: AgreedHours | None = None
    identity_factors: int | None = None
    offer_to_pay_at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whose debt it is. The flags stop collection; None is "not known" and refuses where a rule asks."""

    id: str
    timezone: str | None = None
    days_past_due: int | None = None
    dead: bool | None = None
    incapacitated: bool | None = None
    disputed: bool | None = None
    complaint_open: bool | None = None
    represented: bool | None = None
    arrangement_kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """A declared search for a lost debtor. A part that could not be read is None, its reason is in Facts.problems."""

    id: str | None
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to do, and when (`at`, aware)."""

    id: str
    at: datetime
    jurisdictions: frozenset[str]
    profile: str
    purpose: str
    channel: str
    content: str
    product: str | None = None
    segment: str | None = None
    caller: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that rules may ask. `problems` says, by field path, what was missing or malformed where that is known.

    `holidays` are days counted from 1970-01-01. A field that is None without a problem is missing as well, unless
    permit-facts.md lets it be null; `read` says that a reader noted all problems, so that no gap need be looked for.
    """

    person: Person
    debtor: Debtor
    history: History | None = None
    episode: Episode | None = None
    contact_outreach: frozenset[str] | None = None
    holidays: frozenset[int] | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    read: bool = False
