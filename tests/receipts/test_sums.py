"""Over random files and acts: total = matched + suspense + returned, nothing lost, nothing doubled, in any order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from receipt_files import NOW, book_debt_of, csv_bytes

from kaopu.book.models import Event
from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import NewParty
from kaopu.receipts import store
from kaopu.receipts.actions.match_receipt import match_receipt
from kaopu.receipts.actions.return_receipt import Reason, return_receipt
from kaopu.receipts.actions.take_receipts import take_content
from kaopu.receipts.actions.unmatch_receipt import unmatch_receipt
from kaopu.receipts.answers import of_file
from kaopu.receipts.models import Allocation, Receipt

pytestmark = pytest.mark.django_db
PHONE = "13800138000"
TEXTS = ("", "D-{0}", "D-{1} D-{0}", "LOAN-B", "2026", "D-999999")
rows = st.lists(
    st.fixed_dictionaries(
        {
            "booked_on": st.sampled_from(["2026-02-05", "2026-02-15", "2026-03-15", "bad"]),
            "amount": st.sampled_from(["106.62", "53.31", "159.93", "5", "-1", "2000"]),
            "currency": st.sampled_from(["CNY", "CNY", "CNY", "USD"]),
            "bank_reference": st.sampled_from(["B1", "B2", "B3", "B4", "B5", ""]),
            "reference": st.sampled_from(TEXTS),
            "payer_account": st.sampled_from(["", PHONE, "6222000011114471"]),
        }
    ),
    max_size=7,
)
acts = st.lists(
    st.tuples(st.sampled_from(["match", "unmatch", "return"]), st.integers(0, 6), st.sampled_from([None, 1, 500])),
    max_size=6,
)


def hold(answers):
    """The laws that hold after every act."""
    assert store.standing_differs() == []
    totals = store.received_totals(NOW.date())
    for answer in answers:
        for money in (answer, *answer["by_currency"].values()):
            assert Decimal(money["total"]) == sum(Decimal(money[name]) for name in ("matched", "suspense", "returned"))
    for currency, one in totals.items():
        told = sum(Decimal(answer["by_currency"].get(currency, {"total": 0})["total"]) for answer in answers)
        assert one["received"] == told * 100
        assert 0 <= one["matched"] + one["returned"] <= one["received"]
    living = set(Allocation.objects.filter(unmatch=None).values_list("event_id", flat=True))
    reversed_ = set(Event.objects.filter(kind="reversal").values_list("reverses_id", flat=True))
    paid = set(Event.objects.filter(kind="payment").values_list("event_id", flat=True))
    assert paid - reversed_ == living  # every living payment is money of a receipt, and the other way round
    assert sum(one["matched"] for one in totals.values()) == sum(
        Event.objects.filter(pk__in=living).values_list("amount", flat=True)
    )


def fresh_book():
    party = create_party(NewParty(phone=PHONE), actor="test", now=NOW)
    return [book_debt_of(party, "LOAN-A").pk, book_debt_of(party, "LOAN-B", principal=60_000).pk]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, rows, acts)
def test_nothing_is_lost_or_doubled_by_any_files_and_acts(first, second, done):
    with transaction.atomic():
        debts = fresh_book()
        files = [
            csv_bytes([row | {"reference": row["reference"].format(*debts)} for row in each])
            for each in (first, second)
        ]
        taken = [
            take_content(content, "bank.csv", "test", NOW) for content in (files if files[0] != files[1] else files[:1])
        ]
        hold([of_file(one) for one in taken])
        receipts = list(Receipt.objects.order_by("pk").values_list("pk", flat=True))
        for act, which, amount in done if receipts else ():
            receipt = receipts[which % len(receipts)]
            if act == "match":
                match_receipt(receipt, debts[which % 2], "test", NOW, amount=amount)
            elif act == "return":
                return_receipt(receipt, Reason.NOT_OURS, "test", NOW, amount=amount)
            elif living := store.living_allocations(receipt):
                unmatch_receipt(receipt, living[0].pk, "test", NOW)
            hold([of_file(one) for one in taken])
        again = [take_content(content, "again.csv", "test", NOW) for content in files]
        assert all(one.already for one in again)
        hold([of_file(one) for one in taken])
        transaction.set_rollback(True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_sum(given_rows, chance):
    answers = []
    for turn in range(2):
        with transaction.atomic():
            debts = fresh_book()
            order = list(given_rows)
            if turn:
                chance.shuffle(order)
            content = csv_bytes([row | {"reference": row["reference"].format(*debts)} for row in order])
            answer = of_file(take_content(content, "bank.csv", "test", NOW))
            answers.append({name: value for name, value in answer.items() if name not in {"file", "rejects_file"}})
            transaction.set_rollback(True)
    assert answers[0] == answers[1]
