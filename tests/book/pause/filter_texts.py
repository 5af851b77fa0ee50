"""Filters drawn at random, over four columns."""

from __future__ import annotations

from hypothesis import strategies as st

leaves = st.sampled_from([
    'portfolio = "a"', 'portfolio != "a"', "days_past_due > 5", "days_past_due between 2 and 7", "merchant_id is unknown",
    'merchant_id = "m"', 'merchant_id in ("m", "n")', 'not merchant_id = "m"', "next_due < 2026-06-01",
])  # fmt: skip
filters = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} and {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} or {two[1]})"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=6,
)
