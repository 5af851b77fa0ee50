"""Local days by arithmetic, against zoneinfo."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from kaopu.conduct.core.instants import EPOCH_ORDINAL, micros
from kaopu.conduct.core.zones import clock_of

NAMES = sorted(name for name in available_timezones() if name not in {"localtime", "posixrules"})
# Days on which a zone left out a day, took one twice, or put its clock back over midnight.
ODD = [("Pacific/Apia", 2011, 12, 30), ("Pacific/Kwajalein", 1993, 8, 21), ("America/St_Johns", 2006, 10, 29),
       ("Asia/Beirut", 2026, 10, 24), ("Africa/Casablanca", 2026, 3, 22), ("Asia/Shanghai", 1927, 12, 31)]  # fmt: skip


def shown(zone, at):
    local = at.astimezone(zone)
    return local.toordinal() - EPOCH_ORDINAL, local.hour * 3600 + local.minute * 60 + local.second


@pytest.mark.parametrize("start", range(0, len(NAMES), 100))
def test_every_zone_at_random_instants(start):
    rng = random.Random(start)
    for name in NAMES[start : start + 100]:
        clock, zone = clock_of(name), ZoneInfo(name)
        moments = [
            datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(5 * 366 * 86_400)) for _ in range(12)
        ]
        for at in moments:
            assert clock.local(micros(at) // 1_000_000) == shown(zone, at), name
        ordered = sorted(moments)
        assert clock.days([micros(at) for at in ordered]) == [shown(zone, at)[0] for at in ordered]


@pytest.mark.parametrize(("name", "year", "month", "day"), ODD)
def test_every_second_minute_around_an_odd_day(name, year, month, day):
    clock, zone = clock_of(name), ZoneInfo(name)
    start = datetime(year, month, day, tzinfo=UTC) - timedelta(days=1)
    for step in range(0, 3 * 1440, 2):
        at = start + timedelta(minutes=step)
        assert clock.local(micros(at) // 1_000_000) == shown(zone, at)


@pytest.mark.parametrize("name", ["America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_between_moments_of_change_the_day_and_the_window_stay(name):
    clock = clock_of(name)
    start = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())
    end = start + 60 * 86_400
    edges = sorted(clock.moments(start, end, {0, 9 * 3600}))
    state = None
    for second in range(start + 60, end, 60):
        day, time = clock.local(second)
        if (day, time >= 9 * 3600) != state and state is not None:
            assert any(second - 60 < edge <= second for edge in edges)
        state = (day, time >= 9 * 3600)


@pytest.mark.parametrize("name", ["", ".", "Asia", "asia/shanghai", "Asia/Shanghai ", "/etc/localtime", "../UTC", "UTC+8",
                                  "posix/UTC", "right/UTC", "localtime", "zone.tab", "a\x00b", "\ud800"])  # fmt: skip
def test_what_is_no_zone(name):
    assert clock_of(name) is None
