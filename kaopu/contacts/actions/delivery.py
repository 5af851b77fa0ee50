"""How a code leaves the house: by a permit of purpose `service`, as everything that people ask for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.conduct.core.ask import Ask
from kaopu.contacts import code_source
from kaopu.contacts.lender import JURISDICTION
from kaopu.outreach.actions.send_message import SUPPRESSED, Refused, send_message
from kaopu.outreach.core.value import Kind, Value

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.models import OneTimeCode
    from kaopu.party.core.points import PointView

CHANNELS = {"phone": "sms", "email": "email"}
TEMPLATES = {"contact": "contact-code", "debtor": "own-code"}


def deliver_typed(row: OneTimeCode, kind: str, address: str, code: str, *, language: str, now: datetime) -> str:
    """Send a code to an address that was just typed; why not, "" where it went. Somebody who said never gets none."""
    with code_source.held(row.pk, kind, address) as point:
        ask = _ask(f"{code_source.PERSON}:{row.link_id}", "contact", f"{code_source.DEBTOR}:{row.link_id}", kind, point)
        return _send(ask, code, language, now)


def deliver_to_borrower(point: PointView, code: str, *, language: str, now: datetime) -> str:
    """Send a code to the borrower's own point; why not, "" where it went."""
    person = f"party:{point.party_id}"
    return _send(_ask(person, "debtor", person, point.kind, f"point:{point.id}"), code, language, now)


def _ask(person: str, role: str, debtor: str, kind: str, point: str) -> Ask:
    return Ask(
        person=person, role=role, debtor=debtor, purpose="service", channel=CHANNELS[kind], content="none",
        caller="robot", number=point, product="loan", segment="consumer", jurisdictions=(JURISDICTION,),
    )  # fmt: skip


def _send(ask: Ask, code: str, language: str, now: datetime) -> str:
    values = {"code": Value(Kind.CODE, code)}
    spoken = "zh" if language == "zh-hans" else "en"
    outcome = send_message(ask, TEMPLATES[ask.role], values, actor=ask.person, now=now, language=spoken)
    # Whether a number once said "never" is nobody's to learn by typing it.
    return ",".join(outcome.why) if isinstance(outcome, Refused) and SUPPRESSED not in outcome.why else ""
