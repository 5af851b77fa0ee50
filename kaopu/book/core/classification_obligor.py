"""The class of a debt with what its obligors owe beside it, here and elsewhere: every rule that holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from kaopu.book.core.classification import CLASSES
from kaopu.book.core.classification_own import DebtFacts, needs_upgrade_observation, own_rules
from kaopu.book.core.classification_rules import (
    NON_PERFORMING_DAYS,
    NON_PERFORMING_FROM,
    RULE_ELSEWHERE,
    RULE_NOT_TOLD_ELSEWHERE,
    RULE_OBLIGOR_IMPAIRED,
    RULE_OTHER_DEBT,
    RULE_SHARE_EVERYWHERE,
    RULE_SHARE_HERE,
    SHARE_EVERYWHERE_PERCENT,
    SHARE_HERE_PERCENT,
    HeldRule,
    binding_first,
    held,
    percent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What an obligor owes at other lenders in one currency, minor units: in all, and over 90 days past due."""

    owed: int
    over_90: int


# By obligor and currency.
Told: TypeAlias = "Mapping[tuple[int, str], Elsewhere]"
ByObligor: TypeAlias = "dict[tuple[int, str], list[DebtFacts]]"
Rules: TypeAlias = "Mapping[int, list[HeldRule]]"


@dataclass(frozen=True, slots=True)
class Classification:
    """The class of one debt and every rule that holds for it, the binding ones first."""

    class_code: int
    rules: tuple[HeldRule, ...]
    notes: tuple[str, ...] = ()

    @property
    def class_(self) -> str:
        """One of the five classes."""
        return CLASSES[self.class_code]

    @property
    def binding(self) -> HeldRule:
        """The rule that lists show."""
        return self.rules[0]

    def as_json(self) -> list[dict[str, object]]:
        """`class_rules` of `kaopu book position`."""
        return [
            {
                "code": rule.code,
                "class": CLASSES[rule.floor],
                "binding": rule.floor == self.class_code,
                "sentence": rule.sentence,
            }
            for rule in self.rules
        ]


def classify(debts: Iterable[DebtFacts], as_of: date, elsewhere: Told | None = None) -> dict[int, Classification]:
    """The class of every debt by its number, each with all debts here of all its obligors among `debts`.

    `elsewhere` is by obligor and currency; what it does not hold is not known, and what is not known makes nothing
    better. Currencies are never added up: a share over its limit in one of them is enough.
    """
    known, told = list(debts), elsewhere or {}
    rules = {debt.debt_id: own_rules(debt, as_of) for debt in known}
    by_obligor: ByObligor = {}
    for debt in known:
        for obligor in debt.obligors:
            by_obligor.setdefault((obligor, debt.currency), []).append(debt)
    impaired = {obligor for debt in known if debt.credit_impaired and debt.is_judged for obligor in debt.obligors}
    notes = {debt.debt_id: _add_hindrances(debt, as_of, impaired, told, rules[debt.debt_id]) for debt in known}
    _add_shares_everywhere(by_obligor, told, rules)
    _spread(by_obligor, rules)
    _add_special_mention(by_obligor, told, rules)
    return {debt.debt_id: _classification(rules[debt.debt_id], notes[debt.debt_id]) for debt in known}


def _classification(rules: list[HeldRule], notes: tuple[str, ...]) -> Classification:
    ordered = binding_first(rules)
    return Classification(ordered[0].floor, ordered, notes)


def _floor(rules: Sequence[HeldRule]) -> int:
    return max(rule.floor for rule in rules)


def _is_bad(debt: DebtFacts, rules: Rules) -> bool:
    return _floor(rules[debt.debt_id]) >= NON_PERFORMING_FROM


def _add_shares_everywhere(by_obligor: ByObligor, told: Told, rules: Rules) -> None:
    for (obligor, currency), outside in told.items():
        debts = by_obligor.get((obligor, currency), [])
        owed = sum(debt.owed for debt in debts) + outside.owed
        late = sum(debt.owed for debt in debts if debt.days_past_due > NON_PERFORMING_DAYS) + outside.over_90
        if late * 100 <= owed * SHARE_EVERYWHERE_PERCENT:
            continue
        figures = {"obligor": obligor, "currency": currency, "late": late, "owed": owed, "percent": percent(late, owed)}
        for debt in debts:
            if debt.follows_obligor:
                rules[debt.debt_id].append(held(RULE_SHARE_EVERYWHERE, **figures))


def _spread(by_obligor: ByObligor, rules: Rules) -> None:
    """Contagion until nothing changes: a debt with two obligors carries it from one to the other.

    Each round looks at the classes of the round before, so the order of debts never shows.
    """
    waiting = dict(by_obligor)
    while over := [
        (pair, debts, figures) for pair, debts in waiting.items() if (figures := _share_here(pair, debts, rules))
    ]:
        for pair, debts, figures in over:
            del waiting[pair]
            for debt in debts:
                if debt.follows_obligor:
                    rules[debt.debt_id].append(held(RULE_SHARE_HERE, **figures))


def _share_here(pair: tuple[int, str], debts: Sequence[DebtFacts], rules: Rules) -> dict[str, Any] | None:
    """The share that is non-performing, where it is over the limit."""
    owed = sum(debt.owed for debt in debts)
    bad = sum(debt.owed for debt in debts if _is_bad(debt, rules))
    return _figures(pair, bad, owed) if bad * 100 > owed * SHARE_HERE_PERCENT else None


def _figures(pair: tuple[int, str], bad: int, owed: int) -> dict[str, Any]:
    return {
        "obligor": pair[0],
        "currency": pair[1],
        "non_performing": bad,
        "owed": owed,
        "percent": percent(bad, owed),
    }


def _add_special_mention(by_obligor: ByObligor, told: Told, rules: Rules) -> None:
    """A non-performing debt of the obligor, here or elsewhere, in whatever currency."""
    of_obligor: dict[int, list[DebtFacts]] = {}
    for pair, debts in by_obligor.items():
        of_obligor.setdefault(pair[0], []).extend(debts)
    for (obligor, currency), debts in by_obligor.items():
        owed, bad = sum(debt.owed for debt in debts), [debt for debt in debts if _is_bad(debt, rules)]
        for debt in of_obligor[obligor] if bad else ():
            others = sum(each.owed for each in bad if each.debt_id != debt.debt_id)
            if debt.follows_obligor and others:
                rules[debt.debt_id].append(held(RULE_OTHER_DEBT, **_figures((obligor, currency), others, owed)))
    for (obligor, currency), outside in told.items():
        for debt in of_obligor.get(obligor, []) if outside.over_90 else ():
            if debt.follows_obligor:
                figures = {"late": outside.over_90, "owed": outside.owed}
                rules[debt.debt_id].append(held(RULE_ELSEWHERE, obligor=obligor, currency=currency, **figures))


def _add_hindrances(
    debt: DebtFacts,
    as_of: date,
    impaired: set[int],
    told: Told,
    rules: list[HeldRule],
) -> tuple[str, ...]:
    """What keeps a debt observed in full from an upgrade; and what is not known, said."""
    observed = debt.was_non_performing and not needs_upgrade_observation(debt, as_of)
    if observed and debt.obligors & impaired:
        rules.append(held(RULE_OBLIGOR_IMPAIRED))
    if not debt.follows_obligor:
        return ()
    unknown = sorted(obligor for obligor in debt.obligors if (obligor, debt.currency) not in told)
    if not unknown:
        return ()
    if observed:
        rules.append(held(RULE_NOT_TOLD_ELSEWHERE))
    names = ", ".join(str(obligor) for obligor in unknown)
    return (
        f"What obligor {names} owes other lenders in {debt.currency} is not known; the 20 % rule is not judged on it",
    )
