"""When a point or a paper counts as verified: several channels that do not know of each other say the same.

Only the latest answer of each channel counts. Two channels of one provider are one witness, and one that says otherwise
is not outvoted: a person looks. No answer is never a yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.party.core.records import VerificationResult, VerificationView

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

WITNESSES_NEEDED = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """What the channels say together."""

    verified: bool
    witnesses: int
    matches: tuple[str, ...]
    mismatches: tuple[str, ...]
    unknown: tuple[str, ...]
    why: str


def standing(answers: Iterable[VerificationView], since: datetime, needed: int = WITNESSES_NEEDED) -> Standing:
    """The standing of one point or paper by the answers about it; those before `since` are too old to count."""
    latest = {each.channel: each for each in sorted(answers, key=lambda each: (each.at, each.id)) if each.at >= since}
    by_result = {
        result: tuple(sorted(each.channel for each in latest.values() if each.result == result))
        for result in VerificationResult
    }
    matches, mismatches = by_result[VerificationResult.MATCH], by_result[VerificationResult.MISMATCH]
    witnesses = len({latest[channel].provider for channel in matches})
    verified = witnesses >= needed and not mismatches
    return Standing(
        verified,
        witnesses,
        matches,
        mismatches,
        by_result[VerificationResult.UNKNOWN],
        _why(witnesses, needed, mismatches),
    )


def _why(witnesses: int, needed: int, mismatches: tuple[str, ...]) -> str:
    if mismatches:
        return f"says otherwise: {', '.join(mismatches)}"
    return f"{witnesses} of {needed} independent witnesses"
