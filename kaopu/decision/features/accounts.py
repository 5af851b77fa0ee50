"""Revolving accounts of parties as facts for features."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kaopu.decision.core.features.revolving_facts import AccountFacts
from kaopu.revolving import store
from kaopu.revolving.models import RevolvingAccount

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from kaopu.revolving.store import History

YEAR = 365  # days


def accounts_of(
    parties: Iterable[int] | None, as_of: date, known_at: datetime | None = None
) -> dict[int, AccountFacts]:
    """Facts by party, of these parties or of all that have an account by then.

    Postings count that are on or before `as_of` and were recorded by `known_at`; statements that were issued by then.
    """
    rows = RevolvingAccount.objects.select_related("terms").filter(opened_on__lte=as_of).order_by("account_id")
    if parties is not None:
        rows = rows.filter(party_id__in=list(parties))
    if known_at is not None:
        rows = rows.filter(created_at__lte=known_at)
    accounts = list(rows)
    if not accounts:
        return {}
    currencies: dict[int, set[str]] = {}
    found: dict[int, AccountFacts] = {}
    for history in store.histories(accounts):
        party = history.account.party_id
        currencies.setdefault(party, set()).add(history.account.currency)
        found[party] = found.get(party, AccountFacts()).plus(_facts(_known(history, as_of, known_at), as_of))
    return {party: replace(facts, currencies=len(currencies[party])) for party, facts in found.items()}


def _known(history: History, as_of: date, known_at: datetime | None) -> History:
    postings = tuple(
        row for row in history.postings if row.on <= as_of and (known_at is None or row.recorded_at <= known_at)
    )
    issued = tuple(
        row for row in history.issued if row.statement_on <= as_of and (known_at is None or row.issued_at <= known_at)
    )
    return replace(history, postings=postings, issued=issued)


def _facts(history: History, as_of: date) -> AccountFacts:
    standing = history.standing(as_of)
    statements = minimum_only = paid_full = 0
    for cycle in history.walked(as_of).cycles:
        if not (0 <= (as_of - cycle.due_on).days < YEAR) or cycle.minimum_due <= 0:
            continue
        statements += 1
        in_full = cycle.paid_by_due >= cycle.full_amount_due
        paid_full += in_full
        # 110 %: people round up.
        minimum_only += not in_full and cycle.minimum_due <= cycle.paid_by_due <= cycle.minimum_due * 11 // 10
    return AccountFacts(
        accounts=1,
        owed=standing.total,
        statements=statements,
        minimum_only=minimum_only,
        paid_full=paid_full,
        days_past_due=standing.days_past_due,
    )
