"""Local days and hours of a zone, by whole-number arithmetic over its stretches of constant offset.

zoneinfo is exact but costs a third of a microsecond an instant, and 200 entries in two zones are judged within 200 µs.
The offsets of a zone are therefore read once a stretch of about a year and kept.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from kaopu.conduct.core.instants import DAY_SECONDS, EPOCH, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

YEAR_BITS = 25  # 2**25 seconds are 388 days
# Files beside the zones that are no IANA names: copies in other folders, and what a machine calls its own.
NO_ZONES = ("posix/", "right/", "posixrules", "localtime")


class LocalTime(NamedTuple):
    """Days since 1970-01-01 and seconds after midnight, both as the clock on the wall shows them."""

    day: int
    second: int


class Stretch(NamedTuple):
    """From `start` to `end` (not counted), in seconds since 1970 UTC, local time is UTC plus `offset` seconds."""

    start: int
    end: int
    offset: int


class LocalClock:
    """The wall clock of one zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._years: dict[int, list[Stretch]] = {}

    def stretch(self, second: int) -> Stretch:
        """The stretch of constant offset around an instant."""
        year = second >> YEAR_BITS
        stretches = self._years.get(year)
        if stretches is None:
            stretches = self._years[year] = self._read(year)
        for stretch in stretches:
            if second < stretch.end:
                return stretch
        return stretches[-1]

    def local(self, second: int) -> LocalTime:
        """What the clock shows at an instant, given in seconds since 1970 UTC."""
        return LocalTime(*divmod(second + self.stretch(second).offset, DAY_SECONDS))

    def second_of(self, local: LocalTime) -> int | None:
        """The first instant at which the clock shows a time; None if it never does, being put forward over it."""
        shown = local.day * DAY_SECONDS + local.second
        offsets = {self.stretch(shown + side).offset for side in (-DAY_SECONDS, DAY_SECONDS)}
        return min((shown - offset for offset in offsets if self.local(shown - offset) == local), default=None)

    def days(self, micros: Sequence[int]) -> list[int]:
        """Local days of instants in microseconds, which must be in order: each stretch is done in one go."""
        found: list[int] = []
        while len(found) < len(micros):
            done = len(found)
            _, end, offset = self.stretch(micros[done] // SECOND)
            until = bisect_left(micros, end * SECOND, done)
            shift, day = offset * SECOND, DAY_SECONDS * SECOND
            found += [(value + shift) // day for value in micros[done:until]]
        return found

    def moments(self, after: int, until: int, seconds_of_day: Iterable[int]) -> set[int]:
        """Instants in (after, until] at which the clock shows one of the times of day, or is put forward or back."""
        found = set()
        times = tuple(seconds_of_day)
        second = after
        while second <= until:
            start, end, offset = self.stretch(second)
            first = (max(start, after) + offset) // DAY_SECONDS
            last = (min(end, until) + offset) // DAY_SECONDS
            shown = {day * DAY_SECONDS + time - offset for day in range(first, last + 1) for time in times}
            found |= {moment for moment in shown if start <= moment < end}
            found.add(start)
            second = end
        return {moment for moment in found if after < moment <= until}

    def _read(self, year: int) -> list[Stretch]:
        start, end = year << YEAR_BITS, (year + 1) << YEAR_BITS
        stretches = []
        since, offset = start, self._offset(start)
        for second in range(start + DAY_SECONDS, end + DAY_SECONDS, DAY_SECONDS):
            later = min(second, end - 1)
            if self._offset(later) != offset:
                change = self._change(later - DAY_SECONDS, later)
                stretches.append(Stretch(since, change, offset))
                since, offset = change, self._offset(later)
        return [*stretches, Stretch(since, end, offset)]

    def _change(self, before: int, after: int) -> int:
        # The first second that has the new offset, by halving.
        old = self._offset(before)
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (middle, after) if self._offset(middle) == old else (before, middle)
        return after

    def _offset(self, second: int) -> int:
        try:
            shown = (EPOCH + timedelta(seconds=second)).astimezone(self._zone).utcoffset()
        except OverflowError:  # before the year 1 or after 9999: nobody's calendar, any offset does
            return 0
        return 0 if shown is None else shown.days * DAY_SECONDS + shown.seconds


@lru_cache(maxsize=1024)
def clock_of(name: str) -> LocalClock | None:
    """The clock of an IANA zone; None if there is no such zone."""
    if name.startswith(NO_ZONES):
        return None
    try:
        return LocalClock(ZoneInfo(name))
    except (ValueError, OSError, KeyError):  # not a path, a folder such as "Asia", or not found
        return None
