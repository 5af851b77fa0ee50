"""Lines of permit facts for benchmarks: seeded, with as many attempts of history as asked."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta, timezone
from typing import Any

AT = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=8)))
PLACES = ["CN", "US", "IN"]
OUTCOMES = ["no-answer", "no-answer", "notice", "conversation", "delivered", "invalid", "bounced", "inbound", "pending"]


def line(seed: int, *, role: str, history: int, days: int, places: list[str]) -> str:
    """A strict wish to reach a contact (locate) or the debtor (collect) by voice, `history` attempts in `days` days."""
    rng = random.Random(seed)
    at = AT - timedelta(minutes=rng.randrange(30 * 1440))
    purpose = "collect" if role == "debtor" else "locate"
    people = ["p1"] if role == "debtor" else ["p1", "p1", "p7", "p8"]

    def entry() -> dict[str, Any]:
        who = rng.choice(people)
        return {
            "at": (at - timedelta(seconds=rng.randrange(days * 86_400))).isoformat(), "person": who,
            "role": "debtor" if who == "p1" else "contact", "channel": rng.choice(["voice", "voice", "sms", "app"]),
            "number": rng.choice(["n1", "n2", None]), "purpose": purpose, "outcome": rng.choice(OUTCOMES),
            "caller": "human", "episode": rng.choice(["e1", None]),
        }  # fmt: skip

    return json.dumps({
        "id": f"a{seed}", "at": at.isoformat(), "jurisdictions": places, "profile": "strict", "lender": "bank",
        "product": "loan", "segment": "consumer", "purpose": purpose, "channel": "voice", "content": "none",
        "caller": "human", "number": "n1",
        "person": {"id": "p1" if role == "debtor" else "p7", "role": role, "timezone": "Asia/Shanghai",
                   "opted_in": True, "refused_at": None, "agreed_hours": None, "identity_factors": 0,
                   "offer_to_pay_at": None,
                   "consents": [{"channel": "voice", "from": "2026-01-01T00:00:00+08:00", "to": None}],
                   "source": "reserved_by_debtor"},
        "debtor": {"id": "p1", "timezone": "Asia/Urumqi", "days_past_due": 21, "dead": False, "incapacitated": False,
                   "disputed": False, "complaint_open": False, "represented": False, "arrangement_kept": False},
        "episode": {"id": "e1", "opened_at": "2026-10-01T09:00:00+08:00"}, "switches": {"contact_outreach": places},
        "holidays": ["2026-10-01", "2026-10-02"], "history": [entry() for _ in range(history)],
    })  # fmt: skip
