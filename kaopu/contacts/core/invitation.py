"""Links: how long each kind lasts, what its address shows, and the code that tells a real one from a false one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ALPHABET = "0123456789ABCDEF"


class LinkKind(StrEnum):
    """What a link opens."""

    INVITATION = "invitation"  # one answer; forwarded by the borrower
    OWN = "own"  # the contact's own page
    PEOPLE = "people"  # the borrower's page of people they named; opens with a code


# X-DEF-01: no answer in 7 days, and the invitation ends. The contact's own page outlasts two re-checks.
LASTS = {
    LinkKind.INVITATION: timedelta(days=7),
    LinkKind.OWN: timedelta(days=400),
    LinkKind.PEOPLE: timedelta(days=30),
}


class LinkState(StrEnum):
    """Whether a link opens."""

    OPEN = "open"
    EXPIRED = "expired"
    USED = "used"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Link:
    """A link without its secret. `used_at`: an invitation was answered with yes; `ended_at`: nobody may use it more."""

    kind: LinkKind
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None


def expires_at(kind: LinkKind, made_at: datetime) -> datetime:
    """When a link made now stops opening (that instant excluded from its life)."""
    return made_at + LASTS[kind]


def link_state(link: Link | None, at: datetime) -> LinkState:
    """Whether it opens at this instant. Unknown, never an error: an address may be mistyped."""
    if link is None:
        return LinkState.UNKNOWN
    if link.ended_at is not None:
        return LinkState.ENDED
    if link.used_at is not None:
        return LinkState.USED
    return LinkState.OPEN if at < link.expires_at else LinkState.EXPIRED


def check_code(random: bytes) -> str:
    """Five signs from three random bytes, as people read them to each other: 7F-204."""
    number = int.from_bytes(random[:3], "big")
    letters = "".join(ALPHABET[number >> shift & 15] for shift in (20, 16))
    return f"{letters}-{number % 1000:03d}"


def read_check_code(typed: str) -> str | None:
    """The code in one spelling, whatever case and blanks were typed; None where it cannot be one."""
    signs = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    if len(signs) != 5 or not set(signs[:2]) <= set(ALPHABET) or not signs[2:].isdecimal():
        return None
    return f"{signs[:2]}-{signs[2:]}"
