"""Tenure: for how long the party is known, how often it came back, what it has repaid in full."""

# ruff: noqa: E501 - the catalogue is a table, one feature a line

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.decision.core.features.declare import (
    COUNT,
    DAYS,
    MONTHS,
    SHARE,
    book_feature,
    count_of,
    days_since,
    share_of,
)
from kaopu.decision.core.features.feature import Kind, Source, Text
from kaopu.decision.core.features.found import Found, share, where

if TYPE_CHECKING:
    from kaopu.decision.core.features.party_facts import PartyFacts

D, P, E = Source.BOOK_DEBTS, Source.BOOK_POSITIONS, Source.BOOK_EVENTS
ONE_DEBT = Text("借据少于两笔", "fewer than two debts")


def _months_on_book(facts: PartyFacts) -> Found:
    since = facts.as_of_day - facts["first_debt_on"].clip(None, facts.as_of_day)
    return where(facts["debts"] > 0, since // 30)


def _longest_gap(facts: PartyFacts) -> Found:
    gap = facts.longest_gap()
    return where(gap >= 0, gap)


def _average_gap(facts: PartyFacts) -> Found:
    several = facts["debts"] > 1
    between = where(several, facts["last_debt_on"].clip(-(1 << 31)) - facts["first_debt_on"].clip(None, 1 << 31))
    return share(between.values, where(several, facts["debts"] - 1).values)


FEATURES = (
    book_feature("days_since_first_debt_days", ("距首笔借据天数", "days since the first debt"), DAYS, D, days_since("first_debt_on")),
    book_feature("days_since_last_debt_days", ("距最近一笔借据天数", "days since the last debt"), DAYS, D, days_since("last_debt_on")),
    book_feature("months_on_book_months", ("在账月数（30 天一月）", "months of thirty days since the first debt"), MONTHS, D, _months_on_book),
    book_feature("days_since_oldest_open_days", ("最早未结清借据距今天数", "days since the oldest open debt began"), DAYS, P, days_since("first_open_on"), missing=Text("无未结清借据", "no open debt")),
    book_feature("settled_debts_count", ("已结清借据数", "debts settled"), COUNT, P, count_of("settled_debts")),
    book_feature("settled_debts_share", ("已结清借据占比", "share of debts settled"), SHARE, P, share_of("settled_debts", "debts")),
    book_feature("longest_gap_days", ("相邻两笔借据最长间隔", "most days between two debts that follow each other"), DAYS, D, _longest_gap, missing=ONE_DEBT),
    book_feature("average_gap_days", ("相邻两笔借据平均间隔", "average days between debts"), DAYS, D, _average_gap, missing=ONE_DEBT, kind=Kind.NUMBER),
    book_feature("days_since_first_payment_days", ("距首次还款天数", "days since the first payment"), DAYS, E, days_since("first_payment_on"), missing=Text("没有还款", "no payment")),
)  # fmt: skip
