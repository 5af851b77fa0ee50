"""Post something to a revolving account: judged on its history, appended, never changed.

A posting counts from its day. Payments, refunds and reversals may be dated back; what makes the borrower owe more may
not be dated into a statement that was sent, since nobody can be late with what no bill asked for.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.book.store import hold_key
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput
from kaopu.revolving import store
from kaopu.revolving.core.posting import PostingKind
from kaopu.revolving.models import KINDS, REVERSAL, Posting, RevolvingAccount

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

AMOUNT_MAX = 2**53 - 1  # beyond it JSON readers that use doubles lose minor units
CHARGES = (PostingKind.PURCHASE, PostingKind.CASH, PostingKind.FEE, PostingKind.INSTALMENT)
PAYLOAD = {"months", "fee_rate", "made_on", "merchant_id"}


class Refusal(StrEnum):
    """Why nothing was posted. The strings are public: add new ones, keep the old."""

    ACCOUNT_UNKNOWN = "account_unknown"
    AMOUNT_MUST_BE_POSITIVE = "amount_must_be_positive"
    DAY_BEFORE_OPENING = "day_before_opening"
    DAY_ALREADY_STATED = "day_already_stated"
    REFERRED_POSTING_UNKNOWN = "referred_posting_unknown"
    NOT_A_PURCHASE = "not_a_purchase"
    ALREADY_REVERSED = "already_reversed"
    REVERSAL_OF_A_REVERSAL = "reversal_of_a_reversal"
    MONTHS_MISSING = "months_missing"
    CONVERSION_ABOVE_PURCHASES = "conversion_above_purchases"
    KEY_USED_WITH_OTHER_BODY = "key_used_with_other_body"


@dataclass(frozen=True, slots=True)
class Post:
    """What is asked. `amount` in minor units above 0, for a reversal 0; `key` chosen by the caller, one a posting.

    `refers_to`: of a refund its purchase, of a reversal what it undoes. `payload`: of a conversion `months` and
    `fee_rate` (a fraction a month); for people `made_on`, `merchant_id`.
    """

    account_id: int
    kind: str
    on: date
    key: str
    amount: int = 0
    refers_to: int | None = None
    payload: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadInput(f"kind: {self.kind!r} given, expected one of {', '.join(KINDS)}")
        if not 0 <= self.amount <= AMOUNT_MAX:
            raise BadInput(f"amount: {self.amount} given, expected minor units from 1 to {AMOUNT_MAX}")
        if not 0 < len(self.key) <= 128:
            raise BadInput(f"key: {len(self.key)} characters given, expected 1 to 128")
        if self.refers_to is not None and self.kind not in {REVERSAL, PostingKind.REFUND}:
            raise BadInput("refers_to: expected with a reversal or a refund alone")
        if self.kind == REVERSAL and self.refers_to is None:
            raise BadInput("refers_to: nothing given, expected the number of the posting that the reversal undoes")
        _check_payload(self.payload or {})

    def fingerprint(self) -> str:
        """Equal bodies have equal fingerprints whatever the order of their fields."""
        body = [self.account_id, self.kind, self.on.isoformat(), self.amount, self.refers_to, self.payload or {}]
        return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """The posting. `repeated`: it was there already under this key."""

    posting_id: int
    account_id: int
    repeated: bool = False


def post(asked: Post, actor: str, now: datetime) -> Posted | Refusal:
    """Append one posting. The account is locked meanwhile."""
    with transaction.atomic():
        hold_key(f"revolving {asked.key}")
        known = Posting.objects.filter(key=asked.key).first()
        if known is not None:
            same = known.fingerprint == asked.fingerprint()
            return Posted(known.posting_id, known.account_id, True) if same else Refusal.KEY_USED_WITH_OTHER_BODY
        account = store.lock(asked.account_id)
        if account is None:
            return Refusal.ACCOUNT_UNKNOWN
        refusal = _judge(asked, store.history(account))
        return refusal or _append(asked, account, actor, now)


def _append(asked: Post, account: RevolvingAccount, actor: str, now: datetime) -> Posted:
    row = Posting.objects.create(**columns_of(asked), recorded_at=now, recorded_by=actor)
    store.refresh_positions([account], now.date())
    details: dict[str, object] = {"posting": row.posting_id, "kind": asked.kind, "amount": asked.amount}
    subject = f"account:{account.account_id}"
    audit.record(act="revolving.posted", subject=subject, actor=actor, at=now, details=details)
    told: dict[str, object] = {"account": account.account_id, "posting": row.posting_id, "kind": asked.kind}
    events.emit("revolving.posted", told, now)
    return Posted(row.posting_id, account.account_id)


def columns_of(asked: Post) -> dict[str, Any]:
    """The columns of the row."""
    return {
        "account_id": asked.account_id,
        "kind": str(asked.kind),
        "on": asked.on,
        "amount": asked.amount,
        "refers_to_id": asked.refers_to,
        "payload": dict(asked.payload) if asked.payload else None,
        "key": asked.key,
        "fingerprint": asked.fingerprint(),
    }


def _judge(asked: Post, known: store.History) -> Refusal | None:
    """Why the posting cannot be; None where it can."""
    refusal = _judge_reversal(asked, known) if asked.kind == REVERSAL else _judge_amount(asked, known)
    if refusal:
        return refusal
    try:
        _replay_with(asked, known)
    except BadInput:  # after this posting a conversion would take more than the purchases that were open
        return Refusal.CONVERSION_ABOVE_PURCHASES
    return None


def _judge_amount(asked: Post, known: store.History) -> Refusal | None:
    last = known.issued[-1].statement_on if known.issued else None
    if asked.amount == 0:
        return Refusal.AMOUNT_MUST_BE_POSITIVE
    if asked.on < known.account.opened_on:
        return Refusal.DAY_BEFORE_OPENING
    if asked.kind in CHARGES and last is not None and asked.on <= last:
        return Refusal.DAY_ALREADY_STATED
    if asked.kind == PostingKind.INSTALMENT and not (asked.payload or {}).get("months"):
        return Refusal.MONTHS_MISSING
    return None if asked.refers_to is None else _judge_purchase(asked, known)


def _judge_purchase(asked: Post, known: store.History) -> Refusal | None:
    bought = next((row for row in known.postings if row.posting_id == asked.refers_to), None)
    if bought is None or bought.posting_id in known.reversed_ids():
        return Refusal.REFERRED_POSTING_UNKNOWN
    return None if bought.kind == PostingKind.PURCHASE else Refusal.NOT_A_PURCHASE


def _judge_reversal(asked: Post, known: store.History) -> Refusal | None:
    undone = next((row for row in known.postings if row.posting_id == asked.refers_to), None)
    if undone is None:
        return Refusal.REFERRED_POSTING_UNKNOWN
    if undone.kind == REVERSAL:
        return Refusal.REVERSAL_OF_A_REVERSAL
    return Refusal.ALREADY_REVERSED if undone.posting_id in known.reversed_ids() else None


def _replay_with(asked: Post, known: store.History) -> None:
    newest = max((row.posting_id for row in known.postings), default=0) + 1
    row = Posting(posting_id=newest, **columns_of(asked))
    after = replace(known, postings=tuple(sorted([*known.postings, row], key=lambda p: (p.on, p.posting_id))))
    after.walked(max(p.on for p in after.postings))


def _check_payload(payload: Mapping[str, Any]) -> None:
    for name in payload:
        if name not in PAYLOAD:
            raise BadInput(f"payload.{name}: no such field, expected {', '.join(sorted(PAYLOAD))}")
    months = payload.get("months")
    if months is not None and not (type(months) is int and 1 <= months <= 120):
        raise BadInput(f"payload.months: {months} given, expected a whole number from 1 to 120")
    rate = payload.get("fee_rate")
    if rate is not None and not _is_share(rate):
        raise BadInput(f"payload.fee_rate: {rate} given, expected a decimal text from 0 to 1")


def _is_share(text: Any) -> bool:
    from decimal import Decimal, InvalidOperation

    try:
        return isinstance(text, str) and 0 <= Decimal(text) <= 1
    except InvalidOperation:
        return False
