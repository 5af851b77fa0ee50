"""May this person be reached now? All rules in play are asked; one refusal is enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kaopu.conduct.core.case import Case, Moment
from kaopu.conduct.core.instants import micros
from kaopu.conduct.core.judging import facts_problem, ready
from kaopu.conduct.core.words import say

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.core.facts import Facts, Request
    from kaopu.conduct.core.kinds.kind import Finding
    from kaopu.conduct.core.rulebook import Rulebook

FACTS = "FACTS"


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What one rule said, with the figures that it said it for."""

    id: str
    verdict: Literal["pass", "refuse"]
    finding: Finding

    @property
    def why(self) -> str:
        """The reason as an English sentence."""
        return say(self.finding, "en")

    def why_in(self, language: str) -> str:
        """The reason as a sentence in `en` or `zh`."""
        return say(self.finding, language)


@dataclass(frozen=True, slots=True)
class Permit:
    """Every rule that applies passes; `disclosure` is the content granted."""

    rules: tuple[RuleVerdict, ...]
    disclosure: str
    allowed: Literal[True] = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """At least one rule refuses, or a fact that a rule needs is missing or malformed (then FACTS alone)."""

    rules: tuple[RuleVerdict, ...]
    disclosure: None = None
    allowed: Literal[False] = False

    @property
    def for_want_of_facts(self) -> bool:
        """True when no rule could be asked."""
        return len(self.rules) == 1 and self.rules[0].id == FACTS


def permit(request: Request, facts: Facts, rulebook: Rulebook, at: datetime) -> Permit | Refusal:
    """Judge a wish at an instant. Entries of history after `at` are ignored, one exactly at `at` counts.

    The rows and their meaning: permit-facts.md. A missing or malformed fact that a rule in play needs refuses.
    """
    play = rulebook.play(request, facts)
    problem = facts_problem(request, facts, rulebook, play.needs)
    if problem is not None:
        return no_facts(problem)
    cut = micros(at)
    case = Case(request, facts, cut)
    moment = Moment(case, cut)
    verdicts = []
    refused = False
    for rule in ready(case, play.rules):
        finding = rule.finding(moment)
        if finding is not None:
            refused = refused or finding.holds
            verdicts.append(RuleVerdict(rule.rule.id, "refuse" if finding.holds else "pass", finding))
    return Refusal(tuple(verdicts)) if refused else Permit(tuple(verdicts), request.content)


def no_facts(why: str) -> Refusal:
    """The refusal for want of facts, naming the fields."""
    from kaopu.conduct.core.kinds.kind import Finding

    return Refusal((RuleVerdict(FACTS, "refuse", Finding(True, "facts", (why,))),))
