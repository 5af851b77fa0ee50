"""The town at work: wishes through the queue, gateways that take, refuse and fail, people who answer, call and withdraw.

Time runs faster by a scale, from one monotonic clock that all processes of the machine share. What really left is told
by the other side: the gateway's own list, the files in the outbox, the inbox, the agents' tasks.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import deque
from datetime import UTC, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

from standardwebhooks import Webhook

from kaopu.conduct.actions.record_outcome import record_attempt_elsewhere, record_inbound, record_outcome
from kaopu.conduct.actions.suppress import suppress
from kaopu.conduct.actions.switch_outreach import switch_off, switch_on
from kaopu.conduct.core.ask import Ask
from kaopu.kernel.clock import system_clock
from kaopu.outreach.actions.add_gateway import add_gateway
from kaopu.outreach.actions.end_call import CallOutcome, end_call
from kaopu.outreach.actions.queue_message import queue_message
from kaopu.outreach.actions.take_news import take_news
from kaopu.outreach.models import InboxItem, Message, SendRequest, Step
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import NewParty
from tests.conduct.town import CHANNELS, START, Member
from tests.conduct.town_log import Event, Left

COUNTED = {CallOutcome.TALKED: "conversation", CallOutcome.NO_ANSWER: "no-answer", CallOutcome.MESSAGE_LEFT: "notice",
           CallOutcome.NOT_IN_SERVICE: "invalid"}  # fmt: skip
ANSWERS = ("delivered", "delivered", "delivered", "bounced", "no-answer", "notice")


class ScaledClock:
    """The town's time: `scale` seconds for each of the machine's, and what was skipped (a value that all share)."""

    def __init__(self, origin, scale, skipped):
        self.origin, self.scale, self.skipped = origin, scale, skipped

    def now(self):
        return START + timedelta(seconds=(time.monotonic() - self.origin) * self.scale + self.skipped.value)

    def skip(self, seconds):
        """Go on at once: permits that are out may lapse, and what is told late is told late."""
        self.skipped.value += seconds


class Gateway:
    """The other side: it keeps what it was handed and whether it took it."""

    def __init__(self, seed):
        self.taken, self.refused, self._rng = {}, set(), random.Random(seed)
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                words = json.loads(self.rfile.read(int(self.headers["content-length"])))
                mood = gateway._rng.random()
                if mood < 0.06:
                    gateway.refused.add(words["message"])
                    return self._end(422)
                gateway.taken.setdefault(words["message"], []).append(words["to"])
                if mood < 0.09:  # taken, and then it hangs up: the house cannot know
                    self.close_connection = True
                    return self.connection.close()
                return self._end(503 if mood < 0.12 else 202)

            def _end(self, code):
                self.send_response(code)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/send"


class Run:
    """The main process of a run. `outbox` is the folder into which the default channel writes."""

    def __init__(self, town, clock, outbox):
        self.town, self.clock, self.outbox = town, clock, outbox
        self.rng = random.Random(town.seed)
        self.gateway = Gateway(town.seed)
        self.addresses, self.left, self.told = {}, [], {}
        self.switches, self.suppressed, self.queued = {}, {}, 0
        self._step, self._due = 0, deque()

    def settle(self):
        """Write people, points, old calls, switches and the gateway."""
        now = START - timedelta(days=30)
        for jurisdiction in ("CN", "US", "IN"):
            switch_on({"jurisdiction": jurisdiction, "reason": "town"}, proposer="staff:1", approver="staff:2", now=now)
        added = add_gateway("SMS", self.gateway.url, ["sms", "voice"], actor="staff:9", now=now)
        self.gateway_id, self.secret = added.gateway_id, added.secret
        for household in range(self.town.households):
            for place, role in enumerate(("debtor", "guarantor", "contact")):
                self._settle(household, role, household * 3 + place, now)
            debtor = self.town.members[household]["debtor"]
            for at in self.town.old_calls(household):
                ask = self._ask(debtor.person, "debtor", debtor.person, "collect", "voice", debtor.points["phone"])
                record_attempt_elsewhere(debtor.person, "voice", ask.number, "no-answer", now=START, at=at)
                self.left.append(Left(at, ask, "no-answer"))

    def _settle(self, household, role, number, now):
        party = create_party(NewParty(), actor="town", now=now)
        values = {"phone": f"139{number:08}", "email": f"p{number}@example.net"}
        points = {
            kind: f"point:{add_point(party, kind, value, 'contract', actor='town', now=now)}"
            for kind, value in values.items()
        }
        self.addresses.update({points[kind]: value for kind, value in values.items()})
        self.town.settle(household, role, Member(f"party:{party}", points))

    @staticmethod
    def _ask(person, role, debtor, purpose, channel, number):
        return Ask(person=person, role=role, debtor=debtor, purpose=purpose, channel=channel, content="none",
                   caller="human", number=number, product="loan", segment="consumer", jurisdictions=("CN",))  # fmt: skip

    def queue(self, many):
        """Put the next wishes into the queue; their ids."""
        ids = []
        for _ in range(many):
            wish = self.town.wish(self.queued)
            key = f"town-{self.queued}"
            ids.append(queue_message(wish.ask, wish.template, wish.values, key=key, actor="town", now=self.clock.now()))
            self.queued += 1
        return ids

    def live(self):
        """What the other side does meanwhile: answers that are due, people who call, and who never want to hear more."""
        for step in Step.objects.filter(pk__gt=self._step, state__in=("accepted", "unknown")).order_by("pk"):
            self._step = step.pk
            if self.rng.random() < 0.9:
                self._due.append(
                    (self.clock.now() + timedelta(seconds=self.rng.expovariate(1 / 3600)), step.message_id)
                )
        for _ in range(len(self._due)):
            at, message_id = self._due.popleft()
            if at > self.clock.now():
                self._due.append((at, message_id))
            else:
                self._answer(Message.objects.get(pk=message_id))
        for _ in range(self.rng.randrange(4)):
            self._call_in()
        if self.rng.random() < 0.1:
            self.suppress_somebody()

    def _answer(self, row):
        before = self.clock.now()
        if row.carrier == "agent":
            outcome = self.rng.choice(list(COUNTED))
            end_call(row.pk, outcome, actor="staff:1", now=before)
            said = COUNTED[outcome]
        else:
            said = self.rng.choice(ANSWERS)
            if row.carrier == "gateway":
                self._news(row, said)
            else:
                record_outcome(row.permit, said, actor="outbox", now=before)
        self.told[str(row.pk)] = (Event(before, self.clock.now()), said)

    def _news(self, row, said):
        body, now, news = (
            json.dumps({"type": "receipt", "message": str(row.pk), "status": said}),
            system_clock().now(),
            f"n-{row.pk}",
        )
        signature = Webhook(self.secret).sign(news, now, body)
        headers = {"webhook-id": news, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
        heard = take_news(self.gateway_id, headers, body.encode(), now=self.clock.now())
        assert heard == "taken", heard

    def _anybody(self):
        household = self.rng.randrange(self.town.households)
        role = self.rng.choice(("debtor", "guarantor", "contact"))
        return household, role, self.town.members[household][role]

    def _call_in(self):
        household, role, member = self._anybody()
        debtor = self.town.members[household]["debtor"].person
        ask = self._ask(member.person, role, debtor, "service", self.rng.choice(CHANNELS[:3]), member.points["phone"])
        before = self.clock.now()
        record_inbound(member.person, ask.channel, ask.number, now=before, role=role)
        self.left.append(Left(before, ask, "inbound", came=Event(before, self.clock.now())))

    def suppress_somebody(self):
        _, _, member = self._anybody()
        suppress("person", member.person, reason="town", actor="staff:1", now=self.clock.now())
        self.suppressed.setdefault(member.person, self.clock.now())

    def switch_off(self, jurisdiction):
        before = self.clock.now()
        switch_off(jurisdiction, reason="town", actor="staff:3", now=before)
        self.switches[jurisdiction] = Event(before, self.clock.now())

    def collect(self):
        """What really left, as the other side tells it; with every message that it knows nothing of told apart."""
        files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in self.outbox.glob("*.json")}
        inbox = set(map(str, InboxItem.objects.values_list("message_id", flat=True)))
        wishes = {row.pk: self.town.wish(int(row.key.partition("-")[2])).ask for row in SendRequest.objects.all()}
        faults, kept = [], 0
        for row in Message.objects.filter(direction="out"):
            pk, ask = str(row.pk), wishes[row.request_id]
            to = self._to(row, pk, files, inbox)
            if to is None:
                kept += 1  # refused by the gateway, for certain not sent
                continue
            if to != [self.addresses[ask.number]]:
                faults.append(f"{pk} went to {to}, expected once to {self.addresses[ask.number]}")
            if row.at >= self.suppressed.get(ask.person, row.at + timedelta(days=1)):
                faults.append(f"{pk} went to {ask.person}, who was suppressed at {self.suppressed[ask.person]}")
            self.left.append(self._left(row, pk, ask))
        unknown = (set(self.gateway.taken) | set(files)) - set(map(str, Message.objects.values_list("pk", flat=True)))
        faults += [f"{pk} left and no message is recorded" for pk in unknown]
        return faults, kept

    def _to(self, row, pk, files, inbox):
        address = [self.addresses.get(row.point)]
        if row.carrier == "gateway":
            return self.gateway.taken.get(pk)
        if row.carrier == "outbox":
            return [files[pk]["to"]] if pk in files else None
        return address if row.carrier == "agent" or pk in inbox else None

    def _left(self, row, pk, ask):
        event, said = self.told.get(pk, (None, "pending"))
        if row.carrier == "inbox":
            at = row.at
            event, said = Event(at, at + timedelta(seconds=5 * self.clock.scale)), "delivered"
        return Left(row.at.astimezone(UTC), ask, said, event, message=UUID(pk))
