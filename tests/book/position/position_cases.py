"""Small random histories with every kind, for the laws beside them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from kaopu.book.core.event_kind import Component
from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow

START = date(2025, 1, 1)
LAST_DAY = 320  # after every due day: 5 × 31, and extensions of at most 40 days each up to day 220

days = st.integers(0, LAST_DAY).map(lambda n: START + timedelta(days=n))
amounts = st.one_of(st.integers(0, 300), st.integers(0, 20_000))

rules = st.builds(
    DebtRules,
    debt_id=st.just(1),
    party_id=st.just(1),
    currency=st.just("CNY"),
    disbursed_on=st.just(START),
    principal=st.integers(0, 50_000),
    allocation=st.integers(0, 23),
    grace_days=st.sampled_from((0, 0, 3)),
    grace_amount=st.sampled_from((0, 0, 50)),
    penalty_rate_ppm=st.sampled_from((0, 365_000)),
    penalty_fixed=st.sampled_from((0, 7)),
    penalty_cap=st.sampled_from((0, 0, 90)),
    compound_rate_ppm=st.sampled_from((0, 0, 730_000)),
    refund_order=st.integers(0, 3),
    refund_fee=st.integers(0, 1),
    pause_resets=st.integers(0, 1),
    dispute_resets=st.integers(0, 1),
    accelerate_after_days=st.sampled_from((0, 0, 5, 20)),
    late_allocation=st.integers(0, 24),
    late_allocation_days=st.sampled_from((0, 10)),
    non_accrual_days=st.sampled_from((90, 10, 0)),
    subsidy=st.integers(0, 5_000),
)


@st.composite
def histories(draw):
    """Up to five instalments and twelve events; a reversal takes back some event before it."""
    rows = tuple(
        InstalmentRow(n, START + timedelta(days=31 * n), draw(amounts), draw(amounts), draw(amounts))
        for n in range(1, draw(st.integers(1, 5)) + 1)
    )
    events, kinds = [], st.sampled_from(list(K))
    for event_id, day in enumerate(sorted(draw(st.lists(st.integers(0, 220), max_size=12))), 1):
        kind = draw(kinds)
        amount, reverses = draw(amounts), 0
        if kind is K.REVERSAL:
            if event_id == 1:
                continue
            reverses, amount = draw(st.integers(1, event_id - 1)), 0
            if not any(event.event_id == reverses for event in events):
                continue
        elif kind in (K.EXTENSION, K.PAUSE):
            amount %= 40 if kind is K.PAUSE else 20
        elif kind in (K.DISPUTE, K.DISPUTE_END):
            amount %= len(rows) + 1
        elif kind is K.REPORTED_STATUS:
            amount %= 6
        component = draw(st.sampled_from((None, *Component))) if kind is K.WAIVER else None
        events.append(EventRow(START + timedelta(days=day), kind, amount, event_id, component, reverses))
    return History(draw(rules), rows, tuple(events))
