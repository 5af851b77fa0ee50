"""What differs between two rulebooks, rule by rule and part by part."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from kaopu.conduct.core.words import hours_text

if TYPE_CHECKING:
    from kaopu.conduct.core.kinds.kind import Kind
    from kaopu.conduct.core.rulebook import Rule, Rulebook, Scope


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part of a rule before and after, as text."""

    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that was added, removed or changed. `judges`: verdicts may differ, not only the words around them."""

    id: str
    change: Literal["added", "removed", "changed"]
    judges: bool
    parts: tuple[PartChange, ...]


def judges_the_same(one: Rule, other: Rule) -> bool:
    """True when both give the same verdict on every line: only words may differ."""
    return _judging(one) == _judging(other)


def rule_changes(old: Rulebook, new: Rulebook) -> list[RuleChange]:
    """Removed and changed rules in the old order, then those that were added."""
    found = [_change(rule, new.by_id.get(rule.id)) for rule in old.rules]
    added = [
        RuleChange(rule.id, "added", rule.enforced, _parts({}, rule_parts(rule)))
        for rule in new.rules
        if rule.id not in old.by_id
    ]
    return [change for change in found if change is not None] + added


def rule_parts(rule: Rule) -> dict[str, str]:
    """A rule as named texts, in the order in which a pack writes them."""
    source = rule.source
    shown: dict[str, Any] = {
        "position": rule.position, "jurisdiction": source.jurisdiction, "instrument": source.instrument,
        "article": source.article, "in_force_from": source.in_force_from, "in_force_to": source.in_force_to,
        "confidence": source.confidence, "note": source.note, "en": source.en, "zh": source.zh,
        "enforced": rule.enforced, "enforced_by": rule.enforced_by, "dated": rule.dated or None,
        **scope_parts(rule.scope),
    }  # fmt: skip
    for name, kinds in (("when", rule.when), ("refuse", rule.refuse)):
        shown |= {
            f"{name}[{number}].{part}": text for number, kind in enumerate(kinds) for part, text in kind_parts(kind)
        }
    return {name: text_of(value) for name, value in shown.items() if value not in (None, "", ())}


def scope_parts(scope: Scope) -> dict[str, Any]:
    """The parts of a scope that are given."""
    return {part.name: getattr(scope, part.name) or None for part in fields(scope)}


def kind_parts(kind: Kind) -> list[tuple[str, Any]]:
    """The name of a question and its parameters, those that are only defaults left out."""
    given = [(part.name, getattr(kind, part.name)) for part in fields(kind) if getattr(kind, part.name) != part.default]
    shown = [(name, hours_text(value, 0) if name == "hours" else value) for name, value in given]
    return [("kind", kind.name), *shown]


def text_of(value: object) -> str:
    """A value as a pack would show it."""
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(str(one) for one in value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _judging(rule: Rule) -> tuple[object, ...]:
    force = (rule.source.in_force_from, rule.source.in_force_to) if rule.dated else None
    return (rule.enforced, rule.scope, rule.when, rule.refuse, force)


def _change(old: Rule, new: Rule | None) -> RuleChange | None:
    before = rule_parts(old)
    if new is None:
        return RuleChange(old.id, "removed", old.enforced, _parts(before, {}))
    parts = _parts(before, rule_parts(new))
    return RuleChange(old.id, "changed", not judges_the_same(old, new), parts) if parts else None


def _parts(before: dict[str, str], after: dict[str, str]) -> tuple[PartChange, ...]:
    names = dict.fromkeys([*before, *after])
    pairs = [PartChange(name, before.get(name, ""), after.get(name, "")) for name in names]
    return tuple(pair for pair in pairs if pair.before != pair.after)
