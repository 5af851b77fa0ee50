"""One-time codes: six digits, ten minutes, five tries, few sends. Kept as a keyed hash, never as the digits."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

DIGITS = 6
LASTS = timedelta(minutes=10)
TRIES_MAX = 5
# One message a minute at most, three an hour, six a day: a link must not become a way to ring somebody's phone.
SEND_LIMITS = ((timedelta(minutes=1), 1), (timedelta(hours=1), 3), (timedelta(days=1), 6))


class CodePurpose(StrEnum):
    """What a code confirms."""

    ACCEPT = "accept"  # the number is the person's own, and they agree
    NEVER_AGAIN = "never_again"  # the number is the person's own, and nobody shall name it
    SECOND = "second"  # a second way to reach the same person
    RECHECK = "recheck"  # the number still reaches the person
    ENTER = "enter"  # the person comes back to their own page
    PEOPLE = "people"  # the borrower opens the page of people they named


class Verdict(StrEnum):
    """What became of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_MANY_TRIES = "too_many_tries"
    TOO_LATE = "too_late"
    USED = "used"
    NO_SUCH_CODE = "no_such_code"


@dataclass(frozen=True, slots=True)
class CodeState:
    """A code as it is kept: when it was made, what was tried, whether it was used."""

    made_at: datetime
    tries: int
    used_at: datetime | None


def digits(random: bytes) -> str:
    """Six digits from eight random bytes; each is as likely as any other to one part in 10^13."""
    return f"{int.from_bytes(random[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def verifier(key: bytes, code_id: UUID, code: str) -> bytes:
    """32 bytes that only the key's holder can check (HMAC-SHA-256); bound to the id, so that equal codes differ."""
    return hmac.digest(key, f"one-time-code\0{code_id}\0{code}".encode(), hashlib.sha256)


def read_code(typed: str) -> str:
    """What was typed, its digits alone: full-width forms and blanks are forgiven."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())[: DIGITS + 1]


def judge(state: CodeState | None, at: datetime, *, matches: bool) -> Verdict:
    """What a typed code comes to. A right code after five wrong ones, or after ten minutes, opens nothing."""
    if state is None:
        return Verdict.NO_SUCH_CODE
    if state.used_at is not None:
        return Verdict.USED
    if at >= state.made_at + LASTS:
        return Verdict.TOO_LATE
    if state.tries >= TRIES_MAX:
        return Verdict.TOO_MANY_TRIES
    return Verdict.RIGHT if matches else Verdict.WRONG


def next_send_at(sent: Sequence[datetime], at: datetime) -> datetime | None:
    """The earliest instant at which one more code may be sent; None: now. `sent` in any order."""
    waits = [
        sorted(within)[-count] + window
        for window, count in SEND_LIMITS
        if len(within := [instant for instant in sent if at - window < instant <= at]) >= count
    ]
    return max(waits, default=None)
