"""One line put to `kaopu.conduct` and to the oracle; a sentence for every difference."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from kaopu.conduct.core.next_allowed import next_allowed_at
from kaopu.conduct.core.parse import FactsProblem, parse_line
from kaopu.conduct.core.permit import permit
from tests.conduct import oracle
from tests.conduct.random_facts import random_line

MINUTE = timedelta(minutes=1)


@dataclass
class Count:
    """What was compared, and what differed."""

    lines: int = 0
    allowed: int = 0
    facts: int = 0
    rules: int = 0
    checked_next: int = 0
    minutes: int = 0
    answered: int = 0
    different: list[str] = field(default_factory=list)

    def add(self, other):
        for name in ("lines", "allowed", "facts", "rules", "checked_next", "minutes", "answered"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.different += other.different


def judged(text, rulebook):
    """(parsed line or None, allowed, disclosure, [(rule, verdict)], why of FACTS)"""
    parsed = parse_line(text)
    if isinstance(parsed, FactsProblem):
        return parsed, None, False, None, [("FACTS", "refuse")], parsed.why
    answer = permit(parsed.request, parsed.facts, rulebook, parsed.request.at)
    rules = [(each.id, each.verdict) for each in answer.rules]
    why = answer.rules[0].why if rules == [("FACTS", "refuse")] else ""
    return parsed, answer, answer.allowed, answer.disclosure, rules, why


def names_one_of(why, named):
    """Whether a reason names a field: its dotted name, or its last part; of an object that is none, the object."""
    return named == {""} or any(
        name in why or name.split(".")[-1] in why or name.split(".")[0] in why for name in named
    )


def compare(text, rulebook, count):
    """Put one line to both."""
    expected = oracle.judge(text)
    parsed, _, allowed, disclosure, rules, why = judged(text, rulebook)
    number = parsed.id if isinstance(parsed, FactsProblem) else parsed.request.id
    count.lines += 1
    count.allowed += expected.allowed
    count.facts += expected.rules == [("FACTS", "refuse")]
    count.rules += len(expected.rules)
    if (number, allowed, disclosure, rules) != (expected.id, expected.allowed, expected.disclosure, expected.rules):
        count.different.append(_told(text, expected, (number, allowed, disclosure, rules, why)))
    elif rules == [("FACTS", "refuse")] and not names_one_of(why, expected.named):
        count.different.append(f"FACTS names none of {sorted(expected.named)}: {why!r}\n{text}")


def _told(text, expected, found):
    number, allowed, disclosure, rules, why = found
    only = [f"oracle {pair}" for pair in expected.rules if pair not in rules]
    only += [f"kaopu {pair}" for pair in rules if pair not in expected.rules]
    head = f"allowed {allowed} (oracle {expected.allowed}), id {number!r}, {disclosure!r}, {why!r}"
    return f"{head}: {'; '.join(only) or 'another order'} {sorted(expected.named)}\n{text}"


def compare_next(text, rulebook, count):
    """`next_allowed_at` by trying every minute: equal instants, written in the offset of `at`."""
    parsed = parse_line(text)
    found = next_allowed_at(parsed.request, parsed.facts, rulebook, parsed.request.at)
    expected = oracle.next_allowed_at(text)
    count.minutes += 1
    count.answered += expected is not None
    same = found == expected and (found is None or found.utcoffset() == expected.utcoffset())
    if not same:
        count.different.append(f"next {found} (oracle {expected})\n{text}")


def check_next(text, rulebook, count):
    """Cheaper: the instant given is allowed and the minute before it is not (with None nothing is checked)."""
    parsed = parse_line(text)
    found = next_allowed_at(parsed.request, parsed.facts, rulebook, parsed.request.at)
    count.checked_next += 1
    if found is None:
        return
    before = found - MINUTE
    early = before > parsed.request.at and oracle.allowed_at(text, before)
    if early or not oracle.allowed_at(text, found) or found.second or found.microsecond:
        count.different.append(f"next {found} is too {'late' if early else 'early'}\n{text}")


def refused_lines(seed, start):
    """The lines from an index on that a rule, not FACTS, refuses."""
    index = start
    while True:
        text = random_line(seed, index)
        verdict = oracle.judge(text)
        if not verdict.allowed and verdict.rules != [("FACTS", "refuse")]:
            yield text
        index += 1


def searched_lines(rulebook, seed, start):
    """Refused lines, four in five of which kaopu has an instant for: most others are never let through."""
    for place, text in enumerate(refused_lines(seed, start)):
        parsed = parse_line(text)
        if place % 25 == 0 or next_allowed_at(parsed.request, parsed.facts, rulebook, parsed.request.at) is not None:
            yield text
