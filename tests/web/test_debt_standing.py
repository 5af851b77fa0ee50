"""What the debt page says beside the balance: why days differ, accrual, disputes, acceleration, sale, subsidy, rules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import small_book

from kaopu.book import store
from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.actions.event_request import RecordEvent
from kaopu.book.actions.record_event import record_event
from kaopu.book.console import debt_rules
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.position import position
from kaopu.book.core.terms import Plan, Terms
from kaopu.book.models import Product, ProductVersion
from kaopu.kernel.roles import Role
from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import Kind, NewParty

RULES = {
    "penalty_rate_ppm": 182_500, "penalty_days_in_year": 360, "compound_rate_ppm": 120_000, "accelerate_after_days": 90,
    "late_allocation": 3, "late_allocation_days": 90, "upgrade": 1, "retail": False, "refund_fee": 1,
    "dispute_resets": 1, "subsidy": 15_000, "penalty_fixed": 500, "penalty_cap": 90_000, "pause_resets": 1,
    "refund_order": 2, "allocation": 7,
}  # fmt: skip


@pytest.fixture
def client(sign_in, book):
    return sign_in(Role.AUDITOR)


@pytest.fixture
def enterprise(book):
    """A debt of an organisation under every rule, never paid."""
    product = Product.objects.create(code="works", name="小微贷")
    ProductVersion.objects.create(product=product, version=1, valid_from=date(2024, 1, 1), **RULES)
    party = create_party(NewParty(kind=Kind.ORGANISATION, name="晨光店"), actor="test", now=small_book.NOW)
    terms = Terms(
        plan=Plan.EQUAL_INSTALMENT, currency="CNY", principal_minor=600_000, start=date(2026, 5, 10), periods=12,
        rate_annual=Decimal("0.12"),
    )  # fmt: skip
    return book_debt(BookDebt(terms, party, "E-1", product="works"), "test", small_book.NOW).debt_id


def post(debt_id, kind, on, amount=0, **more):
    command = RecordEvent(debt_id, EventKind(kind), on, f"{kind}-{on}-{amount}", amount, **more)
    outcome = record_event(command, "test", small_book.NOW)
    assert hasattr(outcome, "event_id"), outcome
    return outcome.event_id


def page_of(client, debt_id, **query):
    return client.get(f"/debts/{debt_id}/", query).context["page"]


def standing(client, debt_id, **query):
    return {one.words: (one.value, one.note) for one in page_of(client, debt_id, **query).standing}


def test_a_debt_as_agreed_says_nothing_more(client, book):
    assert page_of(client, book["on time"]).standing == ()
    assert page_of(client, book["on time"]).debtors == ()


def test_days_by_contract_are_told_with_what_made_them_differ(client, book):
    debt_id = book["late"]
    post(debt_id, "pause", date(2026, 10, 1), 10)
    post(debt_id, "re_age", date(2026, 11, 2))
    value, note = standing(client, debt_id)["Days past due by contract"]
    assert value == "73 days"
    assert note == ("20 days count, because: a pause of 10 days from 1 Oct 2026; days counted anew from 2 Nov 2026.")
    assert "Days past due by contract" not in standing(client, debt_id, as_of="2026-09-20")


def test_days_within_the_grace_are_told_as_such(client, book):
    value, note = standing(client, book["late"], as_of="2026-09-11")["Days past due by contract"]
    assert (value, note) == ("1 day", "0 days count, because: 1 day of grace.")


def test_no_longer_accruing_names_the_day_on_which_it_began(client, enterprise):
    first = next(
        day
        for day in (date(2026, 6, 10) + timedelta(days=n) for n in range(200))
        if position(store.history(store.debt(enterprise)), day).is_non_accrual
    )
    value, note = standing(client, enterprise)["Interest"]
    assert value == f"no longer income since {first.day} {first:%b} {first.year}"
    assert note.startswith("Over 90 days past due interest is no longer income; it is again once nothing is past due.")
    assert "Interest" not in standing(client, enterprise, as_of=(first - timedelta(days=1)).isoformat())


def test_called_due_by_rule_by_notice_and_taken_back(client, book, enterprise):
    value, note = standing(client, enterprise)["Called due early"]
    first = next(
        day
        for day in (date(2026, 6, 10) + timedelta(days=n) for n in range(200))
        if position(store.history(store.debt(enterprise)), day).is_accelerated
    )
    assert value == f"{first.day} {first:%b} {first.year}"
    assert note == "By the product’s rule: over 90 days past due the whole balance falls due."
    post(book["late"], "acceleration", date(2026, 11, 1))
    assert standing(client, book["late"])["Called due early"] == ("by notice on 1 Nov 2026", "")
    post(book["late"], "reinstatement", date(2026, 11, 5))
    assert "Called due early" not in standing(client, book["late"])


def test_instalments_called_due_or_sold_are_not_shown_as_paid(client, book):
    def states(day):
        return [row.state for row in page_of(client, book["late"], as_of=day).schedule]

    post(book["late"], "acceleration", date(2026, 11, 1))
    assert states("2026-11-22") == ["paid"] * 3 + ["past due"] * 9
    post(book["late"], "transfer", date(2026, 11, 20), 1_000, payload={"owner": "amc-1"})
    assert states("2026-11-22") == ["paid"] * 3 + ["past due"] * 9
    assert [row.state for row in page_of(client, book["charged off"]).schedule][:6] == ["past due"] * 6


def test_a_dispute_is_told_until_it_ends(client, book):
    debt_id = book["late"]
    post(debt_id, "dispute", date(2026, 11, 3), 4)
    post(debt_id, "dispute", date(2026, 11, 5), 5)
    post(debt_id, "dispute_end", date(2026, 11, 8), 4)
    assert standing(client, debt_id, as_of="2026-11-06")["In dispute"][0] == (
        "instalment 4 since 3 Nov 2026; instalment 5 since 5 Nov 2026"
    )
    value, note = standing(client, debt_id)["In dispute"]
    assert value == "instalment 5 since 5 Nov 2026"
    assert note == "It stays at its days and goes on from there; no penalty meanwhile."
    post(debt_id, "dispute_end", date(2026, 11, 9), 0)
    assert "In dispute" not in standing(client, debt_id)


def test_a_sale_names_owner_day_price_and_what_left(client, book):
    post(book["late"], "transfer", date(2026, 11, 20), 100_000, payload={"owner": "amc-1"})
    post(book["late"], "payment", date(2026, 11, 21), 5_000)
    value, note = standing(client, book["late"])["Sold"]
    assert value == "to amc-1 on 20 Nov 2026 for ¥1,000.00"
    assert note == "¥4,797.81 left the book; ¥50.00 that came since was passed on."


def test_a_subsidy_is_told_with_what_was_earned_and_what_came(client, enterprise):
    post(enterprise, "subsidy", date(2026, 6, 1), 10_000)
    post(enterprise, "refund", date(2026, 6, 2), 60_000)
    value, note = standing(client, enterprise, as_of="2026-06-10")["Subsidy"]
    sums = position(store.history(store.debt(enterprise)), date(2026, 6, 10)).counters()
    assert value.startswith("¥150.00, paid by ")
    earned = f"¥{Decimal(sums['subsidy_earned']).scaleb(-2):.2f}"
    assert note == f"Earned {earned}, clawed back ¥15.00, received ¥100.00, still to come ¥35.00."
    assert sums["subsidy_earned"] > 0


def test_every_rule_is_said_in_words(client, book, enterprise):
    said = page_of(client, enterprise).rules
    assert said == (
        "Money settles penalty first, then interest, fee, principal, instalment by instalment.",
        "Over 90 days past due money settles principal, interest, fee, instalment by instalment.",
        "Over 90 days past due the whole balance falls due.",
        "Over 90 days past due interest is no longer income, until nothing is past due.",
        "Late penalty: 18.25% a year on overdue principal, by the day, 360 days in a year.",
        "Each instalment that is late bears ¥5.00 once.",
        "Interest that is past due bears 12.00% a year.",
        "The penalty by rule is ¥900.00 at most in the life of the debt.",
        "A refund settles all instalments in proportion.",
        "On a refund, fees not yet due lapse with the principal refunded.",
        "What is in dispute counts 0 days and starts anew.",
        "A pause starts the days past due anew.",
        "A better class comes only after the observation of the measures of 2023.",
        "Not retail: the class follows the borrower’s other debts too.",
    )
    assert len(page_of(client, book["late"]).rules) == 5
    assert len({debt_rules.allocation(code) for code in range(24)}) == 24
