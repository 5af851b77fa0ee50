"""To which debts a receipt belongs: ordered rules, each with its reason. Unknown is never yes: what is doubtful waits.

1. The text names exactly one debt, in the receipt's currency, begun, neither settled nor transferred: all goes there.
   A text that names debts and does not pass is held; no later rule guesses against it.
2. The payer's account or phone is known for exactly one party, and the amount is exactly what is due on one of its
   debts (by the day, or with the instalment of the next days), or on all of them together: the oldest first.
3. For such a party, the amount is exactly all that is owed on one debt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.receipts.core.why import Rule, Why

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEBTS_MOST = 50  # of one payer; with more, a coincidence of amounts is likelier than a payment


@dataclass(frozen=True, slots=True)
class DebtFacts:
    """A debt on the receipt's day, in minor units.

    `due_now` is asked by the day, `due_soon` with the instalment that falls due in the next days.
    """

    debt_id: int
    party_id: int
    currency: str
    begun: bool
    settled: bool
    transferred: bool
    due_now: int
    due_soon: int
    days_past_due: int
    owed: int

    @property
    def open(self) -> bool:
        """Whether money may be expected on it."""
        return self.begun and not self.settled and not self.transferred


@dataclass(frozen=True, slots=True)
class Named:
    """Debts that the text names. `unknown`: D-99 that no debt is; `doubtful`: ids that may be other words."""

    debts: tuple[int, ...] = ()
    unknown: bool = False
    doubtful: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Payer:
    """Parties that the payer's account or phone leads to, those that hold the payer's name, and the debts of both."""

    parties: tuple[int, ...] = ()
    by_name: tuple[int, ...] = ()
    debts: Mapping[int, tuple[int, ...]] | None = None

    def debts_of(self, parties: Sequence[int]) -> tuple[int, ...]:
        """Numbers of all debts of some parties."""
        return tuple(debt for party in parties for debt in (self.debts or {}).get(party, ()))


@dataclass(frozen=True, slots=True)
class Part:
    """Money to one debt, minor units."""

    debt_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class Match:
    """The receipt belongs here. The parts add up to the receipt."""

    rule: Rule
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """The receipt waits: why, and the debts that a person may look at first."""

    why: Why
    candidates: tuple[int, ...] = ()


def match(amount: int, currency: str, named: Named, payer: Payer, debts: Mapping[int, DebtFacts]) -> Match | Held:
    """The decision. `debts` holds the facts of every debt that `named` and `payer` mention, as far as it exists."""
    if named.debts or named.unknown:
        return _by_name_of_debt(amount, currency, named, debts)
    if len(payer.parties) > 1:
        return Held(Why.PAYER_OF_SEVERAL, payer.debts_of(payer.parties)[:DEBTS_MOST])
    if payer.parties:
        return _by_payer(amount, currency, payer, debts)
    if named.doubtful:
        return Held(Why.NAME_IS_DOUBTFUL, named.doubtful)
    if len(payer.by_name) == 1 and (found := payer.debts_of(payer.by_name)):
        return Held(Why.NAME_ALONE, found[:DEBTS_MOST])
    return Held(Why.NOTHING_KNOWN)


def _by_name_of_debt(amount: int, currency: str, named: Named, debts: Mapping[int, DebtFacts]) -> Match | Held:
    if named.unknown:
        return Held(Why.NAMED_DEBT_UNKNOWN, named.debts)
    if len(named.debts) > 1:
        return Held(Why.SEVERAL_DEBTS_NAMED, named.debts)
    debt = debts[named.debts[0]]
    why = closed(debt, currency)
    return Held(why, named.debts) if why else Match(Rule.DEBT_NAMED, (Part(debt.debt_id, amount),))


def closed(debt: DebtFacts, currency: str) -> Why | None:
    """Why no rule may put money of `currency` on a debt; None: it may."""
    if debt.currency != currency:
        return Why.OTHER_CURRENCY
    if not debt.begun:
        return Why.DEBT_NOT_BEGUN
    if debt.transferred:
        return Why.DEBT_TRANSFERRED
    return Why.DEBT_SETTLED if debt.settled else None


def _by_payer(amount: int, currency: str, payer: Payer, debts: Mapping[int, DebtFacts]) -> Match | Held:
    numbers = payer.debts_of(payer.parties)
    if len(numbers) > DEBTS_MOST:
        return Held(Why.TOO_MANY_DEBTS)
    found = [debts[number] for number in numbers if number in debts]
    mine = sorted(
        (debt for debt in found if debt.open and debt.currency == currency),
        key=lambda debt: (-debt.days_past_due, debt.debt_id),
    )
    if not mine:
        return Held(Why.NO_OPEN_DEBT, numbers)
    answers = _answers(amount, mine)
    candidates = tuple(debt.debt_id for debt in mine)
    if len(answers) == 1:
        return answers[0]
    return Held(Why.AMOUNT_FITS_SEVERAL if answers else Why.AMOUNT_FITS_NOTHING, candidates)


def _answers(amount: int, mine: Sequence[DebtFacts]) -> list[Match]:
    """All ways in which the amount fits what is due; where it fits none, all in which it settles one debt."""
    ways = [
        Match(Rule.PAYER_DUE, (Part(debt.debt_id, amount),)) for debt in mine if amount in {debt.due_now, debt.due_soon}
    ]
    now = tuple(Part(debt.debt_id, debt.due_now) for debt in mine if debt.due_now)
    soon = tuple(Part(debt.debt_id, debt.due_soon) for debt in mine if debt.due_soon)
    together = {parts for parts in (now, soon) if len(parts) > 1 and sum(part.amount for part in parts) == amount}
    ways += [Match(Rule.PAYER_ALL_DUE, parts) for parts in together]
    if ways:
        return ways
    return [Match(Rule.PAYER_SETTLES, (Part(debt.debt_id, amount),)) for debt in mine if debt.owed == amount]
