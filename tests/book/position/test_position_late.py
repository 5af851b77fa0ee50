"""Late, disputed, called due: each by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow
from kaopu.book.core.position import position

START = date(2025, 1, 1)
RULES = DebtRules(1, 1, "CNY", START, 30_000)
# Three instalments of 100.00 with 10.00 interest and 1.00 fee, due on days 30, 60 and 90.
ROWS = tuple(InstalmentRow(n, START + timedelta(days=30 * n), 10_000, 1_000, 100) for n in (1, 2, 3))


def on(day):
    return START + timedelta(days=day)


def event(day, kind, amount=0, event_id=0):
    return EventRow(on(day), kind, amount, event_id=event_id or day)


def seen(day, *events, **rules):
    return position(History(replace(RULES, **rules), ROWS, events), on(day))


def late(day, *events, **rules):
    return seen(day, *events, **rules).days_past_due


def test_a_pause_that_resets_starts_the_days_anew_and_contractual_days_go_on():
    pause = event(40, K.PAUSE, 5)  # days 40 to 44 do not count
    assert [late(day, pause) for day in (39, 40, 44, 45)] == [9, 9, 9, 10]
    assert [late(day, pause, pause_resets=1) for day in (39, 40, 44, 45, 50)] == [9, 0, 0, 1, 6]
    assert seen(50, pause, pause_resets=1).contractual_days_past_due == 20


def test_re_ageing_counts_from_its_day_on():
    aged = event(50, K.RE_AGE)
    assert [late(day, aged) for day in (49, 50, 51, 80)] == [19, 0, 1, 30]
    assert (seen(80, aged).contractual_days_past_due, seen(80, aged).worst_days_past_due) == (50, 30)
    assert seen(50, aged).cleared_on == on(50)


@pytest.mark.parametrize(("resets", "days"), [
    # day 50: 20 days late; in dispute to the end of day 70; row 2 falls due on day 60 and is not in dispute.
    (0, {49: 19, 50: 20, 55: 20, 65: 20, 70: 20, 71: 21, 75: 25}),
    (1, {49: 19, 50:  0, 55:  0, 65:  5, 70: 10, 71: 11, 75: 15}),
])  # fmt: skip
def test_a_dispute_of_one_instalment_holds_its_days_or_resets_them(resets, days):
    events = (event(50, K.DISPUTE, 1), event(70, K.DISPUTE_END, 1))
    assert {day: late(day, *events, dispute_resets=resets) for day in days} == days
    assert seen(60, *events).is_in_dispute
    assert not seen(70, *events).is_in_dispute
    assert seen(75, *events).contractual_days_past_due == 45


def test_a_dispute_of_the_whole_stops_the_clock_and_the_penalty():
    events = (event(40, K.DISPUTE, 0), event(70, K.DISPUTE_END, 0))
    assert [late(day, *events) for day in (40, 60, 70, 71)] == [10, 10, 10, 11]
    # 0.1 % a day of 100.00, days 31 to 40; from day 71 on of 200.00.
    owed = [seen(day, *events, penalty_rate_ppm=365_000).outstanding.penalty for day in (40, 70, 71)]
    assert owed == [100, 100, 120]


def test_rows_in_dispute_bear_no_penalty():
    dispute = event(40, K.DISPUTE, 1)
    # Days 31 to 40 of row 1, then from day 61 on row 2 alone: the debt is past its grace by the days held.
    owed = [seen(day, dispute, penalty_rate_ppm=365_000).outstanding.penalty for day in (40, 60, 65)]
    assert owed == [100, 100, 150]


def test_a_fixed_penalty_is_charged_once_in_the_life_of_an_instalment():
    events = (event(40, K.RE_AGE), event(45, K.RE_AGE, event_id=2))
    assert [seen(day, *events, penalty_fixed=7).outstanding.penalty for day in (30, 31, 58, 61)] == [0, 7, 7, 14]


def test_compound_interest_is_on_overdue_interest_and_rounded_once_with_the_penalty():
    # 20 days of 10.00 at 36.5 % is 0.2; with 0.05 % a day of 100.00, 20 × 5: 100 + 20.
    assert seen(50, penalty_rate_ppm=182_500, compound_rate_ppm=365_000).outstanding.penalty == 120
    assert seen(50, penalty_rate_ppm=182_500, compound_rate_ppm=365_000, penalty_cap=110).outstanding.penalty == 110
    # One day: 10000 × 0.00005 + 1000 × 0.0005 = 0.5 + 0.5: neither alone makes a fen.
    assert seen(31, penalty_rate_ppm=18_250, compound_rate_ppm=182_500).outstanding.penalty == 1


def test_acceleration_by_rule_is_taken_back_rests_and_acts_once_more():
    rule = {"accelerate_after_days": 10}
    assert (seen(40, **rule).is_accelerated, seen(41, **rule).is_accelerated) == (False, True)
    called = seen(42, **rule)
    assert (called.overdue.principal, called.counters()["billed_principal"]) == (30_000, 30_000)
    back = event(45, K.REINSTATEMENT)
    cured = seen(45, back, **rule)
    assert (cured.is_accelerated, cured.overdue.principal, cured.next_due) == (False, 10_000, on(60))
    assert cured.counters()["billed_principal"] == 10_000
    # Still 15 days late and more: the rule rests until the debt was at 0 once.
    assert not seen(59, back, **rule).is_accelerated
    paid = event(59, K.PAYMENT, 11_100)
    assert late(59, back, paid, **rule) == 0
    again = [seen(day, back, paid, **rule).is_accelerated for day in (70, 71)]
    assert again == [False, True]
    assert late(71, back, paid, **rule) == 11


def test_an_instalment_whose_own_day_has_passed_stays_due_as_it_was_accelerated():
    events = (event(20, K.ACCELERATION), event(70, K.REINSTATEMENT))
    then = seen(70, *events)
    assert (then.days_past_due, then.overdue.principal, then.is_accelerated) == (50, 20_000, True)
    assert then.next_due == on(90)


def test_an_acceleration_by_rule_in_the_middle_of_a_long_silence_bears_penalty_from_the_next_day_on():
    # Days 31 to 41 of 100.00, from day 42 on of 300.00 at 0.1 % a day.
    assert seen(50, accelerate_after_days=10, penalty_rate_ppm=365_000).outstanding.penalty == 11 * 10 + 9 * 30


def test_money_goes_to_principal_first_once_the_debt_is_over_90_days_late():
    rule = {"allocation": 0, "late_allocation": 1 + 2 + 12, "late_allocation_days": 90}  # principal over all rows first
    in_time = seen(120, event(120, K.PAYMENT, 15_000), **rule)
    assert (in_time.days_past_due, in_time.outstanding.as_json()["fee"]) == (60, 100)
    too_late = seen(121, event(121, K.PAYMENT, 15_000), **rule)
    assert too_late.outstanding.as_json() == {"principal": 15_000, "interest": 3_000, "fee": 300, "penalty": 0}


def test_accrual_stops_over_90_days_and_returns_at_0():
    assert [seen(day).is_non_accrual for day in (120, 121)] == [False, True]
    some = event(125, K.PAYMENT, 22_000)
    assert seen(125, some).is_non_accrual
    rest = event(130, K.PAYMENT, 11_300)
    back = seen(130, some, rest)
    assert (back.is_non_accrual, back.cleared_on, back.non_performing_on) == (False, on(130), on(124))
    stopped = seen(124).counters()
    assert (stopped["billed_interest"], stopped["suspended_interest"]) == (3_000, 3_000)
    assert seen(130, some, rest).counters()["suspended_interest"] == 0


def test_restructuring_is_dated_and_dues_after_it_are_counted():
    then = seen(95, event(40, K.RESTRUCTURE), event(62, K.RESTRUCTURE))
    assert (then.restructured_on, then.dues_since_restructured, then.first_due_since_restructured) == (
        on(62),
        1,
        on(90),
    )


def test_another_debtor_marks_the_debt():
    assert not seen(10).has_changed_debtor
    assert seen(10, event(5, K.ASSUMPTION)).has_changed_debtor
    assert seen(10, event(5, K.JOINING)).has_changed_debtor
