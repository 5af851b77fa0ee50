"""What is asked when an event is recorded, and why it may be refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.book.core.event_kind import Component, EventKind
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

WITHOUT_AMOUNT = frozenset(
    {
        EventKind.REVERSAL,
        EventKind.RESTRUCTURE,
        EventKind.ACCELERATION,
        EventKind.CHARGE_OFF,
        EventKind.REPORTED_BALANCE,
        EventKind.REPORTED_CREDIT,
        EventKind.REPORTED_STATUS,
        EventKind.DISPUTE,
        EventKind.DISPUTE_END,
        EventKind.RE_AGE,
        EventKind.REINSTATEMENT,
        EventKind.TRANSFER,
        EventKind.ASSUMPTION,
        EventKind.JOINING,
    }
)
OWNER_LENGTH_MAX = 64
AMOUNT_MAX = 2**53 - 1  # beyond it JSON readers that use doubles lose minor units


class Refusal(StrEnum):
    """Why an event was not recorded. The strings are public: add new ones, keep the old."""

    DEBT_UNKNOWN = "debt_unknown"
    AMOUNT_MUST_BE_POSITIVE = "amount_must_be_positive"
    DAY_BEFORE_DISBURSEMENT = "day_before_disbursement"
    COMPONENT_IS_FOR_WAIVERS_ONLY = "component_is_for_waivers_only"
    REVERSED_EVENT_UNKNOWN = "reversed_event_unknown"
    REVERSED_EVENT_OF_ANOTHER_DEBT = "reversed_event_of_another_debt"
    ALREADY_REVERSED = "already_reversed"
    REVERSAL_BEFORE_ITS_EVENT = "reversal_before_its_event"
    MONEY_WAITS_ELSEWHERE = "money_waits_elsewhere"
    LATER_SCHEDULE_VERSION = "later_schedule_version"
    WAIVER_ABOVE_WHAT_IS_OWED = "waiver_above_what_is_owed"
    PAYOUT_ABOVE_CREDIT_BALANCE = "payout_above_credit_balance"
    PREPAYMENT_BELOW_WHAT_IS_DUE = "prepayment_below_what_is_due"
    TERMS_NOT_KNOWN = "terms_not_known"
    INSTALMENTS_PAID_AHEAD = "instalments_paid_ahead"
    INSTALMENTS_MOVED = "instalments_moved"
    ALREADY_TRANSFERRED = "already_transferred"
    OWNER_NOT_NEW = "owner_not_new"
    INSTALMENT_UNKNOWN = "instalment_unknown"
    DISPUTE_ALREADY_OPEN = "dispute_already_open"
    DISPUTE_NOT_OPEN = "dispute_not_open"
    NOT_ACCELERATED = "not_accelerated"
    DEBTOR_UNKNOWN = "debtor_unknown"
    DEBTOR_ALREADY = "debtor_already"
    NO_SUBSIDY_AGREED = "no_subsidy_agreed"
    KEY_USED_WITH_OTHER_BODY = "key_used_with_other_body"

    @property
    def in_words(self) -> str:
        """What the word says, in English, and what to do instead where that is not plain."""
        more = _INSTEAD.get(self.value)
        return self.replace("_", " ") + (f": {more}" if more else "")


_INSTEAD = {
    "money_waits_elsewhere": "the money of that payment waits in suspense, match its receipt again instead",
    "later_schedule_version": "a later schedule rests on that event, undo the later one first",
    "prepayment_below_what_is_due": "post it as a payment",
    "already_transferred": "a claim is sold once only",
    "debtor_already": "that party owes this debt already",
    "owner_not_new": "that owner has the claim already",
}


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """What happened. Amounts in minor units, never negative: the kind gives the direction.

    `payload`: for `early_settlement` in part {"effect": "shorten" | "lower", "accrued_is_paid": false}; for
    `restructure` {"terms": …}; for `transfer` {"owner": "…"}, whose amount is the price; for `assumption` and `joining`
    {"party_id": n}; free for other kinds, ids and codes only. `key`: chosen by the caller, one for each
    intended event, so that asking twice records once.
    """

    debt_id: int
    kind: EventKind
    on: date
    key: str
    amount: int = 0
    component: str | None = None
    reverses: int | None = None
    payload: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= AMOUNT_MAX:
            raise BadInput(f"amount: {self.amount} given, expected minor units from 0 to {AMOUNT_MAX}")
        if not 0 < len(self.key) <= 128:
            raise BadInput(f"key: {len(self.key)} characters given, expected 1 to 128")
        if self.component is not None and self.component not in set(Component):
            raise BadInput(f"component: {self.component!r} given, expected one of {', '.join(Component)}")
        if (self.kind is EventKind.REVERSAL) != (self.reverses is not None):
            raise BadInput("reverses: expected the number of an event with kind reversal, and with no other kind")
        if self.kind is EventKind.RESTRUCTURE and "terms" not in (self.payload or {}):
            raise BadInput('payload: no terms given, expected {"terms": …} with kind restructure')

        payload = self.payload or {}
        if self.kind is EventKind.TRANSFER and not _is_code(payload.get("owner")):
            raise BadInput('payload: expected {"owner": "…"}, a code of up to 64 characters, with kind transfer')
        if self.kind in (EventKind.ASSUMPTION, EventKind.JOINING) and type(payload.get("party_id")) is not int:
            raise BadInput(f'payload: expected {{"party_id": number}} with kind {self.kind}')

    def fingerprint(self) -> str:
        """One text for one meaning: equal bodies have equal fingerprints whatever the order of their fields."""
        body = [self.debt_id, self.kind, self.on.isoformat(), self.amount, self.component, self.reverses, self.payload]
        return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _is_code(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= OWNER_LENGTH_MAX
