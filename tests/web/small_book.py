"""A book of a dozen debts for the pages: on time, late, paid early, back-dated, with a credit balance, charged off."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.actions.event_request import RecordEvent
from kaopu.book.actions.record_event import record_event
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.terms import Plan, Terms
from kaopu.book.models import CloseRun, Debt, PositionRow, Product, ProductVersion
from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import NewParty

if TYPE_CHECKING:
    from kaopu.kernel.roles import Role

AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 2, 14, tzinfo=UTC)
PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who exist in tests alone
NAMES = ("王小明", "李雷", "韩梅梅", "赵一", "钱二", "孙三")


def staff(role: Role, *, is_staff: bool = False):
    user = get_user_model().objects.create_user(
        username=str(role), email=f"{role.value.replace(' ', '-')}@example.org", password=PASSWORD, is_staff=is_staff
    )
    user.groups.add(Group.objects.get(name=role.value))
    return user


def build():
    """The debts' numbers, by what is told of them."""
    product = Product.objects.create(code="phone", name="手机分期")
    ProductVersion.objects.create(product=product, version=1, valid_from=date(2024, 1, 1), grace_days=1)
    run = CloseRun.objects.create(
        as_of=AS_OF, status="complete", is_current=True, finished_at=NOW, started_at=NOW, totals={}, analyses={}
    )
    parties = [
        create_party(NewParty(name=name, phone=f"1380013800{n}"), actor="test", now=NOW) for n, name in enumerate(NAMES)
    ]
    debts = {}
    stories = ("on time", "late", "early", "back-dated", "fees", "charged off")
    for n, story in enumerate(stories):
        terms = Terms(
            plan=Plan.EQUAL_INSTALMENT, currency="CNY", principal_minor=600_000, start=date(2026, 5, 10), periods=12,
            rate_annual=Decimal("0.12"),
        )  # fmt: skip
        booked = book_debt(BookDebt(terms, parties[n], f"T-{n}", product="phone"), "test", NOW)
        debts[story] = booked.debt_id
        _pay(debts[story], story)
    refresh_totals(run)
    return debts


def _pay(debt_id, story):
    months = {"on time": 6, "late": 3, "early": 6, "back-dated": 4, "fees": 6, "charged off": 0}[story]
    for month in range(months):
        post(debt_id, EventKind.PAYMENT, date(2026, 6 + month, 9), 53_310)
    if story == "early":
        post(debt_id, EventKind.EARLY_SETTLEMENT, date(2026, 11, 10), 300_000)
    if story == "back-dated":
        post(debt_id, EventKind.PAYMENT, date(2026, 10, 12), 53_310)
    if story == "fees":
        post(debt_id, EventKind.FEE, date(2026, 11, 15), 5_000)
    if story == "charged off":
        post(debt_id, EventKind.CHARGE_OFF, date(2026, 11, 20), 0)


def post(debt_id, kind, on, amount, now=NOW):
    outcome = record_event(RecordEvent(debt_id, kind, on, f"{debt_id}-{kind}-{on}-{amount}", amount), "test", now)
    assert hasattr(outcome, "event_id"), outcome
    return outcome.event_id


def refresh_totals(run):
    from kaopu.book.console.words import BUCKET_KEYS

    rows = list(PositionRow.objects.filter(close_run=run))
    buckets = {key: {"debts": 0, "outstanding": 0} for key in BUCKET_KEYS}
    for row in rows:
        buckets[BUCKET_KEYS[row.bucket_code]]["debts"] += 1
        buckets[BUCKET_KEYS[row.bucket_code]]["outstanding"] += row.outstanding
    run.totals = {
        "debts": Debt.objects.count(), "outstanding": sum(row.outstanding for row in rows),
        "overdue": sum(row.overdue for row in rows), "by_bucket": buckets, "by_class": {}, "seconds": 0.1,
    }  # fmt: skip
    run.save()


def close_for_real():
    """Close the book by the action, so that pages read real analyses. The snapshot of another test's book goes first."""
    from kaopu.book.actions.close_book import close_book, close_folder
    from kaopu.book.actions.refresh_snapshot import snapshot_folder

    for folder in (snapshot_folder(), close_folder()):
        shutil.rmtree(folder, ignore_errors=True)
    CloseRun.objects.filter(is_current=True).update(is_current=False)
    close_book(AS_OF)
