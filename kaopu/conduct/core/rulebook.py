"""Rules as data, and which of them a wish puts in play."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from kaopu.conduct.core.facts import JURISDICTIONS

if TYPE_CHECKING:
    from datetime import date

    from kaopu.conduct.core.facts import Facts, Request
    from kaopu.conduct.core.kinds.kind import Kind

STRICT = "strict"


@dataclass(frozen=True)
class Scope:
    """Which requests put a rule in play; None is "any". `either`: the jurisdiction or the profile is enough."""

    jurisdictions: frozenset[str] | None = None
    strict_only: bool = False
    either: bool = False
    roles: frozenset[str] | None = None
    purposes: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    contents: frozenset[str] | None = None

    def takes(self, request: Request, role: str) -> bool:
        """True when all parts match."""
        return (
            self._place(request)
            and (self.roles is None or role in self.roles)
            and (self.purposes is None or request.purpose in self.purposes)
            and (self.channels is None or request.channel in self.channels)
            and (self.contents is None or request.content in self.contents)
        )

    def _place(self, request: Request) -> bool:
        here = self.jurisdictions is None or bool(self.jurisdictions & request.jurisdictions)
        strict = request.profile == STRICT
        return (here or strict) if self.either else here and (strict or not self.strict_only)


@dataclass(frozen=True)
class Source:
    """Where a rule comes from, in words: what a page shows and an auditor asks."""

    jurisdiction: str
    instrument: str
    article: str
    in_force_from: date | None
    in_force_to: date | None
    confidence: str
    note: str
    en: str
    zh: str


@dataclass(frozen=True)
class Rule:
    """One row: in play by its scope, applicable when all of `when` hold, refusing when any of `refuse` holds.

    `dated` rules refuse only while they are in force, by the day in the offset of `at`; the others always.
    """

    id: str
    pack: str
    position: int
    scope: Scope
    when: tuple[Kind, ...]
    refuse: tuple[Kind, ...]
    source: Source
    enforced: bool
    enforced_by: tuple[str, ...] = ()
    dated: bool = False

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Paths of all fields that its questions read, each once."""
        return tuple(dict.fromkeys(path for kind in (*self.when, *self.refuse) for path in kind.needs))

    def on(self, channel: str) -> Rule:
        """The rule with only the questions that are asked on a channel; what it needs stays."""
        asked = tuple(kind for kind in self.refuse if kind.channels is None or channel in kind.channels)
        return self if len(asked) == len(self.refuse) else replace(self, refuse=asked)


class Play(NamedTuple):
    """The rules in play, as they are asked on the channel, and the fields that they need together."""

    rules: tuple[Rule, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Rulebook:
    """All rules in the order in which they are listed; those that are not enforced are there to be read."""

    rules: tuple[Rule, ...]
    _plays: dict[tuple[object, ...], Play] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def jurisdictions(self) -> frozenset[str]:
        """Places that can be asked about: those of permit-facts.md and those that an enforced rule names."""
        named = [rule.scope.jurisdictions or frozenset() for rule in self.rules if rule.enforced]
        return frozenset(JURISDICTIONS).union(*named)

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """Rules by id."""
        return {rule.id: rule for rule in self.rules}

    def play(self, request: Request, facts: Facts) -> Play:
        """The enforced rules that a request puts in play; worked out once for each sort of request."""
        sort = self.sort_of(request, facts)
        found = self._plays.get(sort)
        if found is None:
            rules = tuple(rule for rule in self.rules if rule.enforced and rule.scope.takes(request, facts.person.role))
            needs = tuple(dict.fromkeys(path for rule in rules for path in rule.needs))
            found = self._plays[sort] = Play(tuple(rule.on(request.channel) for rule in rules), needs)
        return found

    @staticmethod
    def sort_of(request: Request, facts: Facts) -> tuple[object, ...]:
        """What decides which rules are in play."""
        role = facts.person.role
        return (request.jurisdictions, request.profile, role, request.purpose, request.channel, request.content)
