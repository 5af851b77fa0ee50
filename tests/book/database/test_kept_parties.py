"""Borrowers are kept by law: erasing one restricts, for ten years after the debts ended."""

from __future__ import annotations

from datetime import date

import pytest
from agreed_terms import NOW

from kaopu.book.kept_parties import keep_until
from kaopu.book.models import CloseRun, PositionRow
from kaopu.party import store
from kaopu.party.actions.create_party import create_party
from kaopu.party.actions.erase_party import erase_party
from kaopu.party.core.party import NewParty
from kaopu.party.models import Party

TODAY = date(2026, 11, 22)


def closed(debt, outstanding):
    """The current close says what stands."""
    run, _ = CloseRun.objects.get_or_create(as_of=TODAY, status="complete", is_current=True)
    columns = {
        field.name: 0
        for field in PositionRow._meta.fields
        if field.get_internal_type() in {"BigIntegerField", "IntegerField", "SmallIntegerField"}
    }
    columns |= {"outstanding_principal": outstanding, "currency": "CNY"}
    PositionRow.objects.filter(debt=debt).delete()
    wanted = {name: value for name, value in columns.items() if not name.endswith("_id")}
    PositionRow.objects.create(close_run=run, debt=debt, party_id=debt.party_id, **wanted)


def test_who_never_owed_is_not_kept(party):
    assert keep_until(party.pk, TODAY) is None


def test_a_debt_that_goes_on_keeps_its_borrower_for_ten_years_from_today(booked, party):
    debt = booked()
    assert keep_until(party.pk, TODAY) == date(2036, 11, 22)  # no close has seen it
    closed(debt, outstanding=5)
    assert keep_until(party.pk, TODAY) == date(2036, 11, 22)


def test_the_ten_years_run_from_the_last_event_of_an_ended_debt(booked, party, record):
    debt = booked()
    record(debt, "payment", "2026-02-15", 200_000)
    closed(debt, outstanding=0)
    assert keep_until(party.pk, TODAY) == date(2036, 2, 15)
    assert keep_until(party.pk, date(2040, 1, 1)) == date(2036, 2, 15)
    booked()  # another one begins
    assert keep_until(party.pk, TODAY) == date(2036, 11, 22)


@pytest.mark.parametrize("kind", ["joining", "assumption"])
def test_who_joined_or_took_over_a_debt_is_kept_too(booked, record, kind):
    other = Party.objects.create(kind="person", external_id=f"other-{kind}", created_at=NOW)
    record(booked(), kind, "2026-02-15", payload={"party_id": other.pk})
    assert keep_until(other.pk, TODAY) == date(2036, 11, 22)


def test_erasing_a_borrower_restricts(booked, party):
    named = create_party(NewParty(name="王小明"), actor="staff:1", now=NOW)
    booked()
    for party_id, until in ((party.pk, date(2036, 11, 22)), (named, None)):
        assert erase_party(party_id, actor="staff:1", now=NOW).restricted_until == until
    assert store.find(name="王小明") == []
