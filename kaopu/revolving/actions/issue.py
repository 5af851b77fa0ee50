"""Issue statements: what was sent is kept as it was sent, and the next one carries what was learned since.

A statement opens with what the one before it said. `corrections` is the difference between that and what the replay
says of the same day now: payments, refunds and reversals that became known after it was sent.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.kernel import audit, events
from kaopu.kernel.core.money import to_major
from kaopu.revolving import store
from kaopu.revolving.models import REVERSAL, IssuedStatement, RevolvingAccount

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from kaopu.revolving.core.cycle import Cycle

OUTCOMES = ("paid_by_due", "days_late", "paid_in_full")  # what became of a bill is not known when it is sent


def issue(account_id: int, as_of: date, actor: str, now: datetime) -> list[IssuedStatement]:
    """Issue every statement of the account up to `as_of` that was not issued yet; these."""
    with transaction.atomic():
        account = store.lock(account_id)
        if account is None:
            return []
        rows = statements_to_issue(store.history(account), as_of, actor, now)
        IssuedStatement.objects.bulk_create(rows)
        if rows:
            store.refresh_positions([account], now.date())
        for row in rows:
            details: dict[str, object] = {"statement": row.number, "fingerprint": row.fingerprint}
            audit.record(act="revolving.issued", subject=f"account:{account_id}", actor=actor, at=now, details=details)
            events.emit("revolving.issued", {"account": account_id, "statement": row.number}, now)
        return rows


def issue_all(as_of: date, actor: str, now: datetime) -> tuple[int, int]:
    """Issue for all accounts, one transaction each; statements issued and accounts seen."""
    ids = list(RevolvingAccount.objects.filter(opened_on__lte=as_of).values_list("account_id", flat=True))
    return sum(len(issue(account_id, as_of, actor, now)) for account_id in ids), len(ids)


def statements_to_issue(known: store.History, as_of: date, actor: str, now: datetime) -> list[IssuedStatement]:
    """The rows, not written. Later days do not change what a statement says, so one walk tells them all."""
    before = known.issued[-1] if known.issued else None
    if as_of < known.account.opened_on:
        return []
    cycles = known.walked(as_of).told_on(as_of)
    last_posting = max((row.posting_id for row in known.postings), default=0)
    rows: list[IssuedStatement] = []
    for number, cycle in enumerate(cycles, 1):
        if before is not None and cycle.statement_on <= before.statement_on:
            continue
        corrections = cycle.opening - before.closing if before else 0
        learned = learned_since(known, before)
        content = content_of(known.account, cycle, number, corrections, learned)
        row = IssuedStatement(
            account=known.account,
            number=number,
            statement_on=cycle.statement_on,
            due_on=cycle.due_on,
            closing=cycle.closing,
            minimum_due=cycle.minimum_due,
            corrections=corrections,
            content=content,
            fingerprint=fingerprint(content),
            last_posting=last_posting,
            issued_at=now,
            issued_by=actor,
        )
        rows.append(row)
        before = row
    return rows


def learned_since(known: store.History, before: IssuedStatement | None) -> list[int]:
    """Postings that became known after `before` was issued and count for a day that it covers."""
    if before is None:
        return []
    days = {row.posting_id: row.on for row in known.postings}
    return [
        row.posting_id
        for row in known.postings
        if row.posting_id > before.last_posting
        and (days.get(row.refers_to_id, row.on) if row.kind == REVERSAL else row.on) <= before.statement_on
    ]


def content_of(
    account: RevolvingAccount, cycle: Cycle, number: int, corrections: int, learned: Sequence[int]
) -> dict[str, Any]:
    """What the statement says: closing = opening + corrections + purchases + interest + fees - payments."""
    said = {name: value for name, value in cycle.as_json(account.currency).items() if name not in OUTCOMES}
    return {
        "account": account.account_id,
        "number": number,
        "currency": account.currency,
        **said,
        "opening": to_major(cycle.opening - corrections, account.currency),
        "corrections": to_major(corrections, account.currency),
        "corrected_by": list(learned),
    }


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of what the statement says, in one spelling."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
