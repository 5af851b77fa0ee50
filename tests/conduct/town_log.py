"""What really happened in the town, from its own log, and the oracle's verdict on everything that left the house.

A permit that was issued and not used left nothing: it is no part of this. What was told while a message was on its way
(an outcome, a call from the person, a switch) may or may not have been seen; a message is forbidden when every order of
those events refuses it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

from kaopu.conduct.holiday_days import holidays
from tests.conduct import oracle


@dataclass
class Event:
    """Something told to the system between two instants: only the order within them is open."""

    before: object
    after: object

    def seen(self, at):
        """What may have been seen at an instant: yes, no, or either."""
        return (True,) if self.after <= at else (False,) if at < self.before else (True, False)


@dataclass
class Left:
    """A message that left, a call of the person, or a call of another system."""

    at: object
    ask: object
    outcome: str = "pending"
    told: Event | None = None  # when its outcome was told
    came: Event | None = None  # when the entry itself was told (a call of the person)
    message: object = None

    def states(self, at):
        """(outcome or None, …): as which entry it may have been seen."""
        if self.came is not None:
            return [self.outcome if yes else None for yes in self.came.seen(at)]
        if self.told is None or self.outcome == "pending":
            return [self.outcome]
        return [self.outcome if yes else "pending" for yes in self.told.seen(at)]

    def entry(self, outcome, episode):
        ask = self.ask
        return {
            "at": self.at.isoformat(), "person": ask.person, "role": ask.role, "channel": ask.channel,
            "number": ask.number, "purpose": ask.purpose, "outcome": outcome, "caller": ask.caller, "episode": episode,
        }  # fmt: skip


@dataclass
class Judgement:
    """What the oracle said of all that left."""

    sent: int = 0
    forbidden: list[str] = field(default_factory=list)
    open_orders: int = 0
    by_purpose: dict[str, int] = field(default_factory=dict)


def judged(town, left, switches):
    """Every message that left, judged by the oracle at the instant at which its permit was used."""
    found, by_household = Judgement(), {}
    for each in sorted(left, key=lambda one: one.at):
        by_household.setdefault(town.where[each.ask.debtor][0], []).append(each)
    for household, entries in by_household.items():
        for place, each in enumerate(entries):
            if each.message is not None:
                _judge(town, household, entries[:place], each, switches, found)
    return found


def _judge(town, household, earlier, each, switches, found):
    lines = _lines(town, household, earlier, each, switches)
    found.sent += 1
    found.by_purpose[each.ask.purpose] = found.by_purpose.get(each.ask.purpose, 0) + 1
    found.open_orders += len(lines) > 1
    verdicts = [oracle.judge(line) for line in lines]
    if not any(verdict.allowed for verdict in verdicts):
        refused = [rule for rule, verdict in verdicts[0].rules if verdict == "refuse"]
        found.forbidden.append(f"{each.at} {each.ask}: {', '.join(refused)}")


def _lines(town, household, earlier, each, switches):
    at, ask = each.at, each.ask
    line = {
        "id": "left", "at": at.isoformat(), "jurisdictions": list(ask.jurisdictions), "profile": ask.profile,
        "product": ask.product, "segment": ask.segment, "purpose": ask.purpose, "channel": ask.channel,
        "content": ask.content, "caller": ask.caller, "number": ask.number,
        "person": {**town.person(*town.where[ask.person], at), "id": ask.person, "role": ask.role},
        "debtor": {**town.debtor(household, at), "id": ask.debtor}, "episode": town.episode(household),
        "holidays": holidays(ask.jurisdictions, at.date()),
    }  # fmt: skip
    states = [one.states(at) for one in earlier]
    off = [(name, event.seen(at)) for name, event in switches.items()]
    lines = []
    for pick in product(*states, *(seen for _, seen in off)):
        entries = [one.entry(state, _episode(town, one)) for one, state in zip(earlier, pick, strict=False) if state]
        gone = {name for (name, _), is_off in zip(off, pick[len(earlier) :], strict=True) if is_off}
        on = [name for name in ("CN", "US", "IN") if name not in gone]
        lines.append({**line, "history": entries, "switches": {"contact_outreach": on}})
    return lines


def _episode(town, one):
    # Conduct files every attempt of its own under the household's episode; others' calls and calls in have none.
    return town.episode(town.where[one.ask.debtor][0])["id"] if one.message is not None else None
