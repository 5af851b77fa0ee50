"""A second reading of docs/snapshot.md: one debt, one day after the other, in plain Python integers and fractions.

Slow and simple on purpose, and written without the kernel: it imports the frozen history and names, no rule.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from kaopu.book.core.event_kind import EventKind as K

KIND_ORDER = list(K)
COMPONENTS = ("principal", "interest", "fee", "penalty")
ORDERS = (
    ("fee", "interest", "principal"),
    ("interest", "fee", "principal"),
    ("principal", "interest", "fee"),
    ("principal", "fee", "interest"),
    ("interest", "principal", "fee"),
    ("fee", "principal", "interest"),
)
EPOCH = date(1970, 1, 1)
NO_DAY = -2147483648


def number(day):
    return (day - EPOCH).days


class Row:
    """An instalment, or a row charged by an event."""

    def __init__(self, due, seq, asks, charged=False):
        self.due = due
        self.seq = seq
        self.rest = dict(asks)
        self.interest = asks["interest"]
        self.charged = charged
        self.fixed_judged = charged  # only instalments bring a fixed penalty

    def open(self):
        return sum(self.rest.values())


class Walk:
    """The debt as it stands while days pass."""

    def __init__(self, history, as_of):
        self.rules = history.rules
        self.as_of = number(as_of)
        self.start = number(history.rules.disbursed_on)
        known = sorted((e for e in history.events if number(e.on) <= self.as_of), key=event_key)
        dead = reversed_ids(known, {e.event_id: e for e in history.events})
        self.events = [e for e in known if e.event_id not in dead]
        self.version_from, chosen = version_in_force(history.instalments, self.as_of, dead)
        self.rows = [
            Row(number(r.due_on), r.seq, {"principal": r.principal, "interest": r.interest, "fee": r.fee})
            for r in sorted(chosen, key=lambda r: (r.due_on, r.seq))
        ]
        self.schedule = list(self.rows)
        self.charged_in_order = []
        self.paused = {
            number(e.on) + n
            for e in self.events
            if e.kind is K.PAUSE
            for n in range(min(e.amount, self.as_of - number(e.on) + 1))
        }
        self.penalty = self.penalty_charged = self.penalty_before = self.rule_charged = 0
        self.base_days = self.fixed_count = 0
        self.credit = self.reported = self.status_days = 0
        self.frozen = None
        self.is_charged_off = self.is_restructured = self.is_reported = False
        self.paid = self.refunded = self.recovered = self.waived = self.lapsed = self.charged_off = 0
        self.applied = self.asked = self.paid_out = self.reported_credit = 0
        self.worst = 0
        self.first = next((r for r in self.schedule if r.seq > 0), None)
        self.first_settled = self.start if self.first and self.first.open() == 0 else None
        self.asked = sum(r.open() for r in self.rows)

    # -- time --

    def age(self, due, day):
        """Days after the due day up to `day` that are not paused."""
        if not self.paused:
            return day - due
        return sum(x not in self.paused for x in range(due + 1, day + 1))

    def own_days(self, day):
        if self.is_charged_off:
            due = self.frozen.due if self.frozen else None
        else:
            due = min((r.due for r in self.rows if r.open() > self.rules.grace_amount), default=None)
        if due is None or due >= day:
            return 0
        days = self.age(due, day)
        return days if days > self.rules.grace_days else 0

    def days_past_due(self, day):
        return max(self.own_days(day), self.status_days)

    def begin(self, day):
        rules = self.rules
        if day == self.as_of:
            self.penalty_before = self.penalty_charged
        if day not in self.paused and self.own_days(day) > 0:
            names = COMPONENTS[:1] if rules.penalty_base == 0 else COMPONENTS[:3]
            self.base_days += sum(r.rest[name] for r in self.rows if r.due < day for name in names)
        for row in self.schedule:
            if not row.fixed_judged and row.due < day and self.age(row.due, day) > rules.grace_days:
                row.fixed_judged = True
                self.fixed_count += row.open() > rules.grace_amount
        by_rate = Fraction(self.base_days * rules.penalty_rate_ppm, 1_000_000 * rules.penalty_days_in_year)
        total = by_rate.numerator // by_rate.denominator + self.fixed_count * rules.penalty_fixed
        if rules.penalty_cap:
            total = min(total, rules.penalty_cap)
        more, self.rule_charged = total - self.rule_charged, total
        self.asked += more
        self.penalty_charged += more
        self.penalty += more - self.by_credit(more)

    def run(self):
        day = min([self.as_of, *(r.due for r in self.rows), *(number(e.on) for e in self.events)])
        at = 0
        while day <= self.as_of:
            self.begin(day)
            while at < len(self.events) and number(self.events[at].on) == day:
                self.happen(self.events[at], day)
                self.check()
                at += 1
            self.worst = max(self.worst, self.days_past_due(day))
            day += 1
        return self

    # -- money --

    def oldest_first(self):
        return sorted(self.rows, key=lambda r: (r.due, r.charged))  # stable: seq, then order of charging

    def by_credit(self, amount):
        used = min(self.credit, amount)
        self.credit -= used
        self.applied += used
        return used

    def settle(self, row, name, money):
        used = min(money, row.rest[name])
        row.rest[name] -= used
        return money - used

    def settle_penalty(self, money):
        used = min(money, self.penalty)
        self.penalty -= used
        return money - used

    def settle_reported(self, money):
        used = min(money, self.reported)
        self.reported -= used
        return money - used

    def no_principal(self):
        return self.reported == 0 and all(r.rest["principal"] == 0 for r in self.rows)

    def settle_due_and_penalty(self, money, day):
        order, by_component = ORDERS[self.rules.allocation % 6], self.rules.allocation >= 12
        penalty_first = (self.rules.allocation // 6) % 2 == 1
        if penalty_first:
            money = self.settle_penalty(money)
        due = [r for r in self.oldest_first() if r.due <= day]
        steps = [(r, n) for n in order for r in due] if by_component else [(r, n) for r in due for n in order]
        for row, name in steps:
            money = self.settle(row, name, money)
        return self.settle_penalty(money)

    def pay(self, money, day):
        money = self.settle_due_and_penalty(money, day)
        for row in self.oldest_first():
            for name in ORDERS[self.rules.allocation % 6]:
                money = self.settle(row, name, money)
        return self.settle_reported(money)

    def settle_early(self, money, day):
        money = self.settle_due_and_penalty(money, day)
        coming = [r for r in self.oldest_first() if r.due > day]
        for row in reversed(coming):
            money = self.settle(row, "principal", money)
        money = self.settle_reported(money)
        for row in self.oldest_first():
            money = self.settle(row, "interest", money)
            money = self.settle(row, "fee", money)
        if self.no_principal():
            self.lapse(day, ("interest", "fee"))
        return money

    def refund(self, money, day):
        for row in reversed(self.oldest_first()):
            money = self.settle(row, "principal", money)
        money = self.settle_reported(money)
        if self.no_principal():
            self.lapse(day, ("interest",))
        for row in reversed(self.oldest_first()):
            money = self.settle(row, "interest", money)
            money = self.settle(row, "fee", money)
        return self.settle_penalty(money)

    def lapse(self, day, names):
        for row in self.schedule:
            if row.due > day:
                for name in names:
                    self.lapsed += row.rest[name]
                    row.rest[name] = 0

    def receive(self, event, day):
        money = event.amount
        if event.kind in (K.REFUND, K.RETURN):
            self.refunded += money
        else:
            self.paid += money
        if self.is_charged_off:
            self.recovered += money
            return
        if event.kind in (K.REFUND, K.RETURN):
            left = self.refund(money, day)
        elif event.kind is K.EARLY_SETTLEMENT:
            left = self.settle_early(money, day)
        else:
            left = self.pay(money, day)
        self.applied += money - left
        self.credit += left

    def charge(self, event, day):
        self.asked += event.amount
        if event.kind is K.PENALTY:
            self.penalty_charged += event.amount
        amount = event.amount - self.by_credit(event.amount)
        if self.is_charged_off:
            self.charged_off += amount
        elif event.kind is K.PENALTY:
            self.penalty += amount
        elif event.kind is K.FEE:
            self.rows.append(Row(day, None, {"principal": 0, "interest": 0, "fee": amount}, charged=True))
        else:
            target = next((r for r in self.schedule if r.due >= day), None)
            if target is None:
                target = Row(day, None, {"principal": 0, "interest": 0, "fee": 0}, charged=True)
                self.rows.append(target)
            target.rest["principal"] += amount

    def waive(self, event):
        left = event.amount
        names = [event.component.value] if event.component else ["penalty", "fee", "interest"]
        for name in names:
            if name == "penalty":
                left = self.settle_penalty(left)
                continue
            for row in self.oldest_first():
                left = self.settle(row, name, left)
            if name == "principal":
                left = self.settle_reported(left)
        self.waived += event.amount - left

    def charge_off(self):
        if self.is_charged_off:
            return
        self.is_charged_off = True
        self.frozen = next((r for r in self.oldest_first() if r.open() > self.rules.grace_amount), None)
        self.charged_off += self.penalty + self.reported
        self.penalty = self.reported = 0
        for row in self.rows:
            for name in row.rest:
                self.charged_off += row.rest[name]
                row.rest[name] = 0

    def happen(self, event, day):
        kind = event.kind
        if kind in (K.PAYMENT, K.EARLY_SETTLEMENT, K.RECOVERY, K.REFUND, K.RETURN):
            self.receive(event, day)
        elif kind in (K.FEE, K.PENALTY, K.CHARGEBACK):
            self.charge(event, day)
        elif kind is K.WAIVER:
            self.waive(event)
        elif kind is K.CHARGE_OFF:
            self.charge_off()
        elif kind is K.RESTRUCTURE:
            self.is_restructured = True
        elif kind is K.EXTENSION and not (self.version_from is not None and day <= self.version_from):
            for row in self.schedule:
                row.due += event.amount if row.due >= day else 0
        elif kind is K.ACCELERATION and not (self.version_from is not None and day <= self.version_from):
            for row in self.schedule:
                row.due = min(row.due, day) if row.due > day else row.due
        elif kind is K.PAYOUT:
            used = min(self.credit, event.amount)
            self.credit -= used
            self.paid_out += used
        elif kind in (K.REPORTED_BALANCE, K.REPORTED_CREDIT, K.REPORTED_STATUS):
            self.report(event)
        self.note_first(day)

    def report(self, event):
        self.is_reported = True
        if event.kind is K.REPORTED_STATUS:
            self.status_days = 30 * min(event.amount, 1200)
        elif not self.is_charged_off:
            owed = event.amount if event.kind is K.REPORTED_BALANCE else 0
            credit = event.amount if event.kind is K.REPORTED_CREDIT else 0
            self.asked += owed - self.reported
            self.reported_credit += credit - self.credit
            self.reported, self.credit = owed, credit

    def note_first(self, day):
        if self.first is None or self.is_charged_off:
            return
        if self.first.open() > 0:
            self.first_settled = None
        elif self.first_settled is None:
            self.first_settled = day

    # -- what it says --

    def outstanding(self):
        total = {name: sum(r.rest[name] for r in self.rows) for name in COMPONENTS[:3]}
        total["principal"] += self.reported
        return {**total, "penalty": self.penalty}

    def check(self):
        """Nothing is made or lost, and nothing is below 0."""
        out = self.outstanding()
        assert min(*out.values(), self.credit, *(v for r in self.rows for v in r.rest.values())) >= 0
        assert self.asked == sum(out.values()) + self.applied + self.waived + self.lapsed + self.charged_off
        assert self.paid + self.refunded + self.reported_credit == (
            self.applied + self.recovered + self.credit + self.paid_out
        )

    def accrued(self):
        for at, row in enumerate(self.schedule):
            if row.due > self.as_of:
                begun = self.schedule[at - 1].due if at else self.start
                if row.due <= begun or self.as_of <= begun:
                    return 0
                exact = Fraction(row.interest * (self.as_of - begun), row.due - begun) + Fraction(1, 2)
                return min(exact.numerator // exact.denominator, row.rest["interest"])
        return 0

    def columns(self):
        self.check()
        out, day, rules = self.outstanding(), self.as_of, self.rules
        late = {n: sum(r.rest[n] for r in self.rows if r.due < day) for n in COMPONENTS[:3]}
        settled_penalty = self.penalty_charged - self.penalty
        late["penalty"] = max(0, self.penalty_before - settled_penalty)
        days = self.days_past_due(day)
        steps = (0, 90, 270, 360) if rules.ladder == 0 else (0, 90, 120, 180)
        class_ = sum(days > step for step in steps)
        rule = 10 * rules.ladder + class_
        if self.status_days and self.status_days == days:
            rule += 100
        if self.is_charged_off:
            class_, rule = 4, 90
        coming = min((r.due for r in self.rows if r.due >= day and r.open()), default=NO_DAY)
        flags = 16 + self.is_charged_off + 2 * self.is_restructured + 8 * self.is_reported
        flags += 4 * (0 < rules.principal <= self.refunded)
        flags += 32 * (sum(out.values()) == 0 and not self.is_charged_off)
        return {
            **{f"outstanding_{n}": out[n] for n in COMPONENTS},
            **{f"overdue_{n}": late[n] for n in COMPONENTS},
            "accrued_interest": self.accrued(),
            "paid_to_date": self.paid,
            "credit_balance": self.credit,
            "charged_off": self.charged_off,
            "recovered": self.recovered,
            "refunded": self.refunded,
            "waived": self.waived,
            "lapsed": self.lapsed,
            "days_past_due": days,
            "worst_days_past_due": self.worst,
            "next_due": coming,
            "class": class_,
            "class_rule": rule,
            "first_due": self.first.due if self.first else NO_DAY,
            "first_settled": NO_DAY if self.first_settled is None else self.first_settled,
            "flags": flags,
        }


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
    """Every column of the position, by name."""
    if history.rules.disbursed_on > as_of:
        from kaopu.book.core.position_columns import OUT32, OUT64

        return dict.fromkeys((*OUT64, *OUT32), 0) | dict.fromkeys(("next_due", "first_due", "first_settled"), NO_DAY)
    return Walk(history, as_of).run().columns()
