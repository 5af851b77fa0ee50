"""Two workers and one permit that is left: of a person, of a visit, of a number, of an episode.

Used by tests/conduct/test_permit_races.py with threads and by bench/conduct_races.py with processes too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kaopu.conduct.actions.issue_permit import IssuedPermit, issue_permit
from kaopu.conduct.actions.record_outcome import record_attempt_elsewhere
from kaopu.conduct.core.ask import Ask

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)  # a Tuesday, 10:00 in Shanghai
HOUR = timedelta(hours=1)
COLLECT = Ask(
    person="party:1", role="debtor", debtor="party:1", purpose="collect", channel="voice", content="none",
    caller="human", number="point:1", product="loan", segment="consumer", jurisdictions=("CN",),
)  # fmt: skip
PERSON = {
    "timezone": "Asia/Shanghai", "opted_in": True, "refused_at": None, "agreed_hours": None, "identity_factors": 2,
    "offer_to_pay_at": None, "source": "contract",
    "consents": [{"channel": "any", "from": "2026-01-01T00:00:00+08:00", "to": None}],
}  # fmt: skip
# Dead: a contact may be asked without evidence of loss, so that only the counted place decides.
DEBTOR = {
    "timezone": "Asia/Shanghai", "days_past_due": 21, "dead": False, "incapacitated": False, "disputed": False,
    "complaint_open": False, "represented": False, "arrangement_kept": False,
}  # fmt: skip


def sources():
    """What any worker finds out about any person; an episode is named after its debtor."""
    return {
        "person": lambda ask, now: dict(PERSON),
        "debtor": lambda ask, now: {**DEBTOR, "dead": ask.role == "contact"},
        "episode": lambda ask, now: {
            "id": ask.debtor.replace("party:", "episode:"),
            "opened_at": "2026-11-20T09:00:00+08:00",
        },
    }


def prepared(number):
    """The two asks of round `number`, after the history that leaves one permit between them."""
    return (_of_person, _of_visit, _of_number, _of_episode)[number % 4](number)


def _of_person(number):
    # X-DEF-14: two calls of today, one is left; X-DEF-13: a pending call may be a conversation.
    person = f"party:{number * 10}"
    for hour in (1, 2):
        _happened(person, "no-answer", f"point:{number * 10}", hour)
    ask = replace(COLLECT, person=person, debtor=person, number=f"point:{number * 10}")
    return ask, replace(ask, purpose="remind", number=f"point:{number * 10 + 1}")


def _of_visit(number):
    # CN-GB-13: one visit a day, under whatever name.
    person = f"party:{number * 10}"
    ask = replace(COLLECT, person=person, debtor=person, number=f"point:{number * 10}", channel="visit")
    return replace(ask, profile="law-only"), replace(ask, purpose="verify", profile="law-only")


def _of_number(number):
    # CN-CBA-01: five calls on this number were not answered; the sixth is left, whoever is called on it.
    shared = f"point:{number * 10}"
    for place in range(5):
        _happened(f"party:{number * 10 + 5 + place % 2}", "no-answer", shared, 1)
    first, second = (f"party:{number * 10 + place}" for place in (0, 1))
    ask = replace(COLLECT, person=first, debtor=first, number=shared, profile="law-only")
    return ask, replace(ask, person=second, debtor=second)


def _of_episode(number):
    # X-DEF-05: of two other contacts one was tried already; a third and a fourth want the place that is left.
    debtor = f"party:{number * 10}"
    _happened(f"party:{number * 10 + 7}", "bounced", f"point:{number * 10 + 7}", 1, "contact", f"episode:{number * 10}")
    ask = replace(COLLECT, role="contact", debtor=debtor, purpose="locate", channel="sms")
    return tuple(
        replace(ask, person=f"party:{number * 10 + place}", number=f"point:{number * 10 + place}") for place in (3, 4)
    )


def _happened(person, outcome, number, hours_ago, role="debtor", episode=""):
    channel = "sms" if role == "contact" else "voice"
    record_attempt_elsewhere(
        person, channel, number, outcome, now=NOW, at=NOW - hours_ago * HOUR, role=role, episode=episode
    )


def won(ask, worker):
    """Whether this worker got the permit, and else who refused."""
    found = issue_permit(ask, actor=f"worker:{worker}", now=NOW)
    return "won" if isinstance(found, IssuedPermit) else ",".join(found.refused_by)
