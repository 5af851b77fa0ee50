"""What the oracle's other parts share: names, day numbers, a row of the schedule."""

from __future__ import annotations

from datetime import date

COMPONENTS = ("principal", "interest", "fee", "penalty")
OF_A_ROW = COMPONENTS[:3]
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
        self.own_due = due  # without acceleration
        self.seq = seq
        self.rest = dict(asks)
        self.interest = asks["interest"]
        self.charged = charged
        self.age = 0
        self.accelerated = False
        self.fixed_judged = charged  # only instalments bring a fixed penalty
        self.billed = False
        self.received = dict.fromkeys(OF_A_ROW, 0)
        self.refunded = dict.fromkeys(OF_A_ROW, 0)

    def open(self):
        return sum(self.rest.values())

    def ever(self, name):
        """What it asks, and what it took: what it is billed for."""
        return self.rest[name] + self.received[name] + self.refunded[name]
