"""A filter means the same to the database and to a row in hand; what makes no sense is told with its place."""

from __future__ import annotations

from datetime import date

import pytest
from filter_texts import filters
from hypothesis import given
from hypothesis import strategies as st

from kaopu.book.core import debt_filter as df
from kaopu.book.core.debt_filter_text import parse
from kaopu.kernel.core.errors import BadInput

ROW = {"portfolio": "consumer", "days_past_due": 12, "category": None, "next_due": date(2026, 3, 1), "class": "normal"}


@pytest.mark.parametrize(("text", "answer"), [
    ('portfolio = "consumer" and days_past_due between 1 and 30', True),
    ("portfolio = 'consumer' and not days_past_due between 1 and 30", False),
    ("days_past_due > 12 or next_due <= 2026-03-01", True),
    ('category = "travel"', False),
    ('not category = "travel"', False),  # unknown is never yes
    ("category is unknown", True),
    ('class in ("normal", "loss")', True),
    ('class not in ("normal", "loss")', False),
    ('PORTFOLIO != "business" AND (Days_Past_Due >= 12)', True),
])  # fmt: skip
def test_what_a_filter_means(text, answer):
    assert df.matches(parse(text), ROW) is answer


@pytest.mark.parametrize(("text", "named"), [
    ("", "characters"),
    ("region = 'x'", "region"),
    ("days_past_due > 'many'", "days_past_due"),
    ("portfolio > 'a'", "portfolio"),
    ("class = 'bad'", "class"),
    ("days_past_due >", "where"),
    ("days_past_due = 1; drop table book_debt", "where"),
    ("(" * 30 + "days_past_due = 1" + ")" * 30, "deep"),
    ("next_due < 2026-02-30", "next_due"),
])  # fmt: skip
def test_what_makes_no_sense(text, named):
    with pytest.raises(BadInput, match=named):
        parse(text)


rows = st.fixed_dictionaries({
    "portfolio": st.sampled_from(["a", "b"]), "days_past_due": st.integers(0, 9),
    "merchant_id": st.sampled_from([None, "m", "n"]), "next_due": st.sampled_from([None, date(2026, 5, 1), date(2026, 7, 1)]),
})  # fmt: skip


@given(filters, rows)
def test_a_filter_and_its_opposite_never_both_match(text, row):
    node = parse(text)
    assert not (df.matches(node, row) and df.matches(df.negation(node), row))
    if None not in row.values():
        assert df.matches(node, row) or df.matches(df.negation(node), row)
