"""A borrower who is late and does not answer, with a contact who agreed: what an episode begins with."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import contact_life as town

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("conduct", "book/database", "book")]

from agreed_terms import TERMS  # noqa: E402 - needs the line above
from permit_cases import lost_since  # noqa: E402 - needs the line above

from kaopu.book.actions.book_debt import BookDebt, book_debt  # noqa: E402 - needs the line above
from kaopu.contacts import store  # noqa: E402 - needs the line above
from kaopu.contacts.episode_ways import POLICIES  # noqa: E402 - needs the line above
from kaopu.decision.actions.load_shipped import load_shipped  # noqa: E402 - needs the line above
from kaopu.kernel.clock import FixedClock  # noqa: E402 - needs the line above
from kaopu.party.actions.record_fact import record_fact  # noqa: E402 - needs the line above
from kaopu.party.core.facts import FactKind  # noqa: E402 - needs the line above

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)  # a Tuesday, 10:00 in Shanghai
DAY = timedelta(days=1)
STAFF = "staff:1"


@dataclass(frozen=True)
class Lost:
    """Who is looked for, and who agreed to help."""

    borrower: int
    contact: int
    contact_party: int


def somebody_lost(now=NOW, *, late_days=21, failed_calls=True):
    """A borrower three weeks late who did not answer for four days; a friend who agreed a month ago."""
    town.clear_outbox()
    load_shipped(STAFF, now - 60 * DAY, POLICIES)
    borrower = town.borrower()
    start = (now - timedelta(days=late_days + 31)).date()
    book_debt(
        BookDebt(terms=replace(TERMS, start=start), party_id=borrower, external_id=f"E-{borrower}"),
        STAFF,
        now - 50 * DAY,
    )
    town.agreed(borrower, now=now - 30 * DAY)
    if failed_calls:
        lost_since(now, debtor=f"party:{borrower}")
    (view,) = store.contacts_of(borrower, now)
    assert view.party_id is not None
    return Lost(borrower, view.id, view.party_id)


def clock(now=NOW):
    return FixedClock(now)


__all__ = ["DAY", "NOW", "STAFF", "FactKind", "Lost", "clock", "date", "record_fact", "somebody_lost"]
