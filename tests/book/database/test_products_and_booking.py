"""Products on offer by their dates, and what a booking takes from them or refuses."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from agreed_terms import NOW, TERMS
from django.db import IntegrityError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from kaopu.book.actions.add_product_version import AddProductVersion, Refusal, add_product_version
from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.actions.book_debt import Refusal as BookingRefusal
from kaopu.book.actions.import_reference_rates import import_reference_rates
from kaopu.book.actions.record_event import RecordEvent, record_event
from kaopu.book.core import terms_json
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.terms import Charge, Floating, Plan, TableLine, Terms
from kaopu.book.models import Debt, Event, ProductVersion, ScheduleVersion
from kaopu.kernel.core.errors import BadInput


def offer(day, **rules):
    command = AddProductVersion("cash-12", "Cash loan", date.fromisoformat(day), {"periods": 12}, rules)
    return add_product_version(command, "test", NOW)


@pytest.mark.django_db
def test_a_booking_takes_the_rules_of_its_day(booked):
    assert offer("2025-01-01", grace_days=3) == 1
    assert offer("2026-01-15", grace_days=5) == 2
    assert offer("2026-01-15") is Refusal.NOT_AFTER_THE_VERSION_BEFORE
    assert ProductVersion.objects.get(version=1).valid_to == date(2026, 1, 14)
    before = booked(replace(TERMS, start=date(2026, 1, 14)), product="cash-12")
    after = booked(TERMS, product="cash-12", rules={"penalty_rate_ppm": 180_000})
    assert [(debt.grace_days, debt.penalty_rate_ppm) for debt in (before, after)] == [(3, 0), (5, 180_000)]


@pytest.mark.django_db
def test_what_is_not_booked(party):
    def booking(**more):
        return book_debt(BookDebt(**{"terms": TERMS, "party_id": party.pk, "external_id": "X", **more}), "test", NOW)

    assert booking(party_id=0) is BookingRefusal.PARTY_UNKNOWN
    offer("2026-02-01")
    assert booking(product="cash-12") is BookingRefusal.PRODUCT_NOT_OFFERED_ON_THE_DAY
    assert booking().debt_id
    assert booking() is BookingRefusal.EXTERNAL_ID_TAKEN
    with pytest.raises(BadInput, match="grace"):
        booking(external_id="Y", rules={"grace": 1})
    with pytest.raises(IntegrityError, match="book_debt_rules"), transaction.atomic():
        booking(external_id="Y", rules={"penalty_days_in_year": 366})
    assert Debt.objects.count() == 1


@pytest.mark.django_db
def test_a_floating_debt_is_booked_from_the_imported_rates(booked):
    rows = [{"publish_date": "2026-01-10", "lpr_1y_pct": "3.00"}, {"publish_date": "2026-06-20", "lpr_1y_pct": "3.60"}]
    import_reference_rates(rows, "rates.csv", "test", NOW)
    floating = Floating("lpr_1y", Decimal("0.03"), reset_months=6)
    debt = booked(replace(TERMS, plan=Plan.INTEREST_ONLY, rate_annual=Decimal(0), floating=floating))
    interest = ScheduleVersion.objects.get(debt=debt).interest
    # 1,200.00 at 6 % and, from the reset of 15 July, at 6.6 %: 6.00 and 6.60 a month.
    assert (interest[0], interest[6]) == (600, 660)


@pytest.mark.django_db(transaction=True)
def test_one_key_from_many_at_once_records_once(booked):
    debts = [booked(), booked()]
    start, outcomes = threading.Barrier(6), []

    def call(number):
        try:
            command = RecordEvent(debts[number % 2].pk, EventKind.PAYMENT, date(2026, 2, 15), "one-key", amount=5)
            start.wait(10)
            outcomes.append(record_event(command, "test", NOW))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Event.objects.count() == 1
    assert sum(outcome == "key_used_with_other_body" for outcome in outcomes) == 3
    assert {outcome.event_id for outcome in outcomes if not isinstance(outcome, str)} == {Event.objects.get().pk}


RATES = st.decimals(min_value=0, max_value=1, places=6)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def any_terms(draw):
    start, periods = draw(DAYS), draw(st.integers(1, 36))
    return Terms(
        plan=draw(st.sampled_from([Plan.EQUAL_INSTALMENT, Plan.EQUAL_PRINCIPAL, Plan.FEE_INSTALMENT])),
        currency="CNY",
        principal_minor=draw(st.integers(1, 10**9)),
        start=start,
        periods=periods,
        fee_per_period=draw(st.none() | st.builds(Charge, rate=RATES) | st.builds(Charge, minor=st.integers(0, 99))),
        due_day=draw(st.none() | st.integers(1, 31)),
    )


@given(any_terms())
def test_terms_survive_as_json(terms):
    assert terms_json.from_json(terms_json.to_json(terms)) == terms


def test_terms_with_a_table_or_a_reference_survive_as_json():
    lines = (TableLine(date(2026, 2, 1), principal_minor=40), TableLine(date(2026, 3, 1), principal_minor=60))
    table = Terms(Plan.IRREGULAR, "CNY", 100, date(2026, 1, 1), periods=2, table=lines)
    floating = replace(TERMS, floating=Floating("lpr", first_reset=TERMS.start + timedelta(30)), rate_annual=Decimal(0))
    for terms in (table, floating):
        assert terms_json.from_json(terms_json.to_json(terms)) == terms


@pytest.mark.parametrize(("change", "named"), [
    ({"plan": "gift"}, "plan"),
    ({"rate_annual": 0.12}, "rate_annual"),
    ({"start": "2026-02-30"}, "start"),
    ({"principal_minor": "100"}, "principal_minor"),
    ({"colour": 1}, "colour"),
    ({"currency": None}, "currency"),
    ({"fee_per_period": 3}, "fee_per_period"),
])  # fmt: skip
def test_faulty_json_is_named_by_its_field(change, named):
    with pytest.raises(BadInput, match=f"^{named}:"):
        terms_json.from_json({**terms_json.to_json(TERMS), **change})
