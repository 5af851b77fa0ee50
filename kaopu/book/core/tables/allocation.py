"""Advanced payment allocation: past due, then due, then in advance, each component as the product orders it.

Horizontal processing settles one instalment before the next; vertical processing settles one component over all
instalments before the next component.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from kaopu.book.core.tables.instalment import Component, Instalment
from kaopu.book.core.tables.interest_upkeep import due_amounts, pay_interest, pay_principal
from kaopu.book.core.tables.settings import AllocationRule, DueState, Future, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.book.core.tables.loan_state import LoanState, Payment

# A pass that changes nothing ends the work; the bound only guards against a rule that would turn in circles.
_PASSES_PER_INSTALMENT = 100


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one amount is used on: the loan, the payment, and the instalments that a pass leaves out from now on."""

    loan: LoanState
    payment: Payment
    skipped: set[int]


def allocate(loan: LoanState, payment: Payment, amount: int, rule: AllocationRule) -> int:
    """Use an amount by a rule; returns what found no place."""
    if loan.settings.vertical:
        for target in rule.order:
            amount = _one_group(loan, payment, amount, [target], rule.future)
        return amount
    for _, targets in groupby(_grouped(rule.order), key=lambda target: target[0]):
        amount = _one_group(loan, payment, amount, list(targets), rule.future)
    return amount


def _grouped(order: Sequence[Target]) -> list[Target]:
    """Targets of one due state together, in the order in which the states are first named."""
    states = list(dict.fromkeys(state for state, _ in order))
    return sorted(order, key=lambda target: states.index(target[0]))


def _one_group(loan: LoanState, payment: Payment, amount: int, targets: Sequence[Target], future: Future) -> int:
    turn = _Turn(loan, payment, set())
    for _ in range(_PASSES_PER_INSTALMENT * max(1, len(loan.instalments))):
        if amount <= 0 or all(i.is_settled for i in loan.instalments):
            break
        before = amount
        chosen = _choose(turn, targets, future)
        if not chosen:
            break
        for state, component in targets:
            amount = _spread(turn, amount, chosen, (state, component))
        newly_skipped = any(id(i) in turn.skipped for i in chosen)
        if amount == before and not (newly_skipped and future in {Future.LAST, Future.NEXT_LAST}):
            break
    return amount


def _choose(turn: _Turn, targets: Sequence[Target], future: Future) -> list[Instalment]:
    """The instalments whose turn it is; all targets of a call share their due state."""
    loan, payment, state = turn.loan, turn.payment, targets[0][0]
    wanted = {component for _, component in targets} if loan.settings.vertical else set()

    def is_open(instalment: Instalment) -> bool:
        if wanted:
            return any(instalment.outstanding(component) > 0 for component in wanted)
        return not instalment.is_settled

    if state is DueState.PAST_DUE:
        return [i for i in loan.instalments if is_open(i) and payment.on > i.due_on][:1]
    if state is DueState.DUE:
        return [i for i in loan.instalments if is_open(i) and payment.on == i.due_on][:1]
    coming = [i for i in loan.instalments if payment.on < i.due_on]
    still_open = [i for i in coming if is_open(i)]
    if future is Future.NEXT:
        return still_open[:1]
    if future is Future.REAMORTIZATION:
        return still_open
    if future is Future.NEXT_LAST:
        running = [i for i in still_open if payment.on >= i.start]
        if running:
            return running
    if loan.follows_interest:
        still_open = [i for i in coming if is_open(i) or (i.total_charged == 0 and id(i) not in turn.skipped)]
    return still_open[-1:]


def _spread(turn: _Turn, amount: int, chosen: Sequence[Instalment], target: Target) -> int:
    if target[0] is not DueState.IN_ADVANCE:
        return amount - _settle(turn, chosen[0], target, amount)
    parts = _even_parts(amount, len(chosen))
    for instalment, part in zip(chosen, parts, strict=True):
        amount -= _settle(turn, instalment, target, part)
    return amount


def _even_parts(amount: int, count: int) -> list[int]:
    """Equal parts, halves to even, the difference with the last; rounded down where the last would fall below zero."""
    share = Decimal(amount) / count
    part = int(share.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    if amount - part * (count - 1) < 0:
        part = int(share.quantize(Decimal(1), rounding=ROUND_DOWN))
    return [part] * (count - 1) + [amount - part * (count - 1)]


def _settle(turn: _Turn, instalment: Instalment, target: Target, amount: int) -> int:
    """Pay one component of one instalment, and let the interest side follow."""
    loan, payment, (state, component) = turn.loan, turn.payment, target
    period = loan.period_of(instalment) if loan.follows_interest else None
    if period is None or loan.model is None:
        if loan.follows_interest:
            turn.skipped.add(id(instalment))
        return _use(payment, instalment, component, amount)
    on = payment.on
    if state is DueState.IN_ADVANCE:
        if loan.counts_to_due_day and instalment.start < on <= instalment.due_on:
            on = instalment.due_on
        principal, interest = due_amounts(loan.model, loan.model.periods.index(period), on)
        if principal == 0 and interest == 0:
            turn.skipped.add(id(instalment))
        if component is Component.PRINCIPAL:
            instalment.charged[component] = principal
        elif component is Component.INTEREST:
            instalment.charged[component] = interest
    used = _use(payment, instalment, component, amount)
    if component is Component.PRINCIPAL:
        pay_principal(loan.model, period, on, used)
        loan.take_over_dues(payment.on)
    elif component is Component.INTEREST:
        pay_interest(loan.model, period, on, used)
        loan.take_over_dues(payment.on)
    return used


def _use(payment: Payment, instalment: Instalment, component: Component, amount: int) -> int:
    used = instalment.pay(component, amount, payment.on)
    payment.used[component] += used
    return used
