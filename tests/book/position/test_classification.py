"""Ladders, buckets and the sentence behind a class; the kernel and the table agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaopu.book.core.classification import bucket_of, class_of
from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow
from kaopu.book.core.position import position

DUE = date(2025, 1, 1)


@pytest.mark.parametrize(("days", "loan", "card", "bucket"), [
    (  0, "normal",          "normal",          "current"),
    (  1, "special_mention", "special_mention", "1-30"),
    ( 30, "special_mention", "special_mention", "1-30"),
    ( 31, "special_mention", "special_mention", "31-60"),
    ( 90, "special_mention", "special_mention", "61-90"),
    ( 91, "substandard",     "substandard",     "91-180"),
    (120, "substandard",     "substandard",     "91-180"),
    (121, "substandard",     "doubtful",        "91-180"),
    (180, "substandard",     "doubtful",        "91-180"),
    (181, "substandard",     "loss",            "181-270"),
    (270, "substandard",     "loss",            "181-270"),
    (271, "doubtful",        "loss",            "271-360"),
    (360, "doubtful",        "loss",            "271-360"),
    (361, "loss",            "loss",            "361+"),
])  # fmt: skip
def test_class_and_bucket_by_days(days, loan, card, bucket):
    assert bucket_of(days) == bucket
    for ladder, expected in ((0, loan), (1, card)):
        rules = DebtRules(1, 1, "CNY", date(2024, 12, 1), 100, ladder=ladder)
        seen = position(History(rules, (InstalmentRow(1, DUE, 100, 0, 0),), ()), DUE + timedelta(days=days))
        assert (seen.days_past_due, seen.class_, class_of(days, ladder)) == (days, expected, expected)


def test_the_reason_names_the_days_the_rule_and_the_measure():
    rules = DebtRules(1, 1, "CNY", date(2024, 12, 1), 100)
    seen = position(History(rules, (InstalmentRow(1, DUE, 100, 0, 0),), ()), DUE + timedelta(days=95))
    assert seen.class_reason == (
        "95 days past due: over 90 days is substandard "
        "(Measures for Risk Classification of Financial Assets of Commercial Banks, 2023)"
    )


def test_a_reported_status_says_that_it_was_reported():
    rules = DebtRules(1, 1, "TWD", date(2024, 12, 1), 100, ladder=1)
    seen = position(History(rules, (), (EventRow(DUE, K.REPORTED_STATUS, 3),)), DUE)
    assert (seen.days_past_due, seen.is_reported) == (90, True)
    assert seen.class_reason.startswith("Reported 3 months in arrears, counted as 90 days past due")
