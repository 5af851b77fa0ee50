"""What outreach must know of a person: where it is day for them, what they read, whether they live and can act."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class FactKind(StrEnum):
    """What is known. A later row of the same kind replaces the earlier one; the earlier stays on record."""

    TIMEZONE = "timezone"
    LANGUAGE = "language"
    DEAD = "dead"
    INCAPACITATED = "incapacitated"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The latest of each kind; None is unknown (or, for the dates, that nobody has told).

    `timezone` is an IANA name, `language` a BCP 47 tag. `has_*_proof` says whether a document is behind the date.
    """

    timezone: str | None = None
    language: str | None = None
    dead_since: date | None = None
    has_death_proof: bool = False
    incapacitated_since: date | None = None
    has_incapacity_proof: bool = False
