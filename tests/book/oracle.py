"""A second reading of docs/snapshot.md: one debt, one day after the other, in plain Python integers and fractions.

Slow and simple on purpose, and written without the kernel: it imports the frozen history and names, no rule. Days pass in
oracle_time, money moves in oracle_money, and oracle_tells says what is true in the end.
"""

from __future__ import annotations

from kaopu.book.core.event_kind import EventKind as K
from tests.book.oracle_money import REFUNDS, Money
from tests.book.oracle_rows import COMPONENTS, NO_DAY, Row, number
from tests.book.oracle_tells import Tells
from tests.book.oracle_time import Time

KIND_ORDER = list(K)
DAYS = (
    "next_due",
    "first_due",
    "first_settled",
    "non_performing_on",
    "cleared_on",
    "restructured_on",
    "first_due_since_restructured",
)


class Walk(Time, Money, Tells):
    """The debt as it stands while days pass."""

    def __init__(self, history, as_of):
        self.rules = history.rules
        self.as_of = number(as_of)
        self.start = number(history.rules.disbursed_on)
        known = sorted((e for e in history.events if number(e.on) <= self.as_of), key=event_key)
        dead = reversed_ids(known, {e.event_id: e for e in history.events})
        self.events = [e for e in known if e.event_id not in dead]
        self.version_from, chosen = version_in_force(history.instalments, self.as_of, dead)
        self.schedule = [
            Row(number(r.due_on), r.seq, {"principal": r.principal, "interest": r.interest, "fee": r.fee})
            for r in sorted(chosen, key=lambda r: (r.due_on, r.seq))
        ]
        self.rows = list(self.schedule)
        self.paused = {
            number(e.on) + n
            for e in self.events
            if e.kind is K.PAUSE
            for n in range(min(e.amount, self.as_of - number(e.on) + 1))
        }
        self.is_restructured = self.is_reported = self.has_other_debtor = False
        self.begin_time()
        self.begin_money()
        self.first = next((r for r in self.schedule if r.seq > 0), None)
        self.first_settled = self.start if self.first and self.first.open() == 0 else None
        self.asked = sum(r.open() for r in self.rows)
        self.asked_principal = sum(r.rest["principal"] for r in self.rows)

    def run(self):
        day = min([self.as_of, *(r.due for r in self.rows), *(number(e.on) for e in self.events)])
        at = 0
        while day <= self.as_of:
            self.begin(day)
            while at < len(self.events) and number(self.events[at].on) == day:
                self.happen(self.events[at], day)
                self.check()
                at += 1
            self.end(day)
            day += 1
        return self

    def happen(self, event, day):
        kind, amount = event.kind, event.amount
        if kind in (K.PAYMENT, K.EARLY_SETTLEMENT, K.RECOVERY, K.SET_OFF, *REFUNDS):
            self.receive(event, day)
        elif kind in (K.FEE, K.PENALTY, K.CHARGEBACK):
            self.charge(event, day)
        elif kind is K.WAIVER:
            self.waive(event)
        elif kind is K.CHARGE_OFF:
            self.charge_off()
        elif kind is K.TRANSFER:
            self.transfer(amount)
        elif kind is K.RESTRUCTURE:
            self.is_restructured = True
            self.restructured_on = day
        elif kind is K.EXTENSION:
            self.extend(amount, day)
        elif kind is K.ACCELERATION and not self.version_holds(day):
            self.accelerate(day)
        elif kind is K.REINSTATEMENT:
            self.reinstate(day)
        elif kind is K.RE_AGE or (kind is K.PAUSE and self.rules.pause_resets):
            self.re_age(day)
        elif kind is K.DISPUTE:
            self.dispute(amount, day)
        elif kind is K.DISPUTE_END:
            self.end_dispute(amount)
        elif kind in (K.ASSUMPTION, K.JOINING):
            self.has_other_debtor = True
        elif kind is K.SUBSIDY:
            self.subsidy_received += amount
        elif kind is K.PAYOUT:
            self.pay_out(amount)
        elif kind in (K.REPORTED_BALANCE, K.REPORTED_CREDIT, K.REPORTED_STATUS):
            self.report(event)
        self.bill(day)
        self.note_first(day)

    def note_first(self, day):
        if self.first is None or self.is_gone():
            return
        if self.first.open() > 0:
            self.first_settled = None
        elif self.first_settled is None:
            self.first_settled = day


def event_key(event):
    component = COMPONENTS.index(event.component.value) + 1 if event.component else 0
    return event.on, event.event_id, KIND_ORDER.index(event.kind), component, event.amount, event.reverses


def reversed_ids(known, ever):
    """Ids of the events taken back. From the last reversal to the first: it is known by then whether it stands."""
    place_of = {event.event_id: place for place, event in enumerate(known) if event.event_id}
    gone = set()
    for place in range(len(known) - 1, -1, -1):
        event = known[place]
        if event.kind is K.REVERSAL and event.event_id not in gone:
            target = place_of.get(event.reverses, len(known))  # one that is yet to come is taken back already
            if ever[event.reverses].kind is not K.REVERSAL or target < place:
                gone.add(event.reverses)
    return gone


def version_in_force(instalments, as_of, dead):
    able = [
        r
        for r in instalments
        if (r.from_on is None or number(r.from_on) <= as_of) and not (r.cause_event and r.cause_event in dead)
    ]
    if not able:
        return None, []
    highest = max(r.version for r in able)
    chosen = [r for r in able if r.version == highest]
    days = [number(r.from_on) for r in chosen if r.from_on is not None]
    return max(days, default=None), chosen


def oracle(history, as_of):
    """Every column of the position, every fact and every counter, by name."""
    if history.rules.disbursed_on > as_of:
        from kaopu.book.core.position_columns import COUNTERS, FACTS, OUT32, OUT64

        return dict.fromkeys((*OUT64, *OUT32, *FACTS, *COUNTERS), 0) | dict.fromkeys(DAYS, NO_DAY)
    return Walk(history, as_of).run().columns()
