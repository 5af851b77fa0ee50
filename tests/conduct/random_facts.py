"""Random lines for `kaopu conduct permit`, one for each (seed, index): people, hours, zones, histories, slips.

A good share is allowed, every row of the table both passes and refuses, and one line in ten has a slip of form.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from tests.conduct.oracle_reading import CHANNELS, CONTENTS, PURPOSES, ROLES
from tests.conduct.random_facts_history import TINY, RandomHistory
from tests.conduct.random_facts_slips import bad_text, slip

ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Asia/Shanghai", "America/New_York", "America/Los_Angeles", "Europe/London",
         "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Urumqi",
         "America/Havana", "Asia/Beirut", "Pacific/Chatham", "UTC")  # fmt: skip
LAWS = (("CN",), ("CN",), ("CN",), ("CN",), ("CN",), ("US",), ("US",), ("US",), ("IN",), ("IN",), ("CN", "US"),
        ("US", "CN"), ("CN", "IN"), ("CN", "US", "IN"), ("US", "US"))  # fmt: skip
USES = (*[("contact", "locate")] * 9, *[("contact", "relay")] * 4, *[("contact", "pay-help")] * 3,
        *[("contact", "verify")] * 3, *[("contact", "service")] * 2, *[("debtor", "collect")] * 5,
        *[("debtor", "remind")] * 3, *[("debtor", "verify")] * 2, *[("debtor", "service")] * 2, ("guarantor", "collect"),
        ("guarantor", "remind"), ("guarantor", "verify"), ("guarantor", "service"), ("representative", "service"),
        ("representative", "verify"))  # fmt: skip
FITTING = {"collect": ("none", "payment", "debt"), "remind": ("none", "payment", "debt"), "locate": ("none", "relay"),
           "relay": ("none", "relay"), "pay-help": ("none", "payment"), "verify": ("none", "relay"),
           "service": ("none", "relay")}  # fmt: skip
SOURCES = ("contract", "reserved_by_debtor", "debtor_authorised", "lawful_public", "told_by_reserved_contact",
           "authorised_credit_bureau")  # fmt: skip
EDGES = (0, 8, 9, 18, 19, 21, 22)
# Days on which a clock of one of the zones jumps, a Saturday, a Sunday, a leap day and a turn of the year.
DAYS = (date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25), date(2026, 11, 1),
        date(2026, 3, 28), date(2026, 11, 21), date(2026, 11, 22), date(2028, 2, 29), date(2027, 1, 1),
        date(2026, 10, 1))  # fmt: skip
OFFSETS = (480, 480, 0, -300, 330, 345, -210, 765, 630)
_zones = {name: ZoneInfo(name) for name in set(ZONES)}


def random_line(seed: int, index: int) -> str:
    """One line of input; the same for the same seed and index."""
    rng = random.Random(seed * 1_000_000_007 + index)
    if rng.random() < 0.004:
        return bad_text(rng)
    line = _Draft(rng, index).line()
    if rng.random() < 0.1:
        for _ in range(rng.choice((1, 1, 1, 2))):
            slip(rng, line)
    return json.dumps(line, ensure_ascii=rng.random() < 0.5)


class _Draft:
    """A line in the making; `kind` is how often a flag is as the law wants it."""

    def __init__(self, rng, index):
        self.rng, self.index = rng, index
        self.kind = rng.choice((0.998, 0.998, 0.97, 0.9, 0.6))
        self.role, self.purpose = rng.choice(USES) if rng.random() < 0.96 else (rng.choice(ROLES), rng.choice(PURPOSES))
        self.laws = list(rng.choice(LAWS))
        if rng.random() < self.kind - 0.3 and self.role == "contact":
            self.laws = [rng.choice(("CN", "CN", "US"))]
        self.person_zone = rng.choice(ZONES)
        same = self.role == "debtor" and rng.random() < 0.97
        self.debtor_zone = self.person_zone if same or rng.random() < 0.6 else rng.choice(ZONES)
        self.person = "p1" if self.role == "debtor" else "p7"
        self.at = self._at()

    def good(self):
        return self.rng.random() < self.kind

    def yes(self):
        return self.good()

    def no(self):
        return not self.good()

    def _at(self):
        rng, zone = self.rng, _zones[rng_zone(self.rng, self.person_zone, self.debtor_zone)]
        day = rng.choice(DAYS) if rng.random() < 0.15 else date(2025, 6, 1) + timedelta(days=rng.randrange(900))
        if self.good() and day.isoweekday() == 7 and day not in DAYS:
            day += timedelta(days=rng.randrange(1, 6))
        if rng.random() < 0.7:
            wall = timedelta(hours=rng.randrange(10, 17), seconds=rng.randrange(3600))
        elif rng.random() < 0.75:
            wall = timedelta(hours=rng.choice(EDGES)) + rng.choice(TINY)
            if rng.random() < 0.35:
                day += timedelta(days=6 - day.isoweekday())  # the Saturday of that week: its hours are its own
        else:
            wall = timedelta(seconds=rng.randrange(86_400))
        return (datetime(day.year, day.month, day.day, tzinfo=zone) + wall).astimezone(UTC)

    def stamp(self, at):
        """An instant as text, in one of the forms of RFC 3339."""
        rng = self.rng
        if rng.random() < 0.2:
            text = at.isoformat().replace("+00:00", "Z")
            return text.replace("T", "t").replace("Z", "z") if rng.random() < 0.05 else text
        return at.astimezone(timezone(timedelta(minutes=rng.choice(OFFSETS)))).isoformat()

    def near(self):
        """An instant that lies just before, at or after `at`, or far off."""
        rng = self.rng
        if rng.random() < 0.5:
            return self.at + rng.choice(TINY)
        return self.at + timedelta(seconds=rng.randrange(-4_000_000, 4_000_000))

    def line(self):
        rng, fits = self.rng, self.good()
        line = {
            "id": f"a{self.index}",
            "at": self.stamp(self.at),
            "jurisdictions": self.laws,
            "profile": "strict" if rng.random() < 0.65 else "law-only",
            "lender": "consumer_finance",
            "product": "loan" if self.yes() else "card",
            "segment": "consumer" if rng.random() < 0.8 else "enterprise",
            "purpose": self.purpose,
            "channel": rng.choice(("voice", "voice", "voice", "voice", *CHANNELS, "visit")),
            "content": rng.choice(FITTING[self.purpose] if fits else CONTENTS),
            "caller": "human" if self.yes() else "robot",
            "number": "n9" if rng.random() < 0.95 else rng.choice(("n1", "n2")),
            "person": self._person(),
            "debtor": self._debtor(),
            "switches": {"contact_outreach": self._switched()},
            "holidays": self._holidays(),
            "history": [self._entry(row) for row in self._history()],
        }
        if self.yes() or rng.random() < 0.5:
            opened = self.at - timedelta(days=rng.randrange(1, 40)) if self.good() else self.near()
            line["episode"] = {"id": "e1", "opened_at": self.stamp(opened)}
        elif rng.random() < 0.5:
            line["episode"] = None
        return line

    def _person(self):
        rng = self.rng
        person = {
            "id": self.person if rng.random() < 0.997 else "p1",
            "role": self.role,
            "timezone": self.person_zone,
            "opted_in": self.yes(),
            "refused_at": None if self.yes() else self.stamp(self.near()),
            "consents": self._consents(),
            "agreed_hours": self._agreed(),
            "identity_factors": rng.choice((2, 2, 3)) if self.good() else rng.choice((0, 1, -1)),
            "source": rng.choice(SOURCES) if self.good() else rng.choice(("bought", "guessed", "Contract")),
        }
        if rng.random() < 0.8:
            person["offer_to_pay_at"] = self._offer()
        return person

    def _offer(self):
        rng = self.rng
        if self.no() and rng.random() < 0.5:
            return None
        if self.good() and rng.random() < 0.7:
            return self.stamp(self.at - timedelta(days=rng.randrange(28), seconds=rng.randrange(86_400)))
        back = RandomHistory(rng, self.at, [_zones[self.person_zone]], (self.person, self.role, "p1"))
        return self.stamp(rng.choice((self.near(), back.midnight(29, _zones[self.person_zone]) + rng.choice(TINY))))

    def _consents(self):
        rng = self.rng
        if self.good() and rng.random() < 0.8:
            start = self.at - timedelta(days=rng.randrange(1, 300))
            return [{"channel": "any", "from": self.stamp(start), "to": None}]
        return [
            {
                "channel": rng.choice((*CHANNELS, "voice", "any")),
                "from": self.stamp(self.near()),
                "to": None if rng.random() < 0.4 else self.stamp(self.near()),
            }
            for _ in range(rng.randrange(4))
        ]

    def _agreed(self):
        rng = self.rng
        if rng.random() < 0.7:
            return None
        start, end = sorted(rng.sample(range(24 * 60), 2))
        if rng.random() < 0.5:
            start, end = sorted(rng.sample((0, 360, 420, 480, 540, 1200, 1320, 1380, 1439), 2))
        return {"from": f"{start // 60:02}:{start % 60:02}", "to": f"{end // 60:02}:{end % 60:02}"}

    def _debtor(self):
        return {
            "id": "p1",
            "timezone": self.debtor_zone,
            "days_past_due": self._days_past_due(),
            "dead": self.no() or (self.role == "contact" and self.rng.random() < 0.12),
            "incapacitated": self.no(),
            "disputed": self.no(),
            "complaint_open": self.no(),
            "represented": self.no(),
            "arrangement_kept": self.no(),
        }

    def _days_past_due(self):
        rng = self.rng
        if rng.random() < 0.2:
            return rng.choice((-3, 0, 0, 1, 5, 6, 7))
        return rng.randrange(7, 120)

    def _switched(self):
        if self.good():
            return sorted({*self.laws, *self.rng.sample(("CN", "US", "IN"), self.rng.randrange(2))})
        return self.rng.sample(("CN", "US", "IN"), self.rng.randrange(3))

    def _holidays(self):
        rng = self.rng
        found = ["2026-10-01", "2027-01-01"][: rng.randrange(3)]
        if self.no():
            found.append((self.at + timedelta(days=rng.choice((-1, 0, 0, 1)))).date().isoformat())
        return found

    def _history(self):
        rng = self.rng
        made = RandomHistory(
            rng, self.at, [_zones[self.person_zone], _zones[self.debtor_zone]], (self.person, self.role, "p1")
        )
        if self.role == "contact" and self.good():
            rng.choice((made.evidence, made.evidence, made.evidence, made.run_of_failures))()
        if self.purpose == "service" and self.good():
            made.call_from_them()
        made.quiet(rng.choice((0, 0, 1, 3, 10)))
        if rng.random() < 0.3:
            made.threshold()
        if self.no() or rng.random() < 0.2:
            for _ in range(rng.choice((1, 1, 2, 4))):
                made.burst()
        if self.no() or rng.random() < 0.15:
            made.noise(rng.choice((1, 2, 5, 12, 30)))
        rng.shuffle(made.rows)
        return made.rows[:60]

    def _entry(self, row):
        at, person, role, channel, number, purpose, outcome, episode = row
        return {
            "at": self.stamp(at),
            "person": person,
            "role": role,
            "channel": channel,
            "number": number,
            "purpose": purpose,
            "outcome": outcome,
            "caller": "human",
            "episode": episode,
        }


def rng_zone(rng, person_zone, debtor_zone):
    """The zone in whose wall time the instant is drawn."""
    return person_zone if rng.random() < 0.7 else debtor_zone
