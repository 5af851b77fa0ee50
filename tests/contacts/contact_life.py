"""A small town for the tests of contacts: a borrower, and people who answer as people do."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.actions.event_request import RecordEvent
from kaopu.book.actions.record_event import record_event
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.terms import Plan, Terms
from kaopu.book.models import Product, ProductVersion
from kaopu.contacts import links
from kaopu.contacts.actions.accept import accept
from kaopu.contacts.actions.judge_code import TypedCode
from kaopu.contacts.actions.nominate import nominate
from kaopu.contacts.actions.send_code import CodeSent, send_code
from kaopu.contacts.core.held_data import Choices, Hours
from kaopu.contacts.core.one_time_code import CodePurpose
from kaopu.contacts.core.relation import Relation
from kaopu.kernel.database import home
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import NewParty
from kaopu.party.core.points import PointKind, Source

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
MINUTE = timedelta(minutes=1)
BORROWERS_NUMBER, NUMBER = "13800004471", "13912345678"
FOLDER = home() / "outbox" / "messages"
ACTOR = "terminal:1"
DAY = Choices(("sms", "voice"), Hours.DAY, "en")


def borrower(number=BORROWERS_NUMBER, name="王小明"):
    party_id = create_party(NewParty(name=name), actor=ACTOR, now=NOW)
    add_point(party_id, PointKind.PHONE, number, Source.CONTRACT, actor=ACTOR, now=NOW)
    return party_id


def outbox():
    """The messages of the file outbox, the oldest first: (address, words)."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return [(message["to"], message["text"]) for message in found]


def clear_outbox():
    for path in FOLDER.glob("*.json"):
        path.unlink()


def last_code(to=None):
    """The digits of the newest message (to an address)."""
    found = [words for address, words in outbox() if to in (None, address)]
    return re.search(r"\d{6}", found[-1])[0]


def invited(borrower_id, *, now=NOW, **more):
    """An invitation of a borrower, and its link."""
    outcome = nominate(borrower_id, Relation.FRIEND, actor=f"party:{borrower_id}", now=now, **more)
    return outcome, links.find(outcome.token)


def coded(link, purpose=CodePurpose.ACCEPT, number=NUMBER, kind=PointKind.PHONE, *, now=NOW):
    """A code was sent and typed as it came."""
    sent = send_code(link, purpose, kind, number, language="en", now=now)
    assert isinstance(sent, CodeSent), sent
    return TypedCode(sent.code_id, sent.ticket, last_code(number))


def agreed(borrower_id, number=NUMBER, choices=DAY, *, now=NOW):
    """A contact who agreed: the answer of `accept`."""
    _, link = invited(borrower_id, now=now)
    return accept(link, coded(link, number=number, now=now), choices, now=now)


def owing(who, start=date(2026, 8, 10)):
    """A debt of 6,000 yuan in twelve instalments, lent in August."""
    product, made = Product.objects.get_or_create(code="phone", defaults={"name": "手机分期"})
    if made:
        ProductVersion.objects.create(product=product, version=1, valid_from=date(2024, 1, 1), grace_days=0)
    terms = Terms(
        plan=Plan.EQUAL_INSTALMENT, currency="CNY", principal_minor=600_000, start=start, periods=12,
        rate_annual=Decimal("0.12"),
    )  # fmt: skip
    return book_debt(BookDebt(terms, who, f"T-{who}", product="phone"), "test", NOW).debt_id


def pay(debt_id, amount, key, on=date(2026, 11, 24)):
    """A payment of the book; its event."""
    command = RecordEvent(debt_id=debt_id, kind=EventKind.PAYMENT, on=on, amount=amount, key=key)
    return record_event(command, "test", NOW).event_id


def settle(debt_id, on=date(2026, 11, 23)):
    """All of it paid at once."""
    command = RecordEvent(debt_id=debt_id, kind=EventKind.EARLY_SETTLEMENT, on=on, amount=1_000_000, key=f"s{debt_id}")
    return record_event(command, "test", NOW)
