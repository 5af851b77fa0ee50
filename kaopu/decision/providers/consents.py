"""Did the person agree that this provider is asked? The room that keeps consents registers the source.

Without a source nobody agreed: unknown is never yes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """That a person agreed: the reference of the proof that is kept in the records."""

    reference: str


# (party, purpose, at) -> the consent that holds at that instant, or None
ConsentSource = Callable[[str, str, datetime], Consent | None]

_sources: list[ConsentSource] = []


def register(source: ConsentSource) -> None:
    """Name the room's answer to "did this person agree to this purpose, now?"."""
    _sources.append(source)


def withdraw(source: ConsentSource) -> None:
    """Take a source away again."""
    _sources.remove(source)


def consent_of(party: str, purpose: str, at: datetime) -> Consent | None:
    """The consent that holds, from the first source that knows one."""
    return next((found for source in _sources if (found := source(party, purpose, at)) is not None), None)
