"""Random histories that crowd the edges: the instant itself, midnights, exactly n days, threes and sixes of a kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.conduct.oracle_reading import CHANNELS, OUTCOMES, PURPOSES, ROLES

BACK = (0, 0, 0, 1, 1, 2, 3, 6, 6, 7, 7, 8, 29, 29, 30, 179, 180)
TINY = (timedelta(0), timedelta(0), timedelta(seconds=1), timedelta(seconds=-1), timedelta(microseconds=1),
        timedelta(microseconds=-1), timedelta(minutes=1), timedelta(minutes=-1))  # fmt: skip
SPANS = (1, 1, 3, 7, 8, 30, 40, 180, 200)
FAILED = ("no-answer", "no-answer", "no-answer", "invalid", "bounced")
MANY = (1, 1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 7, 9, 10, 11)


#: Counts of the table, and in how many days: one entry of so many lies at the edge of the window.
THRESHOLDS = ((1, 1), (2, 1), (3, 1), (3, 1), (6, 1), (3, 7), (3, 7), (7, 7), (1, 8), (1, 7), (10, 30), (1, 180))


class RandomHistory:
    """Entries before, at and after an instant, for the people of one line."""

    def __init__(self, rng, at, zones, people):
        self.rng, self.at, self.zones = rng, at, zones
        self.person, self.role, self.debtor = people
        self.rows = []

    def midnight(self, back, zone):
        """Local midnight that many days before the day of `at`."""
        here = self.at.astimezone(zone).date() - timedelta(days=back)
        return datetime(here.year, here.month, here.day, tzinfo=zone).astimezone(UTC)

    def moment(self):
        """An instant at or near an edge, or any."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.08:
            return self.at + rng.choice(TINY)
        if draw < 0.3:
            return self.midnight(rng.choice(BACK), rng.choice(self.zones)) + rng.choice(TINY)
        if draw < 0.4:
            return self.at - timedelta(days=rng.choice(BACK)) + rng.choice(TINY)
        if draw < 0.46 and self.rows:
            return rng.choice(self.rows)[0]
        if draw < 0.52:
            return self.at + timedelta(seconds=rng.randrange(1, 900_000))
        return self.within(rng.choice(SPANS))

    def within(self, days):
        return self.at - timedelta(seconds=self.rng.randrange(days * 86_400))

    def add(self, at, person, role, channel, number, purpose, outcome, episode):
        self.rows.append((at, person, role, channel, number, purpose, outcome, episode))

    def noise(self, count):
        """Anything by anybody."""
        rng = self.rng
        for _ in range(count):
            who = rng.random()
            person, role = self.other() if who > 0.7 else ((self.person, self.role) if who > 0.3 else self.owner())
            self.add(self.moment(), person, role, rng.choice(CHANNELS), rng.choice(("n1", "n2", "n9", "n9", None)),
                     rng.choice(PURPOSES), rng.choice(OUTCOMES), rng.choice(("e1", "e1", "e0", None)))  # fmt: skip

    def owner(self):
        return self.debtor, "debtor"

    def other(self):
        return self.rng.choice(("c2", "c3", "c4")), self.rng.choice(("contact", "contact", *ROLES))

    def quiet(self, count):
        """Entries that refuse little: of strangers, or old."""
        rng = self.rng
        for _ in range(count):
            old = rng.random() < 0.5
            at = self.at - timedelta(days=rng.randrange(181, 400)) if old else self.within(40)
            person = rng.choice((self.person, self.debtor)) if old else rng.choice(("s1", "s2"))
            outcome = rng.choice(("no-answer", "bounced") if old else OUTCOMES)
            self.add(at, person, "debtor", rng.choice(CHANNELS), "n5", "service", outcome, None)

    def burst(self):
        """So many of a kind within a window: where counts of three, six, seven and ten are decided."""
        rng = self.rng
        many, span = rng.choice(MANY), rng.choice((1, 1, 1, 2, 7, 8, 30, 180))
        person, role = rng.choice(((self.person, self.role), (self.person, self.role), self.owner(), self.other()))
        channel, number = rng.choice(("voice", "voice", *CHANNELS)), rng.choice(("n9", "n9", "n1"))
        purpose, outcome = rng.choice(PURPOSES), rng.choice(OUTCOMES)
        episode = rng.choice(("e1", "e1", "e0", None))
        start = self.midnight(span - 1, rng.choice(self.zones))
        room = max(int((self.at - start).total_seconds()), 1)
        for _ in range(many):
            at = start if rng.random() < 0.15 else start + timedelta(seconds=rng.randrange(room))
            if rng.random() < 0.1:
                outcome = rng.choice(OUTCOMES)
            self.add(at, person, role, channel, number, purpose, outcome, episode)

    def threshold(self):
        """Just so many of a kind, the first of them at the edge of the window or a moment before it."""
        rng = self.rng
        many, days = rng.choice(THRESHOLDS)
        person, role = rng.choice(((self.person, self.role), (self.person, self.role), self.owner()))
        channel, purpose = rng.choice(("voice", "voice", *CHANNELS)), rng.choice(PURPOSES)
        outcome, episode = rng.choice(OUTCOMES), rng.choice(("e1", "e0", None))
        edge = self.midnight(days - 1, rng.choice(self.zones))
        room = max(int((self.at - edge).total_seconds()), 1)
        for place in range(many + rng.choice((-1, 0, 0))):
            at = edge + (rng.choice(TINY) if place == 0 else timedelta(seconds=rng.randrange(room)))
            self.add(at, person, role, channel, "n9", purpose, outcome, episode)

    def evidence(self):
        """Failures that may show the debtor lost, now and then with one thing out of place."""
        rng, zone = self.rng, self.zones[-1]
        first = rng.choice((1, 1, 1, 1, 0, 2))
        channel = rng.choice(("voice", "voice", "voice", "sms"))
        for back in range(first, first + rng.choice((3, 3, 3, 4, 2))):
            for _ in range(rng.choice((1, 1, 2))):
                at = self.midnight(back, zone) + timedelta(seconds=rng.choice((0, rng.randrange(86_400))))
                outcome = "invalid" if channel == "voice" and rng.random() < 0.4 else rng.choice(FAILED)
                self.add(at, self.debtor, "debtor", channel, rng.choice(("n1", "n2")), "collect", outcome, None)
        if rng.random() < 0.25:
            at = rng.choice(self.rows)[0] + rng.choice(TINY) if rng.random() < 0.6 else self.moment()
            self.add(at, self.debtor, "debtor", rng.choice(("voice", *CHANNELS)), rng.choice(("n1", "n2", None)),
                     "service", rng.choice(OUTCOMES), None)  # fmt: skip

    def run_of_failures(self):
        """A run of failed dials whose third is near the last midnight."""
        rng, zone = self.rng, self.zones[-1]
        third = self.midnight(rng.choice((0, 0, 0, 1)), zone) + rng.choice(TINY)
        for place in range(rng.choice((2, 3, 3, 4, 5))):
            at = third + timedelta(hours=place - 2) * rng.choice((1, 20))
            self.add(at, self.debtor, "debtor", "voice", rng.choice(("n1", "n2")), "collect",
                     rng.choice(("no-answer", "no-answer", "invalid")), None)  # fmt: skip
        if rng.random() < 0.5:
            at = rng.choice(self.rows)[0] + rng.choice(TINY)
            self.add(
                at, self.debtor, "debtor", rng.choice(("voice", "sms")), "n1", "remind", rng.choice(OUTCOMES), None
            )

    def call_from_them(self):
        """The person called, and what was tried since."""
        rng = self.rng
        at = self.midnight(rng.choice((6, 6, 7)), rng.choice(self.zones)) + rng.choice(TINY)
        if rng.random() < 0.75:
            at = self.moment() if rng.random() < 0.3 else self.within(7)
        self.add(at, self.person, self.role, rng.choice(("voice", "app")), "n9", "service", "inbound", None)
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            after = at + rng.choice((timedelta(0), timedelta(seconds=1), timedelta(hours=rng.randrange(1, 40))))
            self.add(after, self.person, self.role, rng.choice(CHANNELS), "n9", "service", rng.choice(OUTCOMES), None)
