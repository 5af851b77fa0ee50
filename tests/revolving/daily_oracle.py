"""A second reckoning of revolving accounts: slowly, day by day, from the contract's words; shares no rule with the book.

Every open amount carries the interest it would have gathered, added every evening. Minimums are thresholds on the sum
of what was paid since the account began.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from fractions import Fraction

DAY = timedelta(days=1)
ORDER = ["interest", "fee", "cash", "instalment", "purchase"]


def clipped(year, month, day):
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def is_statement_day(terms, day):
    return day == clipped(day.year, day.month, terms["statement_day"])


def half_up(exact):
    return int((exact * 2 + 1) // 2)


def last_days(terms, statement_on):
    """The due day, and the last day that still counts."""
    following = statement_on + DAY
    while not is_statement_day(terms, following):
        following += DAY
    if terms["due_day"]:
        due_on = statement_on + DAY
        while due_on != clipped(due_on.year, due_on.month, terms["due_day"]) and due_on < following:
            due_on += DAY
    else:
        due_on = statement_on + terms["due_days"] * DAY
    return due_on, min(due_on + terms["tolerance_days"] * DAY, following)


class Oracle:
    def __init__(self, terms):
        self.terms = terms
        self.open = []  # dicts: what, minor, would_be, runs, billed, months_away, name
        self.credit = 0
        self.due_interest = {"purchase": Fraction(0), "instalment": Fraction(0), "cash": Fraction(0)}
        self.staked = dict(self.due_interest)
        self.thresholds = []  # (due day, sum that must have been paid in all)
        self.paid_in_all = 0
        self.judge_on = None
        self.lost_grace = False
        self.rows = []
        self.opening = 0
        self.flows = dict.fromkeys(("drawn", "paid", "fees"), 0)
        self.paid_by_due = 0

    def owes(self, billed=False):
        return sum(x["minor"] for x in self.open if x["months_away"] == 0 and (x["billed"] or not billed))

    def add(self, what, minor, name=None):
        own = min(self.credit, minor)
        self.credit -= own
        runs = what == "cash" or (what == "purchase" and self.lost_grace) or what == "instalment"
        entry = {"what": what, "minor": minor - own, "would_be": Fraction(0), "runs": runs}
        self.open.append(entry | {"billed": False, "months_away": 0, "name": name})

    def reduce(self, entry, part, undone=False):
        if not part:
            return
        share = entry["would_be"] * part / entry["minor"]
        entry["would_be"] -= share
        entry["minor"] -= part
        if entry["runs"]:
            self.due_interest[entry["what"]] += share
        elif entry["billed"] and self.terms["interest_on"] == "whole" and not undone and entry["what"] == "purchase":
            self.staked["purchase"] += share

    def pay(self, minor, pick, undone=False):
        for billed in (True, False):
            for what in self.terms["allocation"]:
                for entry in self.open:
                    if entry["what"] == what and entry["billed"] is billed and not entry["months_away"] and pick(entry):
                        part = min(minor, entry["minor"])
                        self.reduce(entry, part, undone)
                        minor -= part
        return minor

    def counts(self, minor):
        asked = self.thresholds[-1][1] if self.thresholds else 0
        self.paid_in_all = min(self.paid_in_all + minor, max(asked, self.paid_in_all))
        self.limit()
        if self.judge_on:
            self.paid_by_due += minor

    def limit(self, billed=True):
        most = self.paid_in_all + self.owes(billed)
        self.thresholds = [(due_on, min(asked, most)) for due_on, asked in self.thresholds]

    def take(self, posting):
        kind, minor = posting["type"], posting["minor"]
        if kind in ("purchase", "cash", "fee"):
            self.add(kind, minor, posting.get("id"))
            self.flows["fees" if kind == "fee" else "drawn"] += minor
        elif kind == "payment":
            self.credit += self.pay(minor, lambda _: True)
            self.flows["paid"] += minor
            self.counts(minor)
        elif kind == "refund":
            left = minor
            if posting.get("of"):
                left = self.pay(left, lambda x: x["what"] == "purchase" and x["name"] == posting["of"], undone=True)
            left = self.pay(left, lambda x: x["what"] == "purchase", undone=True)
            self.credit += self.pay(left, lambda _: True)
            self.flows["paid"] += minor
            self.counts(minor if self.terms["refund_pays_minimum"] else 0)
        else:
            self.pay(minor, lambda x: x["what"] == "purchase")
            months = posting["months"]
            for nr in range(1, months + 1):
                part = minor // months if nr < months else minor - (months - 1) * (minor // months)
                self.add("instalment", part)
                self.open[-1] |= {"months_away": nr, "fee": half_up(minor * self.terms["instalment_fee_rate"])}
            self.counts(minor)

    def evening(self, day):
        for entry in self.open:
            rate = self.terms["rates"].get(entry["what"], Fraction(0))
            entry["would_be"] += entry["minor"] * rate
        if day == self.judge_on:
            self.judge()
        if is_statement_day(self.terms, day):
            self.state(day)

    def judge(self):
        self.judge_on = None
        in_full = self.owes(billed=True) <= self.terms["tolerance"]
        if not in_full:
            self.due_interest["purchase"] += self.staked["purchase"]
            self.lost_grace = self.terms["new_purchases"] == "bear-interest"
        self.staked["purchase"] = Fraction(0)
        for entry in self.open:
            if in_full and entry["billed"] and not entry["runs"]:
                entry["would_be"] = Fraction(0)
            elif not in_full and entry["what"] == "purchase" and (entry["billed"] or self.lost_grace):
                entry["runs"] = True
        self.rows[-1]["paid_in_full"] = in_full

    def state(self, day):
        if self.rows:
            self.rows[-1]["paid_by_due"] = self.paid_by_due
        fees_of_plans = 0
        for entry in [x for x in self.open if x["months_away"]]:
            entry["months_away"] -= 1
            if entry["months_away"] == 0:
                own = min(self.credit, entry["minor"])
                if own:  # what credit pays today bears nothing today
                    entry["would_be"] -= entry["minor"] * self.terms["rates"]["instalment"]
                    self.reduce(entry, own)
                    entry["would_be"] += entry["minor"] * self.terms["rates"]["instalment"]
                    self.credit -= own
                fees_of_plans += entry["fee"]
                self.add("fee", entry["fee"])
        interest = {}
        for what in self.due_interest:
            for entry in self.open:
                if entry["what"] == what and entry["runs"]:
                    self.due_interest[what] += entry["would_be"]
                    entry["would_be"] = Fraction(0)
            interest[what] = half_up(self.due_interest[what])
            self.due_interest[what] = Fraction(0)
        self.add("interest", sum(interest.values()))
        self.limit(billed=False)
        past_due = self.thresholds[-1][1] - self.paid_in_all if self.thresholds else 0
        share = Fraction(0)
        for entry in self.open:
            if entry["what"] in ("purchase", "cash"):
                share += entry["minor"] * self.terms["minimum_rate"]
            elif not entry["billed"] and not entry["months_away"]:
                share += entry["minor"]
        asked = min(self.owes(), max(self.terms["floor"], half_up(share) + past_due))
        late = [due_on for due_on, sum_asked in self.thresholds if sum_asked > self.paid_in_all and due_on < day]
        unpaid = max((s for due_on, s in self.thresholds if due_on < day), default=0) - self.paid_in_all
        tolerated = unpaid <= self.terms["tolerance"] or (day - late[0]).days <= self.terms["tolerance_days"]
        due_on, self.judge_on = last_days(self.terms, day)
        self.thresholds.append((due_on, self.paid_in_all + asked))
        for entry in self.open:
            entry["billed"] = entry["billed"] or not entry["months_away"]
        self.lost_grace = False
        closing = sum(x["minor"] for x in self.open) - self.credit
        self.rows.append(
            {
                "statement_on": day,
                "due_on": due_on,
                "opening": self.opening,
                "purchases": self.flows["drawn"],
                "payments": self.flows["paid"],
                "interest": sum(interest.values()),
                "fees": self.flows["fees"] + fees_of_plans,
                "closing": closing,
                "minimum_due": asked,
                "days_past_due": 0 if tolerated else (day - late[0]).days,
                "paid_in_full": None,
            }
        )
        self.opening, self.paid_by_due = closing, 0
        self.flows = dict.fromkeys(self.flows, 0)


def reckon(terms, postings, opened_on, as_of):
    """Rows of ints in minor units; postings are dicts with type, on, minor."""
    oracle = Oracle(terms)
    day = opened_on
    while day <= as_of:
        for posting in postings:
            if posting["on"] == day:
                oracle.take(posting)
        oracle.evening(day)
        day += DAY
    if oracle.rows:
        oracle.rows[-1]["paid_by_due"] = oracle.paid_by_due
    return oracle.rows
