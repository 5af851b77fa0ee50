"""Rows of revolving accounts as core values: what was posted, what was asked for, and the walk over both."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core.classification import CLASSES
from kaopu.kernel.core.errors import BadInput
from kaopu.revolving.core.counters import Counters, counters, nothing
from kaopu.revolving.core.posting import Posting as CorePosting
from kaopu.revolving.core.posting import PostingKind
from kaopu.revolving.core.read_terms import read_terms
from kaopu.revolving.core.replay import walk_to
from kaopu.revolving.core.standing import Standing, standing
from kaopu.revolving.models import REVERSAL, IssuedStatement, PositionCache, Posting, RevolvingAccount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from kaopu.revolving.core.terms import Terms
    from kaopu.revolving.core.walk import Walk

BATCH = 500  # accounts whose postings are read by one query


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of an account: postings in order of their day, issued statements in order."""

    account: RevolvingAccount
    terms: Terms
    postings: tuple[Posting, ...]
    issued: tuple[IssuedStatement, ...]

    def reversed_ids(self, known_to: int | None = None) -> set[int]:
        """Postings that count as never posted, as far as was known with the posting `known_to`."""
        return {
            row.refers_to_id
            for row in self.postings
            if row.kind == REVERSAL and (known_to is None or row.posting_id <= known_to)
        }

    def counting(self, known_to: int | None = None) -> list[CorePosting]:
        """What counts, as the core reads it."""
        gone = self.reversed_ids(known_to)
        return [
            as_core(row)
            for row in self.postings
            if row.kind != REVERSAL and row.posting_id not in gone and (known_to is None or row.posting_id <= known_to)
        ]

    def walked(self, as_of: date, known_to: int | None = None) -> Walk:
        """The account at the end of `as_of`, by all that is known now or was known with the posting `known_to`."""
        first = self.account.opened_on
        sent = (row for row in self.issued if known_to is None or row.statement_on < as_of)
        asked = {row.statement_on: row.minimum_due for row in sent}
        postings = self.counting(known_to)
        return walk_to(self.terms, postings, first, max(as_of, first), self.account.opening, asked_at_most=asked)

    def standing(self, as_of: date) -> Standing:
        """Where the account stands at the end of `as_of`."""
        as_of = max(as_of, self.account.opened_on)
        return standing(self.walked(as_of), as_of)


def as_core(row: Posting) -> CorePosting:
    """A row as the core reads it; its number is the name by which a refund finds it."""
    payload = row.payload or {}
    rate = payload.get("fee_rate")
    return CorePosting(
        kind=PostingKind(row.kind),
        on=row.on,
        amount=row.amount,
        name=str(row.posting_id),
        of=str(row.refers_to_id) if row.refers_to_id else None,
        months=payload.get("months", 0),
        fee_rate=None if rate is None else Fraction(Decimal(rate)),
    )


def terms_of(account: RevolvingAccount) -> Terms:
    """The terms under which the account was opened."""
    return read_terms({**account.terms.terms, "currency": account.currency}, "terms")


def histories(accounts: Iterable[RevolvingAccount]) -> Iterator[History]:
    """The histories of several accounts by two queries for each few hundred, in the order given."""
    waiting = list(accounts)
    for start in range(0, len(waiting), BATCH):
        yield from _histories(waiting[start : start + BATCH])


def _histories(accounts: Sequence[RevolvingAccount]) -> Iterator[History]:
    ids = [account.account_id for account in accounts]
    postings: dict[int, list[Posting]] = defaultdict(list)
    for row in Posting.objects.filter(account_id__in=ids).order_by("account_id", "on", "posting_id"):
        postings[row.account_id].append(row)
    issued: dict[int, list[IssuedStatement]] = defaultdict(list)
    for row in IssuedStatement.objects.filter(account_id__in=ids).order_by("account_id", "statement_on"):
        issued[row.account_id].append(row)
    terms: dict[tuple[int, str], Terms] = {}
    for account in accounts:
        known = (account.terms_id, account.currency)
        if known not in terms:
            terms[known] = terms_of(account)
        yield History(account, terms[known], tuple(postings[account.account_id]), tuple(issued[account.account_id]))


def history(account: RevolvingAccount) -> History:
    """The history of one account."""
    return next(histories([account]))


def find(account_id: int) -> RevolvingAccount | None:
    """The account with its terms."""
    return RevolvingAccount.objects.select_related("terms").filter(account_id=account_id).first()


def lock(account_id: int) -> RevolvingAccount | None:
    """The account, locked until the transaction ends: what is decided on its history stays true until written."""
    rows = RevolvingAccount.objects.select_for_update(no_key=True, of=("self",)).select_related("terms")
    return rows.filter(account_id=account_id).first()


def named(text: str) -> RevolvingAccount:
    """The account that a person means: `R-12`, its outside number, or a bare number. `BadInput` where there is none."""
    rows = RevolvingAccount.objects.select_related("terms")
    if text[:2].upper() == "R-" and text[2:].isdecimal():
        found = list(rows.filter(account_id=int(text[2:20])))
    else:
        found = list(rows.filter(external_id=text)[:2])
        if not found and text.isdecimal():
            found = list(rows.filter(account_id=int(text[:18])))
    if len(found) > 1:
        raise BadInput(f"account: {text} given, several sources have it: expected its number, as R-12")
    if not found:
        raise BadInput(f"account: {text} given, expected a revolving account as R-12 or by its outside number")
    return found[0]


def ledger_totals(as_of: date, accounts: Iterable[RevolvingAccount] | None = None) -> dict[str, Counters]:
    """The counters of all accounts (or of some) at the end of `as_of`, added up for each currency.

    Cumulative since each account was opened, so a ledger books the differences between two days. Accounts opened later
    are left out.
    """
    rows = RevolvingAccount.objects.select_related("terms").order_by("account_id") if accounts is None else accounts
    found: dict[str, Counters] = {}
    for known in histories(row for row in rows if row.opened_on <= as_of):
        currency = known.account.currency
        found[currency] = found.get(currency, nothing()) + counters(known.walked(as_of), as_of)
    return found


def refresh_positions(accounts: Iterable[RevolvingAccount], as_of: date) -> int:
    """Make the copies that lists read anew; how many."""
    rows = [cached(known, as_of) for known in histories(accounts)]
    columns = [field.name for field in PositionCache._meta.local_fields if field.name != "account"]  # noqa: SLF001
    PositionCache.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["account"], update_fields=columns, batch_size=1_000
    )
    return len(rows)


def refresh_stale(as_of: date, most: int = 2_000) -> int:
    """Bring the copies that are of another day to `as_of`, `most` at a time; how many are left."""
    rows = RevolvingAccount.objects.select_related("terms").exclude(cached__as_of=as_of).order_by("account_id")
    refresh_positions(rows[:most], as_of)
    return max(0, rows.count())


def cached(known: History, as_of: date) -> PositionCache:
    """The row for lists."""
    now = known.standing(as_of)
    return PositionCache(
        account=known.account,
        as_of=as_of,
        total=now.total,
        credit_balance=now.credit_balance,
        minimum_due=now.minimum_due,
        past_due=now.past_due,
        days_past_due=now.days_past_due,
        class_code=CLASSES.index(now.class_),
        due_on=now.due_on,
    )
