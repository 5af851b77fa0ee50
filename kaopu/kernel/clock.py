"""The only place that reads the clock. Everything else is told the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime:
        """The present instant."""
        ...


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the place


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: for tests, and for replaying a day."""

    instant: datetime

    def __post_init__(self) -> None:
        if self.instant.tzinfo is None:
            raise ValueError(f"{self.instant} has no time zone, expected an aware instant")

    def now(self) -> datetime:
        """The instant it stands at, in UTC."""
        return self.instant.astimezone(UTC)


def system_clock() -> Clock:
    """The machine's clock."""
    return _SystemClock()
