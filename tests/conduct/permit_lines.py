"""The example of permit-facts.md as a dict, and lines made from it by changing what a test is about."""

from __future__ import annotations

import copy
import json
from typing import Any

EXAMPLE: dict[str, Any] = {
    "id": "a1", "at": "2026-11-23T20:30:00+08:00", "jurisdictions": ["CN"], "profile": "strict",
    "lender": "consumer_finance", "product": "loan", "segment": "consumer",
    "purpose": "locate", "channel": "voice", "content": "none", "caller": "human", "number": "n9",
    "person": {"id": "p7", "role": "contact", "timezone": "Asia/Shanghai", "opted_in": True, "refused_at": None,
               "consents": [{"channel": "voice", "from": "2026-01-01T00:00:00+08:00", "to": None}],
               "agreed_hours": None, "identity_factors": 0, "offer_to_pay_at": None, "source": "reserved_by_debtor"},
    "debtor": {"id": "p1", "timezone": "Asia/Shanghai", "days_past_due": 21, "dead": False, "incapacitated": False,
               "disputed": False, "complaint_open": False, "represented": False, "arrangement_kept": False},
    "episode": {"id": "e1", "opened_at": "2026-11-20T09:00:00+08:00"},
    "switches": {"contact_outreach": ["CN"]}, "holidays": ["2026-10-01"],
    "history": [{"at": "2026-11-20T09:00:00+08:00", "person": "p1", "role": "debtor", "channel": "voice",
                 "number": "n1", "purpose": "collect", "outcome": "no-answer", "caller": "human", "episode": "e1"}],
}  # fmt: skip


def entry(at: str, outcome: str = "no-answer", **changes: Any) -> dict[str, Any]:
    """A voice attempt to the debtor on n1; `at` is a day and time in +08:00, as "2026-11-20 09:00"."""
    instant = at.replace(" ", "T") + ":00+08:00"
    return {**EXAMPLE["history"][0], "at": instant, "outcome": outcome, **changes}


LOST = [entry("2026-11-18 09:00"), entry("2026-11-19 09:00"), entry("2026-11-20 09:00")]


def line(**changes: Any) -> dict[str, Any]:
    """The example with changes; a name such as person__role reaches inside. The value `...` removes the field."""
    made = copy.deepcopy(EXAMPLE)
    for name, value in changes.items():
        *way, last = name.split("__")
        place = made
        for step in way:
            place = place[step]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return made


def to_contact(**changes: Any) -> dict[str, Any]:
    """A call to a contact that every rule allows: the debtor is lost, Monday 10:00."""
    return line(**{"at": "2026-11-23T10:00:00+08:00", "history": LOST, **changes})


def to_debtor(**changes: Any) -> dict[str, Any]:
    """A call to the debtor that every rule allows: nothing was tried yet, Monday 10:00."""
    base = {"at": "2026-11-23T10:00:00+08:00", "purpose": "collect", "person__id": "p1", "person__role": "debtor",
            "number": "n1", "history": []}  # fmt: skip
    return line(**{**base, **changes})


def text(value: dict[str, Any]) -> str:
    """A line of a file."""
    return json.dumps(value, ensure_ascii=False)
