"""Made-up revolving accounts for the sample lender: cards and shop credit lines, each with a habit of paying."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

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
from kaopu.revolving.core.statement_days import statement_days
from kaopu.revolving.models import REVERSAL, IssuedStatement, Posting, RevolvingAccount
from kaopu.revolving.sample.life import ACCOUNTS, Life, life
from kaopu.revolving.sample.products import PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.revolving.core.terms import Terms

SOURCE = "sample"


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
        learned = {row.account_id: _learned_on(known[row.account_id], row, end) for row in rows}
        _write(rows, second, learned)
        _bounce(rows, lives, learned)
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


def _second_batch(row: RevolvingAccount, one: Life) -> list[CorePosting]:
    """What is recorded after the last statement but one: later days, and what became known late."""
    return [replace(posting, name=f"late-{row.external_id}") for posting in one.late]


def _learned_on(terms: Terms, row: RevolvingAccount, end: date) -> date:
    """The day on which late news comes: after the last statement but one was sent, before the last."""
    days = [day for day in islice(statement_days(terms, row.opened_on), 40) if day <= end]
    return days[-1] - timedelta(days=5) if days else end


def _write(
    rows: Sequence[RevolvingAccount], lives: Sequence[Sequence[CorePosting]], learned: dict[int, date] | None = None
) -> None:
    """Append postings in order of their days; numbers are taken first, since refunds refer to purchases.

    `learned`: by account the day on which they were recorded, where that is not their own day.
    """
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
            recorded = datetime.combine(learned[row.account_id] if learned else posting.on, time(20), UTC)
            made.append(Posting(posting_id=number, **columns_of(asked_for), recorded_at=recorded, recorded_by="sample"))
    Posting.objects.bulk_create(made, batch_size=2_000)


def _bounce(rows: Sequence[RevolvingAccount], lives: Sequence[Life], learned: dict[int, date]) -> None:
    """A payment that did not go through is taken back after its statement was sent."""
    made = []
    for row, one in zip(rows, lives, strict=True):
        if one.bounced is None:
            continue
        gone = Posting.objects.filter(account=row, kind=PostingKind.PAYMENT).order_by("-posting_id")[1]
        on = max(gone.on, learned[row.account_id])
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
