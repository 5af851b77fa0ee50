"""An ask that is allowed, with the sources that make it so: each test changes one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kaopu.conduct.actions.record_outcome import record_attempt_elsewhere
from kaopu.conduct.actions.switch_outreach import switch_on
from kaopu.conduct.core.ask import Ask

# A Tuesday, 10:00 in Shanghai.
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PERSON = {
    "timezone": "Asia/Shanghai", "opted_in": True, "refused_at": None, "agreed_hours": None, "identity_factors": 2,
    "offer_to_pay_at": None, "source": "reserved_by_debtor",
    "consents": [{"channel": "any", "from": "2026-01-01T00:00:00+08:00", "to": None}],
}  # fmt: skip
DEBTOR = {
    "timezone": "Asia/Shanghai", "days_past_due": 21, "dead": False, "incapacitated": False, "disputed": False,
    "complaint_open": False, "represented": False, "arrangement_kept": False,
}  # fmt: skip
EPISODE = {"id": "e1", "opened_at": "2026-11-20T09:00:00+08:00"}
COLLECT = Ask(
    person="party:1", role="debtor", debtor="party:1", purpose="collect", channel="voice", content="none",
    caller="human", number="point:1", product="loan", segment="consumer", jurisdictions=("CN",),
)  # fmt: skip
RELAY = replace(COLLECT, person="party:7", role="contact", purpose="relay", content="relay", number="point:7")


def sources(person=PERSON, debtor=DEBTOR, episode=EPISODE):
    """Sources that answer with these; a test may pass functions."""

    def given(value):
        return value if callable(value) else (lambda ask, now: dict(value) if value is not None else None)

    return {"person": given(person), "debtor": given(debtor), "episode": given(episode)}


def lost_since(now, debtor="party:1"):
    """The debtor did not answer on three days in a row, and contacts may be reached in China."""
    for days in (4, 3, 2, 1):
        at = now - days * DAY
        record_attempt_elsewhere(debtor, "voice", "point:1", "no-answer", now=now, at=at)
    switch_on({"jurisdiction": "CN", "reason": "test"}, proposer="staff:1", approver="staff:2", now=now - 5 * DAY)
