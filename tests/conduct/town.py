"""A made-up town whose truth is a function of seed and instant: who may be reached changes under way, by the clock.

A household is a debtor, a guarantor and a contact with one episode. Consents end, refusals, disputes and deaths come at
instants of their own; sources and the judge ask the same function, at the instant at which a permit is judged.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kaopu.conduct.core.ask import Ask
from kaopu.outreach.core.value import Kind, Value

START = datetime(2026, 11, 2, tzinfo=UTC)
DAYS = 26
ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Asia/Kolkata", "America/New_York", "Europe/London")
LAWS = (("CN",), ("CN",), ("CN",), ("US",), ("US",), ("IN",), ("CN", "US"))
NAME = Value(Kind.MASKED_NAME, "王*")
LINK = Value(Kind.LINK, "http://127.0.0.1:8000/r/AAAAAAAAAAAAAAAAAAAA")
CODE = Value(Kind.CODE, "204204")
PAY = {"amount": Value(Kind.AMOUNT_TO_PAY, "CNY 30620"),
       "link": Value(Kind.PAY_LINK, "http://127.0.0.1:8000/p/AAAAAAAAAAAAAAAAAAAA")}  # fmt: skip
#: By role and purpose: content that the permit is asked for, template, its values.
TEXTS = {
    ("contact", "locate"): ("none", "contact-locate", {"name": NAME, "link": LINK}),
    ("contact", "relay"): ("relay", "contact-relay", {"name": NAME}),
    ("contact", "pay-help"): ("payment", "contact-pay-link", PAY),
    ("contact", "verify"): ("none", "contact-code", {"code": CODE}),
    ("contact", "service"): ("none", "contact-code", {"code": CODE}),
    **{(role, purpose): ("none", "please-call", {}) for role in ("debtor", "guarantor")
       for purpose in ("collect", "remind", "verify", "service")},
}  # fmt: skip
USES = {
    "debtor": ("collect", "collect", "remind", "verify", "service"),
    "guarantor": ("collect", "remind", "verify", "service"),
    "contact": ("locate", "locate", "relay", "relay", "pay-help", "verify", "service"),
}
CHANNELS = ("voice", "voice", "sms", "sms", "email", "app", "visit")


@dataclass(frozen=True)
class Member:
    """A person of the town as the database knows them."""

    person: str
    points: dict[str, str]


@dataclass(frozen=True)
class Wish:
    """One message that somebody wants sent."""

    ask: Ask
    template: str
    values: dict[str, Value]


class Withdrawals:
    """Consents withdrawn, and disputes opened, for six hours each, mostly while a permit for that person is out.

    `starts` and `ends` hold the latest by person, in seconds of the town, shared by all workers; `note` keeps each.
    """

    SHARE, HOURS_SIX = 0.15, 6 * 3600.0

    def __init__(self, starts, ends, note, soon, seed=0):
        self.starts, self.ends, self.note, self.soon = starts, ends, note, soon
        self.rng = random.Random(seed)

    def maybe(self, place, now):
        """Called under the locks of the person, while a permit is judged: the withdrawal comes a moment later."""
        at = (now - START).total_seconds()
        if self.rng.random() < self.SHARE and at > self.ends[place]:
            start = at + self.rng.uniform(0, self.soon)
            self.starts[place], self.ends[place] = start, start + self.HOURS_SIX
            self.note(place, start, start + self.HOURS_SIX)

    def stands(self, place, now):
        return self.starts[place] <= (now - START).total_seconds() < self.ends[place]


class Noted:
    """Withdrawals as they were noted: what the judge goes by."""

    def __init__(self, notes):
        self.notes = {}
        for place, start, end in notes:
            self.notes.setdefault(place, []).append((start, end))

    def stands(self, place, now):
        at = (now - START).total_seconds()
        return any(start <= at < end for start, end in self.notes.get(place, ()))


PLACE = {"debtor": 0, "guarantor": 1, "contact": 2}


class Town:
    """Truth by seed. `members[household][role]` is filled when the people are written to the database."""

    def __init__(self, seed, households):
        self.seed, self.households = seed, households
        self.members: dict[int, dict[str, Member]] = {}
        self.where: dict[str, tuple[int, str]] = {}
        self.withdrawals = Noted(())

    def settle(self, household, role, member):
        self.members.setdefault(household, {})[role] = member
        self.where[member.person] = (household, role)

    def _rng(self, *about):
        return random.Random(f"{self.seed}:{about}")

    def _moment(self, rng):
        return START + timedelta(seconds=rng.uniform(-2, DAYS) * 86_400)

    def laws(self, household):
        return self._rng(household, "laws").choice(LAWS)

    def person(self, household, role, now):
        """The `person` of permit facts."""
        rng = self._rng(household, role)
        gone = role == "contact" and self.withdrawals.stands(household * 3 + PLACE[role], now)
        zone, ends = rng.choice(ZONES), self._moment(rng)
        refuses, leaves, offers = self._moment(rng), self._moment(rng), self._moment(rng)
        withdraws, refused, left, offered = (rng.random() < share for share in (0.5, 0.25, 0.15, 0.5))
        return {
            "timezone": zone,
            "opted_in": not (gone or (left and leaves <= now)),
            "refused_at": refuses.isoformat() if refused and refuses <= now else None,
            "agreed_hours": {"from": "07:00", "to": "23:00"} if rng.random() < 0.1 else None,
            "identity_factors": 2,
            "offer_to_pay_at": offers.isoformat() if offered and offers <= now else None,
            "source": "contract",
            "consents": []
            if gone
            else [
                {
                    "channel": "any",
                    "from": "2026-01-01T00:00:00Z",
                    "to": ends.isoformat() if withdraws and ends <= now else None,
                }
            ],
        }

    def debtor(self, household, now):
        """The `debtor` of permit facts."""
        rng = self._rng(household, "debtor facts")
        flags = {}
        for name in ("disputed", "complaint_open", "represented", "arrangement_kept"):
            start = self._moment(rng)
            flags[name] = rng.random() < 0.3 and start <= now < start + timedelta(days=rng.uniform(0.5, 6))
        if self.withdrawals.stands(household * 3, now):
            flags["disputed"] = True
        died, dies = self._moment(rng), rng.random() < 0.5
        return {
            "timezone": self.person(household, "debtor", now)["timezone"],
            "days_past_due": rng.randrange(-2, 60) + (now - START).days,
            "dead": dies and died <= now,
            "incapacitated": False,
            **flags,
        }

    def episode(self, household):
        opened = START - timedelta(days=1) if household % 5 else START + timedelta(days=8)
        return {"id": f"episode:{household}", "opened_at": opened.isoformat()}

    def sources(self):
        """What conduct asks."""

        def person(ask, now):
            household, role = self.where[ask.person]
            found = self.person(household, role, now)
            self.withdrawals.maybe(household * 3 + (PLACE["contact"] if role == "contact" else 0), now)
            return found

        return {
            "person": person,
            "debtor": lambda ask, now: self.debtor(self.where[ask.debtor][0], now),
            "episode": lambda ask, now: self.episode(self.where[ask.debtor][0]),
        }

    def wish(self, number):
        """The wish of that number."""
        rng = self._rng("wish", number)
        household = rng.randrange(self.households)
        role = rng.choice(("debtor", "debtor", "guarantor", "contact", "contact"))
        purpose, channel = rng.choice(USES[role]), rng.choice(CHANNELS)
        content, template, values = TEXTS[role, purpose]
        member = self.members[household][role]
        ask = Ask(
            person=member.person,
            role=role,
            debtor=self.members[household]["debtor"].person,
            purpose=purpose,
            channel=channel,
            content=content,
            caller="robot" if rng.random() < 0.15 else "human",
            number=member.points["email" if channel == "email" else "phone"],
            product="loan" if rng.random() < 0.95 else "card",
            segment="consumer" if household % 4 else "enterprise",
            jurisdictions=self.laws(household),
            profile="strict" if household % 3 else "law-only",
        )
        return Wish(ask, template, values)

    def old_calls(self, household):
        """Days before the start on which the debtor did not answer: with them some are lost from the beginning."""
        rng = self._rng(household, "old calls")
        if rng.random() < 0.3:
            return []
        return [START - timedelta(days=day, hours=rng.randrange(1, 5)) for day in (1, 2, 3)]
