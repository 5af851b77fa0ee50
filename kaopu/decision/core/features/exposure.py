"""Exposure: what is owed now, what falls due, how much is new, how concentrated it is."""

# ruff: noqa: E501 - the catalogue is a table, one feature a line

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.decision.core.features.declare import (
    COUNT,
    DAYS,
    MINOR,
    SHARE,
    book_feature,
    count_of,
    share_of,
)
from kaopu.decision.core.features.feature import Kind, Source, Text
from kaopu.decision.core.features.found import Found, share, where

if TYPE_CHECKING:
    from kaopu.decision.core.features.party_facts import PartyFacts

D, P, E = Source.BOOK_DEBTS, Source.BOOK_POSITIONS, Source.BOOK_EVENTS
NOTHING_OWED = Text("当前无未偿余额", "nothing is owed")


def _repaid_share(facts: PartyFacts) -> Found:
    return share(facts["lent_open"] - facts["outstanding_principal"].clip(0, facts["lent_open"]), facts["lent_open"])


def _next_due(facts: PartyFacts) -> Found:
    return where(facts["next_due_on"] < 1 << 31, facts["next_due_on"] - facts.as_of_day)


def _coverage(facts: PartyFacts) -> Found:
    return share(facts["paid_90"], facts["due_next_90"])


FEATURES = (
    book_feature("debts_count", ("借据总数", "debts so far"), COUNT, D, count_of("debts")),
    book_feature("open_debts_count", ("未结清借据数", "debts with something owed"), COUNT, P, count_of("open_debts")),
    book_feature("new_debts_30d_count", ("近 30 天新增借据数", "debts begun in 30 days"), COUNT, D, count_of("new_debts_30")),
    book_feature("new_debts_90d_count", ("近 90 天新增借据数", "debts begun in 90 days"), COUNT, D, count_of("new_debts_90")),
    book_feature("new_debts_365d_count", ("近 365 天新增借据数", "debts begun in 365 days"), COUNT, D, count_of("new_debts_365")),
    book_feature("outstanding_minor", ("未偿余额（本息费罚）", "owed, not yet due included"), MINOR, P, count_of("outstanding")),
    book_feature("outstanding_principal_minor", ("未偿本金", "principal owed"), MINOR, P, count_of("outstanding_principal")),
    book_feature("outstanding_penalty_minor", ("未偿罚息", "penalty owed"), MINOR, P, count_of("outstanding_penalty")),
    book_feature("overdue_minor", ("逾期金额", "owed and due before the day"), MINOR, P, count_of("overdue")),
    book_feature("overdue_share", ("逾期金额占未偿余额", "overdue as a share of what is owed"), SHARE, P, share_of("overdue", "outstanding"), missing=NOTHING_OWED, adds_money=True),
    book_feature("accrued_interest_minor", ("当期已计利息", "interest earned by running instalments"), MINOR, P, count_of("accrued_interest")),
    book_feature("credit_balance_minor", ("溢缴款", "money held for the party"), MINOR, P, count_of("credit_balance")),
    book_feature("due_next_30d_minor", ("未来 30 天按合同应还", "falls due by contract from the day to 30 days on"), MINOR, E, count_of("due_next_30")),
    book_feature("due_next_90d_minor", ("未来 90 天按合同应还", "falls due by contract from the day to 90 days on"), MINOR, E, count_of("due_next_90")),
    book_feature("paid_90d_to_due_next_90d", ("近 90 天还款与未来 90 天应还之比", "money paid in 90 days over what falls due in the next 90"), "ratio", E, _coverage, missing=Text("未来 90 天无应还", "nothing falls due in 90 days"), kind=Kind.NUMBER, adds_money=True),
    book_feature("days_to_next_due_days", ("距下一应还日天数", "days to the next due day"), DAYS, P, _next_due, missing=Text("无待还期次", "nothing is to fall due")),
    book_feature("largest_outstanding_share", ("最大单笔余额占比（集中度）", "share of the largest debt in what is owed"), SHARE, P, lambda facts: share(facts["largest_outstanding"].clip(0), facts["outstanding"]), missing=NOTHING_OWED, adds_money=True),
    book_feature("instalments_left_count", ("剩余期次数", "instalments not met on open debts"), COUNT, E, count_of("instalments_left")),
    book_feature("instalments_left_share", ("剩余期次占全部期次", "share of all instalments not met on open debts"), SHARE, E, share_of("instalments_left", "instalments"), missing=Text("无分期计划", "no instalments")),
    book_feature("principal_repaid_share", ("在贷借据已还本金占比", "share of principal repaid on open debts"), SHARE, P, _repaid_share, missing=NOTHING_OWED, adds_money=True),
    book_feature("paid_to_date_minor", ("累计还款", "money paid so far"), MINOR, P, count_of("paid_to_date")),
)  # fmt: skip
