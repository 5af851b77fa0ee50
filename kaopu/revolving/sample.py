"""Made-up revolving accounts for the sample lender: cards and shop credit lines, each with a habit of paying."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from kaopu.kernel import audit
from kaopu.kernel.boot import actor
from kaopu.party.models import Party
from kaopu.revolving import store
from kaopu.revolving.actions.add_terms import add_terms
from kaopu.revolving.actions.issue import statements_to_issue
from kaopu.revolving.actions.open_account import terms_on
from kaopu.revolving.actions.post import Post, columns_of
from kaopu.revolving.core.posting import Posting as CorePosting
from kaopu.revolving.core.posting import PostingKind
from kaopu.revolving.core.replay import walk_to
from kaopu.revolving.core.statement_days import statement_days
from kaopu.revolving.models import REVERSAL, IssuedStatement, Posting, RevolvingAccount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.revolving.core.cycle import Cycle
    from kaopu.revolving.core.terms import Terms
    from kaopu.revolving.core.walk import Walk

SOURCE = "sample"
ACCOUNTS = 240
PRODUCTS: dict[str, tuple[str, dict[str, Any]]] = {
    "card": (
        "信用卡",
        {
            "statement_day": 5,
            "due_day": 25,
            "interest_on": "whole",
            "minimum": {"percent": 10, "floor": "50.00"},
            "tolerance_days": 3,
            "tolerance_amount": "10.00",
            "instalment_fee_rate": "0.006",
            "rates": {"purchase": {"rate_daily": "0.0005"}, "cash": {"rate_daily": "0.0005"}},
        },
    ),
    "line": (
        "循环额度",
        {
            "statement_day": 31,
            "due_days": 20,
            "interest_on": "unpaid",
            "minimum": {"percent": 5, "floor": "100.00"},
            "rates": {
                "purchase": {"rate_daily": "0.0004"},
                "cash": {"rate_daily": "0.0005", "minimum_percent": 100},
                "instalment": {"rate_annual": "0.12"},
            },
        },
    ),
}
# Habit: (weight, share of the bill that is paid, days from the due day, below 0 before it)
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


def load_sample(end: date, now: datetime, seed: int = 1, accounts: int = ACCOUNTS) -> int:
    """Load them for parties of the sample book; how many. `end` is the last day on which anything happens."""
    chance = Random(seed)  # noqa: S311 - a seeded toy, nothing secret
    parties = list(Party.objects.filter(source=SOURCE).order_by("pk").values_list("pk", flat=True)[: accounts * 4 : 4])
    since = date(end.year - 2, end.month, 1)
    with transaction.atomic():
        for code, (name, terms) in PRODUCTS.items():
            add_terms(code, name, since, terms, actor=actor(), now=now)
        rows = _open(chance, parties, since, end, now)
        known = {row.account_id: store.terms_of(row) for row in rows}
        lives = [life(chance, known[row.account_id], row.opened_on, end, nr) for nr, row in enumerate(rows)]
        _write(rows, [one.postings for one in lives])
        second = [_second_batch(row, one) for row, one in zip(rows, lives, strict=True)]
        changed = [row for row, one in zip(rows, lives, strict=True) if one.late or one.bounced is not None]
        _issue(changed, end, but_last=True)
        _write(rows, second)
        _bounce(rows, lives)
        _issue(rows, end, but_last=False)
        details: dict[str, object] = {"accounts": len(rows)}
        audit.record(act="revolving.sample_loaded", subject="sample:revolving", actor=actor(), at=now, details=details)
    return len(rows)


def _open(chance: Random, parties: Sequence[int], since: date, end: date, now: datetime) -> list[RevolvingAccount]:
    rows = []
    for nr, party in enumerate(parties, 1):
        code = "line" if nr % 4 == 0 else "card"
        opened = end - timedelta(days=chance.randint(70, max(71, (end - since).days - 40)))
        opened = opened.replace(day=chance.randint(6, 24))
        terms = terms_on(code, opened)
        if terms is None:
            raise RuntimeError(f"no terms of {code} on {opened}, though they were added a moment ago")
        rows.append(
            RevolvingAccount(
                source=SOURCE, external_id=f"C{nr:06d}", party_id=party, terms=terms, currency="CNY",
                opened_on=opened, created_at=now, created_by=actor(),
            )
        )  # fmt: skip
    return RevolvingAccount.objects.bulk_create(rows)


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
        "ahead": full + chance.choice((0, 20_000, 50_000)),
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


def _second_batch(row: RevolvingAccount, one: Life) -> list[CorePosting]:
    """What is recorded after the last statement but one: later days, and what became known late."""
    return [replace(posting, name=f"late-{row.external_id}") for posting in one.late]


def _write(rows: Sequence[RevolvingAccount], lives: Sequence[Sequence[CorePosting]]) -> None:
    """Append postings in order of their days; numbers are taken first, since refunds refer to purchases."""
    total = sum(map(len, lives))
    with connection.cursor() as cursor:
        asked = "SELECT nextval(pg_get_serial_sequence('revolving_posting', 'posting_id')) FROM generate_series(1, %s)"
        cursor.execute(asked, [total])
        numbers = iter([number for (number,) in cursor.fetchall()])
    made = []
    for row, postings in zip(rows, lives, strict=True):
        by_name: dict[str | None, int] = {}
        for nr, posting in enumerate(postings):
            number = by_name[posting.name] = next(numbers)
            asked_for = Post(
                account_id=row.account_id,
                kind=posting.kind,
                on=posting.on,
                key=f"sample:{row.external_id}:{posting.name or nr}:{nr}",
                amount=posting.amount,
                refers_to=by_name[posting.of] if posting.of else None,
                payload={"months": posting.months} if posting.months else None,
            )
            recorded = datetime.combine(posting.on, time(20), UTC)
            made.append(Posting(posting_id=number, **columns_of(asked_for), recorded_at=recorded, recorded_by="sample"))
    Posting.objects.bulk_create(made, batch_size=2_000)


def _bounce(rows: Sequence[RevolvingAccount], lives: Sequence[Life]) -> None:
    """A payment that did not go through is taken back after its statement was sent."""
    made = []
    for row, one in zip(rows, lives, strict=True):
        if one.bounced is None:
            continue
        gone = Posting.objects.filter(account=row, kind=PostingKind.PAYMENT).order_by("-posting_id")[1]
        on = gone.on + timedelta(days=3)
        asked = Post(row.account_id, REVERSAL, on, f"sample:{row.external_id}:bounced", refers_to=gone.posting_id)
        recorded = datetime.combine(on, time(20), UTC)
        made.append(Posting(**columns_of(asked), recorded_at=recorded, recorded_by="sample"))
    Posting.objects.bulk_create(made)


def _issue(rows: Sequence[RevolvingAccount], end: date, *, but_last: bool) -> None:
    """Issue statements, all but the last of each account, or the rest; each is sent on the morning after its day."""
    made: list[IssuedStatement] = []
    for known in store.histories(rows):
        day = _last_statement_day(known, end)
        if day is None:
            continue
        until = day - timedelta(days=1) if but_last else end
        made += statements_to_issue(known, until, "sample", datetime.combine(end, time(2), UTC))
    for row in made:
        row.issued_at = datetime.combine(row.statement_on + timedelta(days=1), time(2), UTC)
    IssuedStatement.objects.bulk_create(made, batch_size=1_000)


def _last_statement_day(known: store.History, end: date) -> date | None:
    last = None
    for day in statement_days(known.terms, known.account.opened_on):
        if day > end:
            return last
        last = day
    return last
