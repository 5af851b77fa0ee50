"""What comes after default, recorded: what is refused, who owes and who owns then, and faults seen in other systems."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from agreed_terms import NOW, TERMS

from kaopu.book import store
from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.actions.book_debt import Refusal as BookingRefusal
from kaopu.book.actions.record_event import EventRecorded, Refusal
from kaopu.book.actions.return_surplus import return_surplus
from kaopu.book.core.parties_of_debt import debtors_on, owner_on
from kaopu.book.core.penalty_rule import PenaltyRule
from kaopu.book.core.position import position
from kaopu.book.core.return_to_source import Payout
from kaopu.book.core.subsidy import Subsidy
from kaopu.book.models import Debt
from kaopu.kernel.core.errors import BadInput
from kaopu.party.models import Party

pytestmark = pytest.mark.django_db


def on(debt, day):
    return position(store.history(debt), date.fromisoformat(day))


@pytest.fixture
def other(db):
    return Party.objects.create(kind="organisation", external_id="other", created_at=NOW)


def test_a_loan_is_not_transferred_twice(booked, record):
    debt = booked()
    sale = record(debt, "transfer", "2026-06-01", 500_000, payload={"owner": "fund-1"})
    assert isinstance(sale, EventRecorded)
    assert record(debt, "transfer", "2026-06-02", 1, payload={"owner": "fund-2"}) is Refusal.ALREADY_TRANSFERRED
    assert record(debt, "charge_off", "2026-06-02") is Refusal.ALREADY_TRANSFERRED
    assert owner_on(debt.owner, store.happened(debt), date(2026, 6, 2)) == "fund-1"
    assert owner_on(debt.owner, store.happened(debt), date(2026, 5, 31)) == "self"
    assert on(debt, "2026-06-02").is_transferred
    assert on(debt, "2026-06-02").counters()["transfer_price"] == 500_000
    record(debt, "reversal", "2026-06-03", reverses=sale.event_id)
    assert owner_on(debt.owner, store.happened(debt), date(2026, 6, 3)) == "self"
    again = record(debt, "transfer", "2026-06-04", 400_000, payload={"owner": "fund-2"})
    assert isinstance(again, EventRecorded), "a sale that was taken back never happened"


def test_a_claim_is_not_sold_to_its_owner(booked, record):
    assert record(booked(), "transfer", "2026-06-01", payload={"owner": "self"}) is Refusal.OWNER_NOT_NEW
    with pytest.raises(BadInput, match="owner"):
        record(booked(), "transfer", "2026-06-01")


def test_waiver_after_write_off(booked, record):
    debt = booked()
    record(debt, "charge_off", "2026-06-01")
    written_off = on(debt, "2026-06-01").charged_off
    assert record(debt, "waiver", "2026-06-02", 100) is Refusal.WAIVER_ABOVE_WHAT_IS_OWED
    assert on(debt, "2026-06-02").charged_off == written_off
    assert on(debt, "2026-06-02").waived == 0


def test_interest_after_write_off(booked, record):
    debt = booked(rules={"penalty_rate_ppm": 182_500})
    record(debt, "charge_off", "2026-06-01")
    then, later = on(debt, "2026-06-01"), on(debt, "2026-12-31")
    assert then.outstanding.total == later.outstanding.total == 0
    for counter in ("billed_interest", "running_interest", "charged_penalty"):
        assert then.counters()[counter] == later.counters()[counter]
    assert later.accrued_interest == 0


def test_a_penalty_is_not_lost_in_a_reminder(booked, record):
    debt = booked(rules={"penalty_rate_ppm": 182_500})
    before = on(debt, "2026-04-15")
    assert before.outstanding.penalty > 0
    # A letter costs a fee and its payment settles that fee; what was charged as a penalty is still asked.
    record(debt, "fee", "2026-04-15", 500)
    record(debt, "waiver", "2026-04-15", 500, component="fee")
    assert on(debt, "2026-04-15").outstanding.penalty == before.outstanding.penalty
    settled = record(debt, "early_settlement", "2026-04-15", before.outstanding.total)
    assert isinstance(settled, EventRecorded)
    assert on(debt, "2026-04-15").outstanding.penalty == 0
    assert on(debt, "2026-04-15").counters()["received_penalty"] == before.outstanding.penalty


def test_disputes(booked, record):
    debt = booked()
    assert record(debt, "dispute", "2026-03-01", 99) is Refusal.INSTALMENT_UNKNOWN
    assert record(debt, "dispute_end", "2026-03-01", 1) is Refusal.DISPUTE_NOT_OPEN
    assert isinstance(record(debt, "dispute", "2026-03-01", 1), EventRecorded)
    assert record(debt, "dispute", "2026-03-02", 1) is Refusal.DISPUTE_ALREADY_OPEN
    assert on(debt, "2026-03-10").is_in_dispute
    assert isinstance(record(debt, "dispute_end", "2026-03-11", 0), EventRecorded)
    assert record(debt, "dispute_end", "2026-03-12", 0) is Refusal.DISPUTE_NOT_OPEN
    # Due 15 February: 14 days at the dispute, none while it lasted, one since; by contract 25.
    assert on(debt, "2026-03-12").days_past_due == 15
    assert on(debt, "2026-03-12").contractual_days_past_due == 25


def test_acceleration_is_taken_back_once(booked, record):
    debt = booked()
    assert record(debt, "reinstatement", "2026-03-01") is Refusal.NOT_ACCELERATED
    record(debt, "acceleration", "2026-03-01")
    owed = on(debt, "2026-03-02")
    assert owed.overdue.principal == owed.outstanding.principal
    assert isinstance(record(debt, "reinstatement", "2026-03-05"), EventRecorded)
    assert on(debt, "2026-03-06").overdue.principal < owed.overdue.principal
    assert record(debt, "reinstatement", "2026-03-06") is Refusal.NOT_ACCELERATED


def test_who_owes(booked, record, party, other):
    debt = booked()
    assert record(debt, "joining", "2026-03-01", payload={"party_id": 0}) is Refusal.DEBTOR_UNKNOWN
    assert record(debt, "joining", "2026-03-01", payload={"party_id": party.pk}) is Refusal.DEBTOR_ALREADY
    with pytest.raises(BadInput, match="party_id"):
        record(debt, "joining", "2026-03-01", payload={"party": 1})
    joined = record(debt, "joining", "2026-03-01", payload={"party_id": other.pk})
    assert debtors_on(party.pk, store.happened(debt), date(2026, 3, 1)) == (party.pk, other.pk)
    assert debtors_on(party.pk, store.happened(debt), date(2026, 2, 28)) == (party.pk,)
    record(debt, "reversal", "2026-03-02", reverses=joined.event_id)
    record(debt, "assumption", "2026-03-03", payload={"party_id": other.pk})
    assert debtors_on(party.pk, store.happened(debt), date(2026, 3, 3)) == (other.pk,)
    assert on(debt, "2026-03-03").has_changed_debtor


def test_a_subsidy_needs_an_agreement(booked, record):
    assert record(booked(), "subsidy", "2026-03-01", 100) is Refusal.NO_SUBSIDY_AGREED
    debt = booked(rules={"subsidy": 1_000})
    record(debt, "subsidy", "2026-03-01", 600)
    counters = on(debt, "2026-03-01").counters()
    assert (counters["subsidy_due"], counters["subsidy_received"]) == (1_000, 600)


def test_compound_interest_is_for_organisations(party, other):
    terms = replace(TERMS, rate_annual=Decimal("0.12"))
    penalty = PenaltyRule(multiple=Decimal("1.5"), compound_multiple=Decimal("1.5"))

    def book(who, number):
        return book_debt(BookDebt(terms, who.pk, number, penalty=penalty), "test", NOW)

    assert book(party, "C-1") is BookingRefusal.COMPOUND_INTEREST_IS_FOR_ORGANISATIONS
    debt = Debt.objects.get(pk=book(other, "C-2").debt_id)
    assert (debt.penalty_rate_ppm, debt.compound_rate_ppm) == (180_000, 180_000)


def test_the_payer_of_a_subsidy_stands_on_the_debt(party):
    command = BookDebt(TERMS, party.pk, "S-1", subsidy=Subsidy(1_500, "shop-7"))
    debt = Debt.objects.get(pk=book_debt(command, "test", NOW).debt_id)
    assert (debt.subsidy, debt.subsidy_payer) == (1_500, "shop-7")


def test_surplus_goes_back_to_where_it_came_from(booked, record):
    debt = booked()
    owed = on(debt, "2026-01-15").outstanding.total
    first = record(debt, "payment", "2026-02-01", 300, payload={"source": "card-1"})
    second = record(debt, "payment", "2026-02-02", owed, payload={"source": "wallet"})
    back = return_surplus(debt.debt_id, date(2026, 2, 3), "test", NOW)
    assert back.payouts == (Payout("card-1", 300, first.event_id),)
    assert on(debt, "2026-02-03").credit_balance == 0
    record(debt, "refund", "2026-02-04", 1_000)
    again = return_surplus(debt.debt_id, date(2026, 2, 4), "test", NOW)
    assert again.payouts == (Payout("wallet", 1_000, second.event_id),)
    with pytest.raises(BadInput, match="no credit balance"):
        return_surplus(debt.debt_id, date(2026, 2, 5), "test", NOW)


def test_surplus_of_an_unknown_source_stays(booked, record):
    debt = booked()
    record(debt, "payment", "2026-02-01", on(debt, "2026-01-15").outstanding.total + 70)
    back = return_surplus(debt.debt_id, date(2026, 2, 3), "test", NOW)
    assert (back.payouts, back.kept) == ((), 70)
    assert on(debt, "2026-02-03").credit_balance == 70
