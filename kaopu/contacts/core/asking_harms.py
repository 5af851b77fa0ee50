"""Harms of asking count as outcomes: complaints in both arms, refusals and withdrawals of those asked."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from kaopu.decision.core.backtest.intervals import wilson

# Asking stops when complaints certainly rise by more than this (docs/asking-protocol.md).
STOP_ABOVE = 0.01


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval (Wilson 1927); None without trials."""

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Harms:
    """What asking cost. `stop`: complaints rose by more than the protocol lets them, at its level of certainty."""

    complaints_asked: Share
    complaints_held_out: Share
    complaints_added: float | None
    complaints_added_low: float | None
    complaints_added_high: float | None
    refused: Share
    withdrew: Share
    stop: bool


def share_of(count: int, of: int) -> Share:
    """A share and its interval."""
    interval = wilson(count, of)
    if interval is None:
        return Share(count, of, None, None, None)
    return Share(count, of, count / of, *interval)


def harms(*, asked: int, held_out: int, complaints: tuple[int, int], refused: int, withdrew: int) -> Harms:
    """Harms out of counts; `complaints` of the asked, then of the held out."""
    mine, theirs = share_of(complaints[0], asked), share_of(complaints[1], held_out)
    added = newcombe(mine, theirs)
    difference = None if added is None else (mine.share or 0.0) - (theirs.share or 0.0)
    low, high = added or (None, None)
    stop = low is not None and low > STOP_ABOVE
    return Harms(mine, theirs, difference, low, high, share_of(refused, asked), share_of(withdrew, asked), stop)


def newcombe(one: Share, other: Share) -> tuple[float, float] | None:
    """The 95 % interval of a difference of two shares (Newcombe 1998, method 10); None where one has no trials."""
    if one.share is None or other.share is None:
        return None
    assert one.low is not None and one.high is not None and other.low is not None and other.high is not None  # noqa: S101, PT018 - with a share there is an interval
    difference = one.share - other.share
    down = sqrt((one.share - one.low) ** 2 + (other.high - other.share) ** 2)
    up = sqrt((one.high - one.share) ** 2 + (other.share - other.low) ** 2)
    return difference - down, difference + up
