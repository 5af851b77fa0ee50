"""A slow, plain oracle of `kaopu conduct permit`, written straight from permit-facts.md.

It shares nothing with kaopu.conduct: no type, no parser, no clock. `judge` gives the verdict of a line,
`next_allowed_at` tries every minute. Where the text leaves a doubt, the reading that refuses holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta

from tests.conduct.oracle_reading import ALWAYS, Bad, instant_and_offset, read
from tests.conduct.oracle_strict_rows import ROWS

ROWS.sort(key=lambda each: each.number)
MINUTE, LONGEST = timedelta(minutes=1), timedelta(hours=60 * 24)


@dataclass
class Verdict:
    """What must come out; `named` are the fields of which a FACTS refusal must name one."""

    id: str | None
    allowed: bool
    disclosure: str | None
    rules: list[tuple[str, str]]
    named: set[str] = field(default_factory=set)


class Facts:
    """The fields that the rows in play need, read; `history` without what is later than the first `at`."""

    def __init__(self, values):
        self.values = values
        self.at = values["at"]
        self.jurisdictions = values["jurisdictions"]
        self.cn, self.us, self.india = (name in self.jurisdictions for name in ("CN", "US", "IN"))
        self.strict = values["profile"] == "strict"
        self.purpose, self.channel, self.content = values["purpose"], values["channel"], values["content"]
        self.person, self.role, self.debtor = values["person.id"], values["person.role"], values["debtor.id"]
        # "Obligor" = debtor or guarantor
        self.obligor = self.role in ("debtor", "guarantor")
        self.rows = []

    def __getitem__(self, name):
        return self.values[name]

    def cut_history(self):
        # entries after `at` are ignored; an entry exactly at `at` counts
        self.history = [entry for entry in self.values.get("history", []) if entry.at <= self.at]


def _fields(line, names):
    values, bad = {}, set()
    for name in names:
        try:
            values[name] = read(line, name)
        except Bad:
            bad.add(name)
    return values, bad


def _no_constant(name):
    raise ValueError(name)  # NaN and Infinity are not JSON


def _object(line):
    if isinstance(line, dict):
        return line
    try:
        found = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def facts_of(line):
    """(id, Facts, nothing) or (id, None, the fields of which one must be named)."""
    found = _object(line)
    if found is None:
        return None, None, {""}
    values, bad = _fields(found, ALWAYS)
    number = values.get("id")
    # "`person.id` equals `debtor.id` exactly when the role is debtor; otherwise FACTS"
    who = ("person.id", "person.role", "debtor.id")
    if all(name in values for name in who):
        person, role, debtor = (values[name] for name in who)
        if (person == debtor) != (role == "debtor"):
            bad |= set(who)  # with another bad field beside it, either may be named
    if bad:
        return number, None, bad
    facts = Facts(values)
    facts.rows = [each for each in ROWS if each.when(facts)]
    more, bad = _fields(found, sorted({name for each in facts.rows for name in each.needs}))
    if bad:
        return number, None, bad
    values.update(more)
    facts.cut_history()
    return number, facts, set()


def _entries(row, facts, at):
    refuses = row.refuses(facts, at)
    each = refuses if isinstance(refuses, tuple) else (refuses,)
    return [(name, "refuse" if bad else "pass") for name, bad in zip(row.ids, each, strict=True)]


def judge(line) -> Verdict:
    """The verdict of one line (a text, bytes or a parsed object)."""
    number, facts, bad = facts_of(line)
    if facts is None:
        return Verdict(number, False, None, [("FACTS", "refuse")], bad)
    rules = []
    for row in facts.rows:
        if row.applies(facts, facts.at):
            rules += _entries(row, facts, facts.at)
    allowed = all(verdict == "pass" for _, verdict in rules)
    return Verdict(number, allowed, facts.content if allowed else None, rules)


def _refuses(row, facts, at):
    return row.applies(facts, at) and any(verdict == "refuse" for _, verdict in _entries(row, facts, at))


def allowed_at(line, moment):
    """Whether the same facts with `at` moved to `moment` are allowed; entries after the first `at` still ignored."""
    facts = facts_of(line)[1]
    return facts is not None and not any(_refuses(row, facts, moment) for row in facts.rows)


def next_allowed_at(line):
    """The earliest whole minute after `at` at which the line would be allowed, in the offset of `at`, or None.

    Every minute is tried. The row that refused the minute before is asked first: that changes the pace only.
    """
    _, facts, _ = facts_of(line)
    if facts is None:
        return None
    rows = list(facts.rows)
    if not any(_refuses(row, facts, facts.at) for row in rows):
        return None
    moment = facts.at.replace(second=0, microsecond=0) + MINUTE
    while moment <= facts.at + LONGEST:
        refusing = next((row for row in rows if _refuses(row, facts, moment)), None)
        if refusing is None:
            return moment.astimezone(instant_and_offset(_object(line)["at"])[1])
        if rows[0] is not refusing:
            rows.remove(refusing)
            rows.insert(0, refusing)
        moment += MINUTE
    return None
