"""What happens on one made-up account: each borrower has a habit of paying."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kaopu.revolving.core.posting import Posting as CorePosting
from kaopu.revolving.core.posting import PostingKind
from kaopu.revolving.core.replay import walk_to
from kaopu.revolving.core.statement_days import statement_days

if TYPE_CHECKING:
    from random import Random

    from kaopu.revolving.core.cycle import Cycle
    from kaopu.revolving.core.terms import Terms
    from kaopu.revolving.core.walk import Walk

ACCOUNTS = 240
# Habit: weight, first and last day on which it pays, counted from the due day
HABITS: dict[str, tuple[int, tuple[int, int]]] = {
    "full": (34, (-9, 0)),
    "minimum": (20, (-6, 0)),
    "less": (7, (-4, 0)),
    "late": (10, (1, 9)),
    "stops": (8, (-6, 0)),
    "cash": (8, (-5, 0)),
    "instalments": (7, (-6, -1)),
    "returns": (4, (-3, 0)),
    "ahead": (2, (-9, -2)),
}
MEANT_LATE = 14  # of the accounts, so many have a payment that became known after its statement was sent
BOUNCED = 4


@dataclass(slots=True)
class Life:
    """What happens on one account; `late` becomes known after the last statement but one."""

    postings: list[CorePosting] = field(default_factory=list)
    late: list[CorePosting] = field(default_factory=list)
    bounced: int | None = None  # place in `postings` of a payment that is taken back


def life(chance: Random, terms: Terms, opened_on: date, end: date, nr: int) -> Life:
    """Postings of one account from its first day to `end`, by a habit that the number of the account decides."""
    habits = [habit for habit, (weight, _days) in HABITS.items() for _ in range(weight)]
    habit = habits[nr * 37 % len(habits)]
    found, stop = Life(), chance.randint(2, 9)
    walk = walk_to(terms, [], opened_on, opened_on)
    start = opened_on
    for month, day in enumerate(statement_days(terms, opened_on)):
        last = min(day, end)
        part = _month(chance, habit, start, last, f"{nr}-{month}")
        bill = walk.cycles[-1] if walk.cycles else None
        if bill:
            part += _pay(chance, habit, bill, last, is_over=habit == "stops" and month > stop)
            part += _more(chance, habit, bill, walk, last)
        part.sort(key=lambda posting: posting.on)
        found.postings += part
        walk.pass_to(last, part.copy())
        if day > end:
            break
        walk.close(day)
        start = day + timedelta(days=1)
    if nr % (ACCOUNTS // MEANT_LATE) == 3:
        _make_late(found, walk)
    elif nr % (ACCOUNTS // BOUNCED) == 5:
        paid = [place for place, posting in enumerate(found.postings) if posting.kind is PostingKind.PAYMENT]
        found.bounced = paid[-2] if len(paid) > 2 else None
    return found


def _month(chance: Random, habit: str, start: date, last: date, name: str) -> list[CorePosting]:
    """What is bought in a cycle; a few fees."""
    days = max((last - start).days, 0)
    found = []
    for nr in range(chance.choice((0, 1, 1, 2, 2, 3))):
        on, minor = (
            start + timedelta(days=chance.randint(0, days)),
            chance.randint(12, 900) * 100 + chance.randint(0, 99),
        )
        found.append(CorePosting(PostingKind.PURCHASE, on, minor, name=f"{name}-{nr}"))
    if habit == "cash" and chance.random() < 0.4:
        on = start + timedelta(days=chance.randint(0, days))
        found.append(CorePosting(PostingKind.CASH, on, chance.randint(3, 30) * 10_000))
        found.append(CorePosting(PostingKind.FEE, on, chance.choice((1_000, 2_000, 3_000))))
    return found


def _pay(chance: Random, habit: str, bill: Cycle, last: date, *, is_over: bool) -> list[CorePosting]:
    """The payment of the last bill, where it comes by `last`."""
    first, latest = HABITS[habit][1]
    on = bill.due_on + timedelta(days=chance.randint(first, latest))
    asked, full = bill.minimum_due, bill.full_amount_due
    shares = {
        "minimum": asked if chance.random() < 0.8 else max(asked, full // 2),
        "less": asked * chance.randint(3, 10) // 10,
        "late": full if chance.random() < 0.6 else asked,
        "cash": max(asked, full * chance.randint(2, 10) // 10),
        "instalments": full if chance.random() < 0.5 else asked,
        "ahead": full + chance.choice((20_000, 80_000, 200_000)),
    }
    minor = 0 if is_over else shares.get(habit, full)
    if not minor or on > last:
        return []
    return [CorePosting(PostingKind.PAYMENT, on, minor)]


def _more(chance: Random, habit: str, bill: Cycle, walk: Walk, last: date) -> list[CorePosting]:
    """A bill turned into instalments, or goods returned after their statement."""
    on = bill.statement_on + timedelta(days=2)
    open_minor = walk.account.purchases_open(billed_only=True)
    if on > last or open_minor < 20_000:
        return []
    if habit == "instalments" and chance.random() < 0.3:
        part = open_minor * chance.randint(5, 9) // 10
        return [CorePosting(PostingKind.INSTALMENT, on, part, months=chance.choice((3, 6, 12)))]
    if habit == "returns" and chance.random() < 0.5:
        lots = [lot for lot in walk.account.lots if lot.name and lot.billed]
        if lots:
            lot = chance.choice(lots)
            return [CorePosting(PostingKind.REFUND, on, max(1, lot.minor * chance.choice((5, 10)) // 10), of=lot.name)]
    return []


def _make_late(found: Life, walk: Walk) -> None:
    """A payment before the last statement but one becomes known after that was sent."""
    if len(walk.cycles) < 3:
        return
    before = walk.cycles[-2].statement_on
    for posting in reversed(found.postings):
        if posting.kind is PostingKind.PAYMENT and posting.on <= before:
            found.postings.remove(posting)
            found.late.append(posting)
            return
