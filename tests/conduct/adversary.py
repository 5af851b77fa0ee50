"""A scheduler that wants to reach one person as often as the permit lets it.

It is free in purpose, channel, content, number, episode, caller and minute; flags are as favourable as lawful; every
permitted attempt goes into the history with the outcome that suits it best, one attempt a minute at most. What it may
not do is act for the person: calling in, offering to pay, agreeing to hours. Those are variants.

First every door (purpose, channel, outcome) is tried all day long: one that still opens after more than `MANY` attempts
of a day is bound by no count of the table (none counts beyond ten), only by its hours. Where no such door is left, a
beam search over the days finds the most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kaopu.conduct.core.facts import Entry
from kaopu.conduct.core.history import History
from kaopu.conduct.core.parse import read_facts
from kaopu.conduct.core.permit import permit

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 2, tzinfo=ZONE)  # a Monday; the 30 days hold 22 weekdays and four of each weekend day
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MANY = 24
MADE = ("notice", "conversation", "delivered")
FAMILIES = {
    "contact": {"search": ("locate", "relay"), "verify": ("verify",), "help": ("pay-help",), "service": ("service",)},
    "debtor": {
        "collect": ("collect", "remind"),
        "verify or service": ("verify", "service"),
        "everything": ("collect", "remind", "verify", "service"),
    },
    "guarantor": {"collect": ("collect", "remind"), "verify or service": ("verify", "service")},
    "representative": {"verify or service": ("verify", "service")},
}
#: sms stands for email and app: no row tells them apart.
CHANNELS = ("voice", "visit", "sms")
#: What is counted, and with which outcomes an adversary tries for it.
MEASURES = {
    "contacts": (lambda move: move.outcome in MADE, MADE),
    "calls and visits": (lambda move: move.channel != "sms", ("no-answer", "bounced", "delivered", "conversation")),
}


@dataclass(frozen=True)
class Cell:
    """Whom, under which law, and what the person did themselves (`called`, `offered`)."""

    role: str
    laws: tuple[str, ...]
    profile: str
    segment: str = "consumer"
    own: str = ""


class Move(NamedTuple):
    purpose: str
    channel: str
    number: str
    episode: str | None
    outcome: str


class World:
    """The facts of a cell, and what the permit says to a move at an instant after so many entries."""

    def __init__(self, cell, rulebook, pace=None):
        self.cell, self.rulebook, self.pace, self.asked = cell, rulebook, pace, 0
        self.person = "p1" if cell.role == "debtor" else "p7"
        parsed = read_facts(self._line())
        self.request, self.facts = parsed.request, parsed.facts
        self.episodes = {name: replace(self.facts.episode, id=name) for name in ("e1", "e2")}

    def _line(self):
        cell, stamp = self.cell, START.isoformat()
        # A contact may be asked where the debtor is dead: no evidence of loss is needed then.
        dead = cell.role in ("contact", "representative")
        return {
            "id": "x", "at": stamp, "jurisdictions": list(cell.laws), "profile": cell.profile, "product": "loan",
            "segment": cell.segment, "purpose": "service", "channel": "sms", "content": "none", "caller": "human",
            "number": "n1",
            "person": {
                "id": self.person, "role": cell.role, "timezone": ZONE.key, "opted_in": True, "refused_at": None,
                "consents": [{"channel": "any", "from": "2026-01-01T00:00:00Z", "to": None}], "agreed_hours": None,
                "identity_factors": 2, "source": "contract",
                "offer_to_pay_at": stamp if cell.own == "offered" else None,
            },
            "debtor": {
                "id": "p1", "timezone": ZONE.key, "days_past_due": 30, "dead": dead, "incapacitated": False,
                "disputed": False, "complaint_open": False, "represented": False, "arrangement_kept": False,
            },
            "episode": {"id": "e1", "opened_at": stamp}, "switches": {"contact_outreach": list(cell.laws)},
            "holidays": [], "history": [],
        }  # fmt: skip

    def first_entries(self):
        if self.cell.own != "called":
            return ()
        return (Entry(START.astimezone(UTC), self.person, self.cell.role, "voice", "n1", "service", "inbound", None),)

    def entry(self, move, at):
        return Entry(
            at, self.person, self.cell.role, move.channel, move.number, move.purpose, move.outcome, move.episode
        )

    def allowed(self, move, entries, at):
        self.asked += 1
        if self.pace is not None and self.pace(entries, at):
            return False
        request = replace(self.request, at=at, purpose=move.purpose, channel=move.channel, number=move.number)
        facts = replace(self.facts, history=History(entries), episode=self.episodes.get(move.episode))
        return permit(request, facts, self.rulebook, at).allowed


@dataclass
class Found:
    """The most of a measure in a day and in 30 days; `door` names one that no count binds."""

    day: int
    month: int
    door: str = ""


def moves_of(cell, family, measure):
    outcomes = MEASURES[measure][1]
    found = []
    for purpose in FAMILIES[cell.role][family]:
        episodes = ("e1", "e2") if purpose in ("locate", "relay") else (None,)
        for channel in CHANNELS:
            numbers = ("n1", "n2") if channel == "voice" else ("n1",)
            found += [
                Move(purpose, channel, number, episode, outcome)
                for number in numbers
                for episode in episodes
                for outcome in outcomes
            ]
    return found


def most(world, family, measure, width):
    """The most that the scheduler gets through the purposes of a family."""
    counts = MEASURES[measure][0]
    moves = moves_of(world.cell, family, measure)
    doors = [move for move in moves if counts(move) and _uncounted(world, move)]
    if doors:
        return _by_the_clock(world, doors)
    return _search(world, moves, counts, width)


def _uncounted(world, move, day=0):
    entries = list(world.first_entries())
    for quarter in range(96):
        at = (START + DAY * day + timedelta(minutes=1 + 15 * quarter)).astimezone(UTC)
        if world.allowed(move, entries, at):
            entries.append(world.entry(move, at))
    return len(entries) - len(world.first_entries()) > MANY


def _by_the_clock(world, doors):
    """Minutes in which a door stands open; no count binds it, so the history is left out.

    What a call of their own opens may be counted again when that call is a week old: then the week is what is shown.
    """
    kinds = {(move.purpose, move.channel): move for move in doors}
    best = Found(0, 0)
    for move in kinds.values():
        many = 30 if _uncounted(world, move, day=7) else 7
        days = [_open_minutes(world, move, START + DAY * number) for number in range(many)]
        if sum(days) > best.month:
            best = Found(max(days), sum(days), f"{move.purpose} by {move.channel}, {move.outcome}")
    return best


def _open_minutes(world, move, midnight):
    # Hours of the table are whole hours: each is asked at its first, a middle and its last minute.
    total = 0
    for hour in range(24):
        asked = [
            world.allowed(
                move, world.first_entries(), (midnight + timedelta(hours=hour, minutes=minute)).astimezone(UTC)
            )
            for minute in (0, 31, 59)
        ]
        assert len(set(asked)) == 1, "an hour is open in part"
        total += 60 * asked[0]
    return total


class _State(NamedTuple):
    entries: tuple
    at: datetime
    total: int
    idle: bool = False  # the last move did not count: another such one gains nothing


def _search(world, moves, counts, width):
    """The most in a day (of the first seven) and in 30 days, with the best `width` states kept a day and a step."""
    start = _State(world.first_entries(), START.astimezone(UTC), 0)
    best_day = 0
    days = [[start], *[[] for _ in range(30)]]
    for number in range(30):
        today = layer = _kept(days[number], width)
        while layer:
            layer = _kept([new for state in layer for new in _steps(world, moves, counts, state, number)], width)
            today = today + layer
        end = (START + DAY * (number + 1)).astimezone(UTC)
        days[number + 1] = [_State(state.entries, end, state.total, state.idle) for state in today]
        if number < 7:
            best_day = max(best_day, *(_of_day(world, state, counts, number) for state in today))
    return Found(best_day, max(state.total for state in days[30]))


def _steps(world, moves, counts, state, number):
    """Each move at the first minute at which it is let through, of today's openings after the last."""
    midnight = START + DAY * number
    opens = [(midnight + timedelta(hours=hour)).astimezone(UTC) for hour in (0, 8, 9)]
    times = [state.at + MINUTE, *[at for at in opens if at > state.at + MINUTE]]
    end = (midnight + DAY).astimezone(UTC)
    for move in moves:
        gain = int(counts(move))
        # What does not count can only help by a conversation, which begins some counts anew.
        if not gain and (state.idle or move.outcome != "conversation"):
            continue
        at = next((at for at in times if at < end and world.allowed(move, state.entries, at)), None)
        if at is not None:
            yield _State((*state.entries, world.entry(move, at)), at, state.total + gain, not gain)


def _kept(states, width):
    """The best states, one of those that differ in nothing that a rule reads; half by total, half of every kind."""
    unlike = {}
    for state in sorted(states, key=lambda each: (-each.total, each.at)):
        unlike.setdefault(_signature(state), state)
    return list(unlike.values())[:width]


def _signature(state):
    days = [(entry.at.astimezone(ZONE).toordinal(), *entry[3:]) for entry in state.entries]
    # A reply resets counts, so what came after the last one is told apart.
    last = max((place for place, entry in enumerate(state.entries) if entry.outcome in ("conversation", "inbound")),
               default=-1)  # fmt: skip
    return tuple(sorted(map(repr, days))), len(state.entries) - last


def _of_day(world, state, counts, number):
    first = (START + DAY * number).astimezone(UTC)
    mine = state.entries[len(world.first_entries()) :]
    moves = [Move(e.purpose, e.channel, e.number, e.episode, e.outcome) for e in mine if first <= e.at < first + DAY]
    return sum(map(counts, moves))


LAWS = (("CN",), ("US",), ("IN",), ("CN", "US", "IN"))
#: Role, segment, family of purposes, and what the person did on their own.
QUESTIONS = (
    ("contact", "consumer", "search", ""), ("contact", "consumer", "verify", ""),
    ("contact", "consumer", "help", ""), ("contact", "consumer", "help", "offered"),
    ("contact", "consumer", "service", ""), ("contact", "consumer", "service", "called"),
    ("debtor", "consumer", "collect", ""), ("debtor", "consumer", "verify or service", ""),
    ("debtor", "consumer", "everything", ""), ("debtor", "consumer", "verify or service", "called"),
    ("debtor", "enterprise", "collect", ""), ("guarantor", "consumer", "collect", ""),
    ("guarantor", "consumer", "verify or service", ""), ("guarantor", "consumer", "verify or service", "called"),
    ("representative", "consumer", "verify or service", ""),
)  # fmt: skip


def questions():
    """(cell, family, measure) of every question that is put; "everything" only where something is counted."""
    return [
        (Cell(role, laws, profile, segment, own), family, measure)
        for role, segment, family, own in QUESTIONS
        for profile in ("strict", "law-only")
        for laws in LAWS
        for measure in MEASURES
        if family != "everything" or (profile == "strict" and measure == "contacts")
    ]
