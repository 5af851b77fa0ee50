"""A line of history judged under two rulebooks: what would have been different."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kaopu.conduct.core.case import Case, Moment
from kaopu.conduct.core.instants import micros
from kaopu.conduct.core.judging import facts_problem, refuses
from kaopu.conduct.core.parse import FactsProblem, parse_line
from kaopu.conduct.core.rule_diff import judges_the_same

if TYPE_CHECKING:
    from kaopu.conduct.core.facts import Facts, Request
    from kaopu.conduct.core.rulebook import Rule, Rulebook

ALLOWED, REFUSED, NO_FACTS = "allowed", "refused", "no-facts"
PASSES, REFUSES, DOES_NOT_APPLY = "pass", "refuse", "does-not-apply"
EXAMPLES = 5


class Shift(NamedTuple):
    """From one verdict to another."""

    before: str
    after: str


@dataclass
class Tally:
    """Counts of lines by verdict before and after, and of the rules that differ; adding two is exact."""

    lines: int = 0
    verdicts: Counter[Shift] = field(default_factory=Counter)
    rules: dict[str, Counter[Shift]] = field(default_factory=lambda: defaultdict(Counter))
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, later: Tally) -> None:
        """Add the tally of later lines."""
        self.lines += later.lines
        self.verdicts.update(later.verdicts)
        for name, shifts in later.rules.items():
            self.rules[name].update(shifts)
        for name, ids in later.examples.items():
            self.examples[name] = [*self.examples[name], *ids][:EXAMPLES]

    def rule_shifted(self, name: str, line: str, shift: Shift) -> None:
        """Count what one rule says of one line; lines on which it changes its mind are named, the first few."""
        self.rules[name][shift] += 1
        if shift.before != shift.after and len(self.examples[name]) < EXAMPLES:
            self.examples[name].append(line)


class _Plays(NamedTuple):
    same: list[Rule]
    before: tuple[Rule, ...]
    after: tuple[Rule, ...]
    needs_before: tuple[str, ...]
    needs_after: tuple[str, ...]


class Rejudge:
    """Judges lines under both rulebooks. Rules that are the same in both are asked once, and only until one refuses."""

    def __init__(self, old: Rulebook, new: Rulebook) -> None:
        self._old = old
        self._new = new
        self._plays: dict[tuple[object, ...], _Plays] = {}
        pairs = [(rule, new.by_id.get(rule.id)) for rule in old.rules if rule.enforced]
        self._same = {rule.id for rule, other in pairs if other is not None and judges_the_same(rule, other)}

    def line(self, text: str | bytes, tally: Tally) -> None:
        """Judge one line and count it."""
        tally.lines += 1
        parsed = parse_line(text)
        if isinstance(parsed, FactsProblem):
            tally.verdicts[Shift(NO_FACTS, NO_FACTS)] += 1
            return
        request, facts = parsed.request, parsed.facts
        plays = self._plays_of(request, facts)
        known_before = facts_problem(request, facts, self._old, plays.needs_before) is None
        known_after = facts_problem(request, facts, self._new, plays.needs_after) is None
        cut = micros(request.at)
        case = Case(request, facts, cut)
        moment = Moment(case, cut)
        same = _refusing(case, moment, plays.same) if known_before or known_after else False
        before = _states(case, moment, plays.before) if known_before else {}
        after = _states(case, moment, plays.after) if known_after else {}
        tally.verdicts[Shift(_verdict(known_before, same, before), _verdict(known_after, same, after))] += 1
        if known_before and known_after:
            for name in before.keys() | after.keys():
                shift = Shift(before.get(name, DOES_NOT_APPLY), after.get(name, DOES_NOT_APPLY))
                tally.rule_shifted(name, request.id, shift)

    def _plays_of(self, request: Request, facts: Facts) -> _Plays:
        sort = self._old.sort_of(request, facts)
        found = self._plays.get(sort)
        if found is None:
            old, new = self._old.play(request, facts), self._new.play(request, facts)
            found = self._plays[sort] = _Plays(
                [rule for rule in old.rules if rule.id in self._same],
                tuple(rule for rule in old.rules if rule.id not in self._same),
                tuple(rule for rule in new.rules if rule.id not in self._same),
                old.needs,
                new.needs,
            )
        return found


def _refusing(case: Case, moment: Moment, rules: list[Rule]) -> bool:
    for place, rule in enumerate(rules):
        if refuses(case, moment, rule):
            rules.insert(0, rules.pop(place))  # what refused one line mostly refuses the next of its sort
            return True
    return False


def _states(case: Case, moment: Moment, rules: tuple[Rule, ...]) -> dict[str, str]:
    found = {}
    for rule in rules:
        refusing = refuses(case, moment, rule)
        if refusing is not None:
            found[rule.id] = REFUSES if refusing else PASSES
    return found


def _verdict(known: bool, same: bool, states: dict[str, str]) -> str:  # noqa: FBT001 - three findings
    if not known:
        return NO_FACTS
    return REFUSED if same or REFUSES in states.values() else ALLOWED
