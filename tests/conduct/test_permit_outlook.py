"""The hours ahead of a wish: each as the permit itself judges it."""

from __future__ import annotations

from datetime import datetime

from kaopu.conduct.core.outlook import outlook
from kaopu.conduct.core.parse import parse_line
from kaopu.conduct.core.zones import LocalTime, clock_of
from kaopu.conduct.packs import load_packs
from tests.conduct.permit_lines import text, to_contact, to_debtor


def hours(value, days=7):
    parsed = parse_line(text(value))
    return outlook(parsed.request, parsed.facts, load_packs(), parsed.request.at, days=days, hours=range(7, 23))


def marks(row):
    return "".join("·" if hour.at is None else "✕" if hour.first else "✓" for hour in row)


def test_a_week_from_a_sunday_evening():
    rows = hours(to_contact(at="2026-11-22T18:30:00+08:00"))
    assert [marks(row) for row in rows] == [
        "···········✕✕✕✕✕", *["✕✕✓✓✓✓✓✓✓✓✓✓✕✕✕✕"] * 5, "✕✕✓✓✓✓✓✓✓✓✓✕✕✕✕✕",
    ]  # fmt: skip
    assert rows[0][11].first[0] == "X-DEF-07"
    assert rows[0][11].at == datetime.fromisoformat("2026-11-22T18:30:00+08:00")


def test_without_facts_there_is_no_week():
    assert hours(to_contact(number=None)) == []
    assert hours(to_debtor(person__timezone="Mars/Base")) == []


def test_an_hour_that_a_clock_leaves_out_or_shows_twice():
    clock = clock_of("America/New_York")
    day = clock.local(int(datetime.fromisoformat("2026-03-08T12:00:00-05:00").timestamp())).day
    assert clock.second_of(LocalTime(day, 2 * 3600 + 1800)) is None
    autumn = clock.local(int(datetime.fromisoformat("2026-11-01T12:00:00-05:00").timestamp())).day
    first = clock.second_of(LocalTime(autumn, 3600 + 1800))
    assert first == int(datetime.fromisoformat("2026-11-01T01:30:00-04:00").timestamp())
