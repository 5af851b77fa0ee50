"""From a history to its statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput
from kaopu.revolving.core.account import Account
from kaopu.revolving.core.statement_days import statement_days
from kaopu.revolving.core.terms import Component, Terms
from kaopu.revolving.core.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kaopu.revolving.core.cycle import Cycle
    from kaopu.revolving.core.posting import Posting


def statement_cycles(
    terms: Terms,
    postings: Sequence[Posting],
    opened_on: date,
    as_of: date,
    opening_minor: int = 0,
    *,
    asked_at_most: Mapping[date, int] | None = None,
) -> list[Cycle]:
    """Every statement from `opened_on` to `as_of`, both counted. Arguments and errors as of `walk_to`."""
    return walk_to(terms, postings, opened_on, as_of, opening_minor, asked_at_most=asked_at_most).told_on(as_of)


def walk_to(
    terms: Terms,
    postings: Sequence[Posting],
    opened_on: date,
    as_of: date,
    opening_minor: int = 0,
    *,
    asked_at_most: Mapping[date, int] | None = None,
) -> Walk:
    """The account at the end of `as_of`. Postings of one day keep their order.

    `opening_minor`: carried over from before, as a purchase of `opened_on`; below 0 a credit balance. `asked_at_most`:
    minimums of statements that were issued, by statement day.

    Raises:
        BadInput: a posting before `opened_on`, or a conversion of more than the purchases open.
    """
    waiting = sorted((p for p in postings if p.on <= as_of), key=lambda posting: posting.on)
    if waiting and waiting[0].on < opened_on:
        raise BadInput(f"posting of {waiting[0].on}: before the account was opened on {opened_on}")
    account = _opened(terms, opened_on, opening_minor)
    walk = Walk(terms, account, opening=opening_minor, asked_at_most=asked_at_most or {})
    for day in statement_days(terms, opened_on):
        if day > as_of:
            break
        walk.pass_to(day, waiting)
        walk.close(day)
    walk.pass_to(as_of, waiting)
    return walk


def _opened(terms: Terms, opened_on: date, opening_minor: int) -> Account:
    account = Account(terms, credit=max(0, -opening_minor))
    account.charge(Component.PURCHASE, max(0, opening_minor), opened_on)
    return account
