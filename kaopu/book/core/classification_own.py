"""What the facts of one debt say of its class, apart from the obligor's other debts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.book.core.classification import class_reason
from kaopu.book.core.classification_rules import (
    NON_PERFORMING_DAYS,
    OBSERVED_DUES,
    OBSERVED_MONTHS,
    RESTRUCTURED_DUES,
    RESTRUCTURED_MONTHS,
    RULE_IMPAIRED,
    RULE_OBSERVED,
    RULE_RESTRUCTURED,
    UPGRADE_2023,
    HeldRule,
    held,
)
from kaopu.book.core.month_day import on_day

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class DebtFacts:
    """One debt at the end of a day: columns of its position, facts of docs/snapshot.md and its rules for classes.

    `owed` is what the obligor owes on it in minor units, written-off claims included. The two `…_proven_on` are days
    after the last time non-performing or restructured at which the observation is known to have been complete.
    """

    debt_id: int
    obligors: frozenset[int]
    currency: str
    owed: int
    class_by_days: int
    rule_by_days: int
    days_past_due: int
    is_charged_off: bool = False
    contractual_days_past_due: int = 0
    non_performing_on: date | None = None
    cleared_on: date | None = None
    restructured_on: date | None = None
    dues_since_cleared: int = 0
    dues_since_restructured: int = 0
    first_due_since_restructured: date | None = None
    upgrade: int = 0
    retail: bool = True
    credit_impaired: bool = False
    upgrade_proven_on: date | None = None
    restructured_proven_on: date | None = None

    @property
    def last_trouble_on(self) -> date | None:
        """The last day restructured or non-performing, whichever is later."""
        return max((day for day in (self.restructured_on, self.non_performing_on) if day is not None), default=None)

    @property
    def is_judged(self) -> bool:
        """Whether anything is left to classify beyond the ladder: settled, sold and zero debts are not."""
        return self.owed > 0

    @property
    def follows_obligor(self) -> bool:
        """Whether the obligor's other debts show in its class."""
        return self.is_judged and not self.retail

    @property
    def was_non_performing(self) -> bool:
        """Once over 90 days past due, no longer, and under rules that ask for an observation."""
        return (
            self.upgrade == UPGRADE_2023
            and self.non_performing_on is not None
            and self.days_past_due <= NON_PERFORMING_DAYS
            and self.is_judged
            and not self.is_charged_off
        )


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last day."""
    return on_day(day.year, day.month - 1 + months, day.day)


def is_clear(facts: DebtFacts) -> bool:
    """Nothing past due, by contract neither: a pause, a dispute or re-ageing pays no arrears."""
    return facts.days_past_due == 0 and facts.contractual_days_past_due == 0


def upgrade_complete(facts: DebtFacts, as_of: date) -> bool:
    """Whether the current observation after the last time non-performing is complete on the day itself."""
    cleared, last = facts.cleared_on, facts.non_performing_on
    if last is None:
        return True
    return (
        cleared is not None
        and cleared > last
        and is_clear(facts)
        and facts.dues_since_cleared >= OBSERVED_DUES
        and as_of >= months_after(cleared, OBSERVED_MONTHS)
    )


def restructuring_complete(facts: DebtFacts, as_of: date) -> bool:
    """Whether the current observation of the last restructuring is complete on the day itself.

    It begins on the first due day under the new terms, and anew when arrears that came later were cleared.
    """
    first = facts.first_due_since_restructured
    if facts.restructured_on is None:
        return True
    if first is None or not is_clear(facts):
        return False
    begun, periods = first, facts.dues_since_restructured - 1  # the first due day begins it
    if facts.cleared_on is not None and facts.cleared_on > first:
        begun, periods = facts.cleared_on, facts.dues_since_cleared
    return periods >= RESTRUCTURED_DUES and as_of >= months_after(begun, RESTRUCTURED_MONTHS)


def needs_upgrade_observation(facts: DebtFacts, as_of: date) -> bool:
    """Whether the debt is still held at substandard after the last time non-performing."""
    if not facts.was_non_performing or facts.non_performing_on is None:
        return False
    proven = facts.upgrade_proven_on
    return not (upgrade_complete(facts, as_of) or (proven is not None and proven > facts.non_performing_on))


def needs_restructuring_observation(facts: DebtFacts, as_of: date) -> bool:
    """Whether the debt is still observed after its last restructuring."""
    if facts.upgrade != UPGRADE_2023 or facts.restructured_on is None or facts.is_charged_off or not facts.is_judged:
        return False
    proven, last = facts.restructured_proven_on, facts.last_trouble_on
    return not (restructuring_complete(facts, as_of) or (proven is not None and last is not None and proven > last))


def own_rules(facts: DebtFacts, as_of: date) -> list[HeldRule]:
    """Every rule that holds by the debt's own facts, the ladder's first."""
    by_days = class_reason(facts.rule_by_days, facts.days_past_due)
    rules = [HeldRule(facts.rule_by_days, facts.class_by_days, {"days_past_due": facts.days_past_due}, by_days)]
    if facts.credit_impaired and facts.is_judged:
        rules.append(held(RULE_IMPAIRED))
    if needs_upgrade_observation(facts, as_of):
        rules.append(held(RULE_OBSERVED, **_observed(facts)))
    if needs_restructuring_observation(facts, as_of):
        rules.append(held(RULE_RESTRUCTURED, restructured_on=facts.restructured_on, observed=_restructured(facts)))
    return rules


def _observed(facts: DebtFacts) -> dict[str, Any]:
    cleared, last = facts.cleared_on, facts.non_performing_on
    words = "arrears are not paid"
    if is_clear(facts) and cleared is not None and last is not None and cleared > last:
        words = f"cleared on {cleared}, {facts.dues_since_cleared} due days since"
    return {"non_performing_on": last, "cleared": words}


def _restructured(facts: DebtFacts) -> str:
    first = facts.first_due_since_restructured
    if first is None:
        return "no due day under the new terms is known"
    if not is_clear(facts):
        return "arrears are not paid, which begins the observation anew"
    if facts.cleared_on is not None and facts.cleared_on > first:
        return f"begun anew when arrears were cleared on {facts.cleared_on}, {facts.dues_since_cleared} due days since"
    return f"first due on {first}, {facts.dues_since_restructured} due days so far"
