"""Revolving accounts: use of the limit, and how statements are paid."""

# ruff: noqa: E501 - the catalogue is a table, one feature a line

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.features.declare import COUNT, DAYS, SHARE, book_feature
from kaopu.decision.core.features.feature import Source, Text
from kaopu.decision.core.features.found import Found, share, where

if TYPE_CHECKING:
    from kaopu.decision.core.features.declare import Compute
    from kaopu.decision.core.features.party_facts import PartyFacts

R = Source.REVOLVING
NO_ACCOUNT = Text("没有循环账户，或未读取循环账户", "no revolving account, or accounts were not read")
NO_LIMIT = Text("循环账户未载明额度", "no revolving account states a limit")
NO_STATEMENT = Text("近 365 天没有到期账单", "no statement fell due in 365 days")


def _column(name: str) -> Compute:
    def compute(facts: PartyFacts) -> Found:
        if facts.revolving is None:
            return _unknown(facts)
        return where(facts.revolving["accounts"] > 0, facts.revolving[name])

    return compute


def _share(part: str, whole: str) -> Compute:
    def compute(facts: PartyFacts) -> Found:
        if facts.revolving is None:
            return _unknown(facts)
        one = (facts.revolving["currencies"] <= 1) | (part != "owed_with_limit")
        found = share(facts.revolving[part], facts.revolving[whole])
        return Found(np.where(one, found.values, 0), found.known & one)

    return compute


def _unknown(facts: PartyFacts) -> Found:
    return Found(np.zeros(len(facts)), np.zeros(len(facts), np.bool_))


FEATURES = (
    book_feature("revolving_accounts_count", ("循环账户数", "revolving accounts"), COUNT, R, _column("accounts"), missing=NO_ACCOUNT),
    book_feature("revolving_past_due_days", ("循环账户当前最大逾期天数", "most days past due of revolving accounts"), DAYS, R, _column("days_past_due"), missing=NO_ACCOUNT),
    book_feature("limit_use_share", ("循环额度使用率", "owed over the limit, accounts that state one"), SHARE, R, _share("owed_with_limit", "limit"), missing=NO_LIMIT, high=10),
    book_feature("minimum_payment_share", ("近 365 天仅还最低还款额的账单占比", "share of statements of 365 days on which only the minimum was paid"), SHARE, R, _share("minimum_only", "statements"), missing=NO_STATEMENT),
    book_feature("full_payment_share", ("近 365 天全额还款的账单占比", "share of statements of 365 days paid in full by their day"), SHARE, R, _share("paid_full", "statements"), missing=NO_STATEMENT),
)  # fmt: skip
