"""Repayment record: how late the party is and was, how instalments were met, whether first payments came."""

# ruff: noqa: E501 - the catalogue is a table, one feature a line

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.features.declare import (
    COUNT,
    DAYS,
    MINOR,
    MONTHS,
    SHARE,
    book_feature,
    count_of,
    days_since,
    flag_of,
    of_debts,
    share_of,
)
from kaopu.decision.core.features.feature import Kind, Source, Text
from kaopu.decision.core.features.found import Found, share, where
from kaopu.decision.core.features.observation import MONTHS as POINTS

if TYPE_CHECKING:
    from kaopu.decision.core.features.declare import Compute
    from kaopu.decision.core.features.party_facts import PartyFacts, Values

P, E = Source.BOOK_POSITIONS, Source.BOOK_EVENTS
NO_DUE = Text("尚无到期的期次", "no instalment has fallen due yet")
NO_FIRST = Text("尚无首期到期满该天数的借据", "no debt whose first instalment fell due so many days ago")
NO_LATE = Text("从未有期次逾期", "no instalment was ever late")
NOT_IN_24 = Text("近 24 个月各月末点均未达到，或无借据", "not at any monthly point of 24 months, or no debt")
NO_PAYMENT = Text("没有还款", "no payment")
_EDGES = np.array([0, 30, 60, 90])


def _past_due(facts: PartyFacts, points: int) -> Values:
    """Days past due at monthly points, newest first; 0 where the party had no debt then."""
    return np.maximum(facts.block("days_past_due_0", points), 0)


def worst(months: int) -> Compute:
    """The largest at the as-of day and the monthly points before it."""
    return lambda facts: where(facts["debts"] > 0, _past_due(facts, months + 1).max(axis=1))


def points_over(months: int, days: int) -> Compute:
    """How many monthly points were at `days` or more."""
    return lambda facts: where(facts["debts"] > 0, (_past_due(facts, months + 1) >= days).sum(axis=1))


def months_since(days: int) -> Compute:
    """Months back to the newest monthly point at `days` or more."""

    def compute(facts: PartyFacts) -> Found:
        bad = _past_due(facts, POINTS + 1) >= days
        return where(np.asarray(bad.any(axis=1)), bad.argmax(axis=1))

    return compute


def roll_direction(facts: PartyFacts) -> Found:
    """Bucket now less bucket a month ago, as -1, 0 or 1."""
    now, before = (np.searchsorted(_EDGES, facts[f"days_past_due_{month}"]) for month in (0, 1))
    return where((facts["debts"] > 0) & (facts["days_past_due_1"] >= 0), np.sign(now - before))


def _average_late(facts: PartyFacts) -> Found:
    late = facts["met_late"] + facts["unmet"]
    return share(facts["days_late"], late)


def _average_early(facts: PartyFacts) -> Found:
    return share(facts["days_early"], facts["met_early"] + facts["met_on_time"])


FEATURES = (
    book_feature("days_past_due_days", ("当前逾期天数（名下借据最大值）", "days past due now, the most of the party's debts"), DAYS, P, worst(0)),
    book_feature("worst_past_due_3m_days", ("近 3 个月各月点的最大逾期天数", "most days past due at the as-of day and 3 monthly points before"), DAYS, P, worst(3)),
    book_feature("worst_past_due_6m_days", ("近 6 个月各月点的最大逾期天数", "most days past due at the as-of day and 6 monthly points before"), DAYS, P, worst(6)),
    book_feature("worst_past_due_12m_days", ("近 12 个月各月点的最大逾期天数", "most days past due at the as-of day and 12 monthly points before"), DAYS, P, worst(12)),
    book_feature("worst_past_due_24m_days", ("近 24 个月各月点的最大逾期天数", "most days past due at the as-of day and 24 monthly points before"), DAYS, P, worst(24)),
    book_feature("worst_past_due_ever_days", ("历史最大逾期天数（任一日终）", "most days past due at the end of any day so far"), DAYS, P, of_debts("worst_days_past_due")),
    book_feature("months_late_12m_count", ("近 12 个月逾期 1 天以上的月点数", "monthly points of 12 months at 1 or more days past due"), COUNT, P, points_over(12, 1), high=13),
    book_feature("months_late_30_12m_count", ("近 12 个月逾期 30 天以上的月点数", "monthly points of 12 months at 30 or more days past due"), COUNT, P, points_over(12, 30), high=13),
    book_feature("months_since_late_months", ("距最近一次月点逾期 1 天以上的月数", "months since a monthly point at 1 or more days past due"), MONTHS, P, months_since(1), missing=NOT_IN_24, high=POINTS),
    book_feature("months_since_late_30_months", ("距最近一次月点逾期 30 天以上的月数", "months since a monthly point at 30 or more days past due"), MONTHS, P, months_since(30), missing=NOT_IN_24, high=POINTS),
    book_feature("months_since_late_90_months", ("距最近一次月点逾期 90 天以上的月数", "months since a monthly point at 90 or more days past due"), MONTHS, P, months_since(90), missing=NOT_IN_24, high=POINTS),
    book_feature("roll_direction", ("逾期桶较上月变化：-1 好转，0 不变，1 恶化", "overdue bucket against a month ago: -1 better, 0 same, 1 worse"), "sign", P, roll_direction, missing=Text("上月尚无借据", "no debt a month ago"), low=-1, high=1),
    book_feature("worst_class", ("名下借据按天数的最差五级分类，0 正常至 4 损失", "worst of the five classes by days, 0 normal to 4 loss"), "class", P, of_debts("worst_class"), high=4),
    book_feature("overdue_debts_count", ("当前逾期借据数", "debts past due now"), COUNT, P, count_of("overdue_debts")),
    book_feature("first_payment_default_1_share", ("首期在应还日后 1 天日终仍未结清的借据占比", "share of debts whose first instalment was unpaid at the end of the day after it was due"), SHARE, P, share_of("first_default_1", "first_payments"), missing=NO_FIRST),
    book_feature("first_payment_default_7_share", ("首期逾期 7 天未结清的借据占比", "share of debts whose first instalment was unpaid 7 days on"), SHARE, P, share_of("first_default_7", "first_payments_7"), missing=NO_FIRST),
    book_feature("first_payment_default_30_share", ("首期逾期 30 天未结清的借据占比", "share of debts whose first instalment was unpaid 30 days on"), SHARE, P, share_of("first_default_30", "first_payments_30"), missing=NO_FIRST),
    book_feature("dues_count", ("已到期期次数", "instalments that fell due"), COUNT, E, count_of("dues")),
    book_feature("paid_early_share", ("提前结清的期次占比", "share of instalments due that were met before their day"), SHARE, E, share_of("met_early", "dues"), missing=NO_DUE),
    book_feature("paid_on_time_share", ("当日结清的期次占比", "share of instalments due that were met on their day"), SHARE, E, share_of("met_on_time", "dues"), missing=NO_DUE),
    book_feature("paid_late_share", ("逾期后结清的期次占比", "share of instalments due that were met after their day"), SHARE, E, share_of("met_late", "dues"), missing=NO_DUE),
    book_feature("unpaid_share", ("到期仍未结清的期次占比", "share of instalments due that are not met"), SHARE, E, share_of("unmet", "dues"), missing=NO_DUE),
    book_feature("late_instalments_count", ("逾期期次数（含仍未结清）", "instalments met late or not met"), COUNT, E, lambda facts: where(facts["dues"] > 0, facts["met_late"] + facts["unmet"]), missing=NO_DUE),
    book_feature("late_instalments_90d_share", ("近 90 天到期期次中逾期占比", "share of instalments due in 90 days that were late"), SHARE, E, share_of("late_90", "dues_90"), missing=NO_DUE),
    book_feature("late_instalments_365d_share", ("近 365 天到期期次中逾期占比", "share of instalments due in 365 days that were late"), SHARE, E, share_of("late_365", "dues_365"), missing=NO_DUE),
    book_feature("late_instalments_30_count", ("逾期 30 天以上的期次数", "instalments 30 or more days late"), COUNT, E, lambda facts: where(facts["dues"] > 0, facts["late_30_plus"]), missing=NO_DUE),
    book_feature("late_within_week_count", ("逾期不超过 7 天的期次数", "instalments late by at most 7 days"), COUNT, E, lambda facts: where(facts["dues"] > 0, facts["late_1_to_7"]), missing=NO_DUE),
    book_feature("days_late_average_days", ("逾期期次平均逾期天数", "days late, average of late instalments"), DAYS, E, _average_late, missing=NO_LATE, kind=Kind.NUMBER),
    book_feature("days_early_average_days", ("按时期次平均提前天数", "days ahead, average of instalments met in time"), DAYS, E, _average_early, missing=Text("无按时结清的期次", "no instalment was met in time"), kind=Kind.NUMBER),
    *(
        book_feature(f"late_worst_{days}d_days", (f"近 {days} 天内结清或仍未结清期次的最大逾期天数（按合同）", f"most days late, by contract, of instalments met in or unmet at the end of {days} days"), DAYS, E, lambda facts, days=days: where(facts["dues"] > 0, np.maximum(facts[f"late_{days}_days"], 0)), missing=NO_DUE)  # type: ignore[misc]
        for days in (90, 180, 365)
    ),
    book_feature("days_since_late_due_days", ("距最近一个逾期期次应还日的天数", "days since the due day of the last late instalment"), DAYS, E, days_since("last_late_due_on"), missing=NO_LATE),
    book_feature("payments_count", ("还款笔数", "payments"), COUNT, E, count_of("payments")),
    book_feature("payments_90d_count", ("近 90 天还款笔数", "payments in 90 days"), COUNT, E, count_of("payments_90")),
    book_feature("paid_30d_minor", ("近 30 天还款金额", "money paid in 30 days"), MINOR, E, count_of("paid_30")),
    book_feature("paid_90d_minor", ("近 90 天还款金额", "money paid in 90 days"), MINOR, E, count_of("paid_90")),
    book_feature("paid_365d_minor", ("近 365 天还款金额", "money paid in 365 days"), MINOR, E, count_of("paid_365")),
    book_feature("days_since_payment_days", ("距最近一次还款的天数", "days since the last payment"), DAYS, E, days_since("last_payment_on"), missing=NO_PAYMENT),
    book_feature("largest_payment_minor", ("最大单笔还款", "largest payment"), MINOR, E, lambda facts: where(facts["payments"] > 0, facts["largest_payment"]), missing=NO_PAYMENT),
    book_feature("early_settlements_count", ("提前结清次数", "early settlements"), COUNT, E, count_of("early_settlements")),
    book_feature("has_late_now", ("当前是否逾期", "whether any debt is past due now"), "yes_no", P, flag_of("overdue_debts"), kind=Kind.BOOLEAN, high=1),
)  # fmt: skip
