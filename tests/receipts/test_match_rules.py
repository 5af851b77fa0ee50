"""The rules as pure functions: their laws over any receipt, and ages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.receipts.core import naming
from kaopu.receipts.core.age import BUCKETS, age_days, bucket, days_of
from kaopu.receipts.core.line import Fault, Line, columns, read
from kaopu.receipts.core.mask import mask_text
from kaopu.receipts.core.match import DebtFacts, Held, Match, Named, Payer, match
from kaopu.receipts.core.same import sort
from kaopu.receipts.core.why import Rule, Why

facts = st.builds(
    DebtFacts,
    debt_id=st.integers(1, 6),
    party_id=st.integers(1, 2),
    currency=st.sampled_from(["CNY", "USD"]),
    begun=st.booleans(),
    settled=st.booleans(),
    transferred=st.booleans(),
    due_now=st.integers(0, 4),
    due_soon=st.integers(0, 8),
    days_past_due=st.integers(0, 90),
    owed=st.integers(0, 12),
)


@given(st.integers(1, 12), st.lists(facts, unique_by=lambda one: one.debt_id), st.booleans(), st.data())
def test_a_match_gives_out_exactly_the_receipt_to_open_debts_of_its_currency(amount, known, unknown, data):
    debts = {one.debt_id: one for one in known}
    named = data.draw(st.lists(st.sampled_from(sorted(debts)), unique=True, max_size=3)) if debts else []
    parties = data.draw(st.lists(st.integers(1, 2), unique=True))
    by_party = {party: tuple(one.debt_id for one in known if one.party_id == party) for party in (1, 2)}
    payer = Payer(tuple(parties), (), by_party)
    found = match(amount, "CNY", Named(tuple(named), unknown), payer, debts)
    if isinstance(found, Held):
        return
    assert sum(part.amount for part in found.parts) == amount
    assert all(part.amount > 0 for part in found.parts)
    assert len({part.debt_id for part in found.parts}) == len(found.parts)
    assert all(debts[part.debt_id].open and debts[part.debt_id].currency == "CNY" for part in found.parts)
    if found.rule is Rule.DEBT_NAMED:
        assert len(named) == 1 and not unknown
    else:
        assert not named and not unknown and len(parties) == 1
        assert all(debts[part.debt_id].party_id == parties[0] for part in found.parts)


@given(st.integers(1, 12), st.lists(facts, unique_by=lambda one: one.debt_id))
def test_the_order_in_which_debts_are_known_changes_nothing(amount, known):
    def decide(order):
        by_party = {1: tuple(one.debt_id for one in order)}
        found = match(amount, "CNY", Named(), Payer((1,), (), by_party), {one.debt_id: one for one in order})
        return (found.rule, found.parts) if isinstance(found, Match) else (found.why, frozenset(found.candidates))

    assert decide(known) == decide(known[::-1])


def test_a_name_or_nothing_is_never_yes():
    one = DebtFacts(1, 1, "CNY", True, False, False, 5, 5, 0, 5)
    assert match(5, "CNY", Named(), Payer((), (1,), {1: (1,)}), {1: one}) == Held(Why.NAME_ALONE, (1,))
    assert match(5, "CNY", Named(), Payer(), {}) == Held(Why.NOTHING_KNOWN)
    assert match(5, "CNY", Named(doubtful=(1,)), Payer(), {1: one}).why is Why.NAME_IS_DOUBTFUL
    assert match(5, "CNY", Named(), Payer((1, 2), (), {1: (1,)}), {1: one}).why is Why.PAYER_OF_SEVERAL


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("还款D-12谢谢", ("D-12",)), ("d-12,D-13.", ("d-12", "D-13")), ("Ｄ－１２", ("D-12",)), ("LN88/7", ("LN88/7",)),
        ("10月还款", ("10",)), ("", ()),
    ],
)  # fmt: skip
def test_words_of_a_text(text, found):
    assert naming.words(text) == found


def test_what_is_doubtful():
    assert all(map(naming.is_doubtful, ("12", "2026", "202611", "20261122", "13912345678")))
    assert not any(map(naming.is_doubtful, ("8471", "84712", "D-12", "20261399", "LN12")))


@given(st.integers(0, 500))
def test_every_age_falls_in_the_bucket_that_holds_it(days):
    on = date(2026, 11, 22)
    first, last = days_of(bucket(age_days(on, on + timedelta(days=days))))
    assert first <= days and (last is None or days <= last)
    assert [bucket(day) for day in (0, 3, 4, 10, 11, 30, 31, 90, 91)] == [
        BUCKETS[place] for place in (0, 0, 1, 1, 2, 2, 3, 3, 4)
    ]


@given(
    st.permutations(
        [Line(n, date(2026, 2, 15 - n % 3), 5 + n % 2, "CNY", f"B{n % 5}", "", "", "", "main") for n in range(8)]
    )
)
def test_the_order_of_rows_says_nothing(lines):
    found, plain = sort(lines), sort(sorted(lines, key=lambda line: line.row))
    assert found == plain
    assert len(found.receipts) + found.repeated + len(found.faults) == 8


@given(st.text(max_size=30), st.text(max_size=20), st.text(max_size=5))
def test_any_row_is_a_line_or_a_fault_that_says_what_is_expected(booked_on, amount, currency):
    found = read(2, {"booked_on": booked_on, "amount": amount, "currency": currency})
    assert (isinstance(found, Line) and found.amount > 0) or (isinstance(found, Fault) and found.expectation)


def test_columns_are_known_by_common_names():
    assert columns(["交易日期", "金额", "摘要", "附言"]) == {"booked_on": (0,), "amount": (1,), "reference": (2, 3)}
    assert columns(["Booking Date", " AMOUNT "]) == {"booked_on": (0,), "amount": (1,)}


def test_a_text_is_shown_without_the_payer_and_long_numbers():
    assert mask_text("李雷 还款 13912345678 D-12345678901 123", "李雷") == "李* 还款 ****5678 D-12345678901 123"
