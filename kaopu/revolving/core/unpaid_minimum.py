"""Minimums asked for and not yet paid: days past due count from the oldest of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(slots=True)
class Minimum:
    """What one statement asked for beyond what earlier ones still did; minor units."""

    due_on: date
    left: int
    covered_on: date | None = None

    def days_late(self, as_of: date) -> int:
        """Days after the due day until it was covered, or until `as_of`."""
        return max(0, ((self.covered_on or as_of) - self.due_on).days)


@dataclass(slots=True)
class UnpaidMinimums:
    """Oldest first. Payments cover the oldest; what is no longer owed at all falls away from the newest."""

    waiting: list[Minimum] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Still unpaid, in minor units."""
        return sum(minimum.left for minimum in self.waiting)

    def ask(self, due_on: date, minor: int, asked_on: date) -> Minimum:
        """One more minimum; nothing asked is covered at once."""
        minimum = Minimum(due_on, minor, None if minor else asked_on)
        if minor:
            self.waiting.append(minimum)
        return minimum

    def cover(self, minor: int, on: date) -> None:
        """A payment of `minor` units."""
        for minimum in self.waiting:
            part = min(minor, minimum.left)
            minimum.left -= part
            minor -= part
        self._settle(on)

    def trim(self, owed_minor: int, on: date) -> None:
        """Nobody can be late with more than is owed: refunds shorten what waits, the newest first."""
        excess = max(0, self.total - owed_minor)
        for minimum in reversed(self.waiting):
            part = min(excess, minimum.left)
            minimum.left -= part
            excess -= part
        self._settle(on)

    def days_past_due(self, on: date, tolerance_days: int = 0, tolerance_minor: int = 0) -> int:
        """Days since the oldest due day with a minimum unpaid; 0 within the tolerance in days and amount."""
        due = [minimum for minimum in self.waiting if minimum.due_on < on]
        if sum(minimum.left for minimum in due) <= tolerance_minor or not due:
            return 0
        oldest = due[0].due_on
        return (on - oldest).days if oldest + timedelta(days=tolerance_days) < on else 0

    def _settle(self, on: date) -> None:
        for minimum in self.waiting:
            if not minimum.left:
                minimum.covered_on = on
        self.waiting = [minimum for minimum in self.waiting if minimum.left]
