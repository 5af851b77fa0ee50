"""What must hold for the position of any history, whatever nobody thought of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, prepare, prepare_all
from kaopu.book.core.position import position, positions
from kaopu.book.core.position_columns import OUT32, OUT64
from tests.book.histories import START, random_history

seeds = st.integers(0, 10**9)
days = st.integers(-3, 260).map(lambda n: START + timedelta(days=n))


def with_ids(history: History) -> History:
    """The same with ids by day, where it had none."""
    ordered = sorted(history.events, key=lambda event: event.on)
    return replace(history, events=tuple(replace(e, event_id=e.event_id or 100 + n) for n, e in enumerate(ordered)))


@given(seed=seeds, day=days, shuffle=seeds)
def test_arrival_order_never_shows(seed, day, shuffle):
    history, draw = random_history(seed), Random(shuffle)
    events, rows = list(history.events), list(history.instalments)
    draw.shuffle(events)
    draw.shuffle(rows)
    assert position(replace(history, events=tuple(events), instalments=tuple(rows)), day) == position(history, day)


@given(some=st.lists(seeds, min_size=2, max_size=12, unique=True), day=days, cut=st.integers(0, 12))
def test_batching_never_shows(some, day, cut):
    """Debts in one call, one by one, or split into two buckets."""
    histories = [random_history(seed, debt_id=at + 1) for at, seed in enumerate(some)]
    one_by_one = [position(history, day) for history in histories]
    assert positions(prepare_all(histories), day) == one_by_one
    parts = [positions(prepare_all(part), day) for part in (histories[:cut], histories[cut:]) if part]
    assert [each for part in parts for each in part] == one_by_one


@given(seed=seeds, day=days)
def test_no_amount_is_below_zero_and_overdue_is_part_of_outstanding(seed, day):
    seen = position(random_history(seed), day).columns()
    assert min(seen[name] for name in OUT64) >= 0
    for name in ("principal", "interest", "fee", "penalty"):
        assert seen[f"overdue_{name}"] <= seen[f"outstanding_{name}"]
    assert seen["accrued_interest"] <= seen["outstanding_interest"]
    assert 0 <= seen["days_past_due"] <= seen["worst_days_past_due"]


@given(seed=seeds, day=days)
def test_nothing_is_made_or_lost(seed, day):
    """The identity of docs/snapshot.md by the outputs alone, where asked and money can be told from the input.

    (With penalties by rule, payouts and reports in play the oracle checks it after every event.)
    """
    history = random_history(seed)
    silent = (K.PAYOUT, K.REPORTED_BALANCE, K.REPORTED_CREDIT, K.REPORTED_STATUS, K.REVERSAL, K.TRANSFER)
    history = replace(
        history,
        rules=replace(history.rules, penalty_rate_ppm=0, penalty_fixed=0, compound_rate_ppm=0),
        instalments=tuple(r for r in history.instalments if r.version == 1),
        events=tuple(e for e in history.events if e.kind not in silent),
    )
    assume(history.rules.disbursed_on <= day)
    seen = position(history, day).extended_columns()
    known = [e for e in history.events if e.on <= day]
    asked = sum(r.principal + r.interest + r.fee for r in history.instalments)
    asked += sum(e.amount for e in known if e.kind in (K.FEE, K.PENALTY, K.CHARGEBACK))
    outstanding = sum(seen[name] for name in OUT64[:4])
    applied = asked - outstanding - seen["waived"] - seen["lapsed"] - seen["charged_off"]
    came = seen["paid_to_date"] + seen["set_off"] + seen["refunded"]
    assert came == applied + seen["recovered"] + seen["credit_balance"] + seen["paid_out"]


@given(seed=seeds, day=days, at=st.integers(0, 50))
def test_a_reversal_restores(seed, day, at):
    """An event and its reversal, on or after the event's day, leave what would be without both."""
    history = with_ids(random_history(seed))
    taken = history.events[at % len(history.events)]
    causes = {r.cause_event for r in history.instalments} | {e.reverses for e in history.events}
    assume(taken.event_id not in causes)
    undo = EventRow(max(taken.on, day), K.REVERSAL, 0, event_id=10_000, reverses=taken.event_id)
    without = replace(history, events=tuple(e for e in history.events if e is not taken))
    both = replace(history, events=(*history.events, undo))
    assert position(both, undo.on) == position(without, undo.on)
    before = undo.on - timedelta(days=1)
    assert position(both, before) == position(history, before)


@given(seed=seeds, day=days, other=seeds)
def test_the_position_ignores_what_happens_later(seed, day, other):
    history, draw = with_ids(random_history(seed)), Random(other)
    needed = {r.cause_event for r in history.instalments} | {e.reverses for e in history.events}
    kept = tuple(e for e in history.events if e.on <= day or e.event_id in needed)
    later = tuple(
        EventRow(
            day + timedelta(days=draw.randint(1, 9)), draw.choice(list(K)[1:]), draw.randint(0, 30), event_id=20_000 + n
        )
        for n in range(5)
    )
    assert position(replace(history, events=kept), day) == position(history, day)
    assert position(replace(history, events=(*history.events, *later)), day) == position(history, day)


def general_only(history: History):
    """Prepared so that the kernel never takes its short walk."""
    prepared = prepare(history)
    rules = prepared.rules.copy()
    rules[:, 9] = 1
    return replace(prepared, rules=rules)


@settings(max_examples=400)
@given(seed=seeds, day=days)
def test_the_short_walk_equals_the_general_walk(seed, day):
    history = random_history(seed)
    rules = history.rules
    simple = replace(
        history,
        rules=DebtRules(
            rules.debt_id, rules.party_id, rules.currency, rules.disbursed_on, rules.principal, ladder=rules.ladder
        ),
        instalments=tuple(r for r in history.instalments if r.version == 1),
        events=tuple(replace(e, kind=K.PAYMENT, reverses=0, component=None) for e in history.events),
    )
    ordered = replace(
        simple,
        instalments=tuple(sorted(simple.instalments, key=lambda r: (r.due_on, r.seq))),
        events=tuple(sorted(simple.events, key=lambda e: e.on)),
    )
    assert position(ordered, day) == position(general_only(ordered), day)


def test_the_names_of_the_columns_are_the_width_of_the_outputs():
    prepared = prepare(random_history(1))
    assert (len(OUT64), len(OUT32)) == (16, 8)
    assert prepared.rules.dtype == np.int64
