"""`next_allowed_at` against the plain way: every minute of sixty days, one after the other."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from kaopu.conduct.core.case import Case, Moment
from kaopu.conduct.core.instants import MINUTE, from_micros, micros
from kaopu.conduct.core.judging import ready
from kaopu.conduct.core.next_allowed import HORIZON, next_allowed_at
from kaopu.conduct.core.parse import parse_line
from kaopu.conduct.core.permit import permit
from kaopu.conduct.packs import load_packs
from tests.conduct.permit_lines import LOST, entry, text, to_contact, to_debtor

ZONES = ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "America/Havana", "Asia/Kathmandu",
         "Pacific/Apia", "America/Santiago"]  # fmt: skip


def found(value):
    parsed = parse_line(text(value))
    return next_allowed_at(parsed.request, parsed.facts, load_packs(), parsed.request.at)


def every_minute(value):
    """Each whole minute is judged, by all rules, until one allows."""
    parsed = parse_line(text(value))
    request, facts, start = parsed.request, parsed.facts, micros(parsed.request.at)
    if permit(request, facts, load_packs(), request.at).allowed:
        return None
    case = Case(request, facts, start)
    rules = ready(case, load_packs().play(request, facts).rules)
    for minute in range((start // MINUTE + 1) * MINUTE, start + HORIZON + 1, MINUTE):
        moment = Moment(case, minute)
        if not any((finding := rule.finding(moment)) and finding.holds for rule in rules):
            return from_micros(minute, request.at)
    return None


def at(day_and_time):
    return datetime.fromisoformat(day_and_time.replace(" ", "T") + ":00+08:00")


# fmt: off
CASES = [
    (to_contact(at="2026-11-22T18:30:00+08:00"), at("2026-11-23 09:00")),  # a Sunday: Monday at nine
    (to_contact(at="2026-11-21T17:59:30+08:00", person__opted_in=False), None),  # nothing to wait for
    (to_contact(at="2026-11-22T18:30:00+08:00", holidays=["2026-11-23"]), at("2026-11-24 09:00")),
    (to_contact(person__timezone="America/New_York"), None),  # no hour is good at both places
    (to_contact(person__timezone="Europe/London"), at("2026-11-23 17:00")),
    (to_contact(history=[*LOST, *[entry("2026-11-23 09:00", person="p7")] * 2]), at("2026-11-24 09:00")),
    (to_contact(history=[*LOST, entry("2026-06-20 09:00", person="p7", episode="e0")]), at("2026-12-17 09:00")),
    (to_contact(history=[*LOST, entry("2026-08-20 09:00", person="p7", episode="e0")]), None),  # beyond sixty days
    (to_contact(purpose="pay-help", person__offer_to_pay_at="2026-11-25T10:10:10+08:00"), at("2026-11-25 10:11")),
    (to_contact(person__consents=[{"channel": "voice", "from": "2026-11-24T09:30:00+08:00", "to": None}]),
     at("2026-11-24 09:30")),
    (to_contact(person__consents=[{"channel": "voice", "from": "2026-11-24T09:30:10+08:00",
                                   "to": "2026-11-24T09:31:00+08:00"}]), None),  # open, but at no whole minute
    (to_contact(episode__opened_at="2026-11-24T15:00:00+08:00"), at("2026-11-24 15:00")),
    (to_debtor(at="2026-11-23T07:59:59.999999+08:00"), at("2026-11-23 08:00")),
    (to_debtor(at="2026-11-23T19:00:00+08:00"), at("2026-11-24 08:00")),
    (to_debtor(history=[entry("2026-11-23 09:00", "delivered", channel="sms")] * 10), at("2026-12-23 08:00")),
    # entries after the first `at` stay ignored
    (to_debtor(at="2026-11-22T10:00:00+08:00", history=[entry("2026-11-23 07:00", "conversation")]),
     at("2026-11-23 08:00")),
    # a run of failures is three days old only tomorrow
    (to_contact(history=[entry("2026-11-21 09:00"), entry("2026-11-22 09:00"), entry("2026-11-23 09:30")]),
     at("2026-11-24 09:00")),
    # allowed now, and refused for want of a fact
    (to_contact(), None),
    (to_contact(number=None), None),
]
# fmt: on


@pytest.mark.parametrize(("value", "expected"), CASES, ids=range(len(CASES)))
def test_the_next_minute(value, expected):
    assert found(value) == expected


@pytest.mark.parametrize("seed", range(40))
def test_the_same_as_trying_every_minute(seed):
    value = random_wish(random.Random(seed))
    assert found(value) == every_minute(value)


def random_wish(rng):
    """Near days on which clocks jump, with rules that open at different times."""
    start = datetime.fromisoformat(rng.choice(["2026-03-01", "2026-10-20", "2026-09-25", "2026-03-20", "2026-11-20"]))
    now = start + timedelta(seconds=rng.randrange(10 * 86_400), microseconds=rng.choice([0, 0, 500_000]))

    def near(days):
        return (now + timedelta(seconds=rng.randrange(-days * 86_400, days * 86_400))).isoformat() + "+08:00"

    past = [
        {**entry("2026-11-20 09:00", rng.choice(["no-answer", "no-answer", "notice", "pending", "invalid", "delivered"])),
         "at": (now - timedelta(minutes=rng.randrange(6 * 1440))).isoformat() + "+08:00",
         "person": rng.choice(["p1", "p1", "p1", "p7"]), "episode": rng.choice(["e1", None])}
        for _ in range(rng.randrange(3, 12))
    ]  # fmt: skip
    shared = {
        "at": now.isoformat() + "+08:00", "history": past, "debtor__timezone": rng.choice(ZONES),
        "person__timezone": rng.choice(ZONES), "profile": rng.choice(["strict", "law-only"]),
        "holidays": [(now + timedelta(days=rng.randrange(20))).date().isoformat() for _ in range(3)],
        "jurisdictions": rng.choice([["CN"], ["US"], ["CN", "US"]]),
        "switches__contact_outreach": ["CN", "US"],
    }  # fmt: skip
    if rng.random() < 0.4:
        return to_debtor(**shared, person__agreed_hours=rng.choice([None, {"from": "02:10", "to": "02:50"}]))
    since, until = sorted([near(30), near(30)])
    return to_contact(
        **shared, episode__opened_at=near(20), person__offer_to_pay_at=near(20),
        purpose=rng.choice(["locate", "relay", "verify", "pay-help", "pay-help"]),
        person__consents=[{"channel": "any", "from": since, "to": rng.choice([until, None])}],
    )  # fmt: skip


def test_answers_near_the_end_of_the_calendar():
    assert found(to_debtor(at="9999-12-31T23:30:00+00:00")) is None
    assert found(to_debtor(at="0001-01-01T00:00:00+08:00")) is not None
