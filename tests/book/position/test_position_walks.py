"""Whatever is asked for beside a position, the position is the same; so is each debt among many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, prepare, prepare_all
from kaopu.book.core.position import position, positions, replayed
from kaopu.book.core.position_columns import COUNTERS, FACTS, OUT32, OUT64
from tests.book.position.position_cases import days, histories


def same(prepared, day):
    """The close's columns are the first of the extended ones."""
    short = replayed(prepared, day, extended=False)
    full = replayed(prepared, day, extended=True)
    assert (len(full[0]), len(full[1])) == (len(OUT64) + len(COUNTERS), len(OUT32) + len(FACTS))
    assert np.array_equal(short[0], full[0][: len(OUT64)])
    assert np.array_equal(short[1], full[1][: len(OUT32)])


@settings(max_examples=200)
@given(some=st.lists(histories(), min_size=1, max_size=4), day=days)
def test_facts_and_counters_change_no_position(some, day):
    debts = [replace(each, rules=replace(each.rules, debt_id=at)) for at, each in enumerate(some, 1)]
    same(prepare_all(debts), day)
    assert positions(prepare_all(debts), day) == [position(each, day) for each in debts]


@settings(max_examples=300)
@given(history=histories(), day=days)
def test_the_short_walk_of_payments_alone_equals_the_general_walk(history, day):
    given_ = history.rules
    rules = DebtRules(
        1, 1, "CNY", given_.disbursed_on, given_.principal, refund_order=given_.refund_order,
        refund_fee=given_.refund_fee, pause_resets=1, dispute_resets=1, late_allocation_days=3,
        non_accrual_days=given_.non_accrual_days, subsidy=given_.subsidy,
    )  # fmt: skip
    paid = tuple(replace(event, kind=K.PAYMENT, component=None, reverses=0) for event in history.events)
    same(prepare(replace(history, rules=rules, events=paid)), day)


@settings(max_examples=200)
@given(history=histories(), day=days)
def test_a_single_rule_at_work_leaves_the_short_walk(history, day):
    """Rules that payments can meet are never lost because a debt looks plain."""
    given_ = history.rules
    rules = DebtRules(
        1, 1, "CNY", given_.disbursed_on, given_.principal, compound_rate_ppm=given_.compound_rate_ppm,
        accelerate_after_days=given_.accelerate_after_days, late_allocation=given_.late_allocation,
    )  # fmt: skip
    paid = tuple(replace(event, kind=K.PAYMENT, component=None, reverses=0) for event in history.events)
    same(prepare(replace(history, rules=rules, events=paid)), day)
