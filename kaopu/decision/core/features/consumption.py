"""Consumption: how much is bought on credit, how it moves, on what, when, and what comes back."""

# ruff: noqa: E501 - the catalogue is a table, one feature a line

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.features.declare import COUNT, MINOR, SHARE, book_feature, count_of, share_of
from kaopu.decision.core.features.feature import Kind, Source, Text
from kaopu.decision.core.features.found import Found, share, where
from kaopu.decision.core.features.observation import SPEND_MONTHS
from kaopu.decision.core.features.sensitivity import Sensitivity

if TYPE_CHECKING:
    from kaopu.decision.core.features.declare import Compute
    from kaopu.decision.core.features.party_facts import PartyFacts, Values

D, E = Source.BOOK_DEBTS, Source.BOOK_EVENTS
PERSONAL = Sensitivity.PERSONAL
NO_SPEND = Text("近 360 天无消费，或入账不足 60 天", "nothing spent in 360 days, or on book for less than 60 days")
NO_HOUR = Text("账簿未记录下单时刻", "the book carries no instant of opening")


def _no(zh: str, en: str) -> Text:
    return Text(f"账簿未记录{zh}", f"the book carries no {en}")


def _months_known(facts: PartyFacts) -> Values:
    """Whole months of thirty days since the first debt, at most SPEND_MONTHS, counting the running one."""
    since = facts.as_of_day - np.minimum(facts["first_debt_on"], facts.as_of_day)
    months: Values = np.minimum(since // 30 + 1, SPEND_MONTHS)
    return months


def _monthly(facts: PartyFacts) -> tuple[Values, Values, Values]:
    """Amounts by month (newest first), which months count, and for which parties there are enough of them."""
    amounts = facts.block("spend_month_0", SPEND_MONTHS)
    months = _months_known(facts)
    inside = np.arange(SPEND_MONTHS) < months[:, None]
    return amounts, inside, (months > 2) & (amounts.sum(axis=1) > 0)


def volatility(facts: PartyFacts) -> Found:
    """Standard deviation of monthly spend over its mean (coefficient of variation)."""
    amounts, inside, known = _monthly(facts)
    months = inside.sum(axis=1)
    total = np.where(inside, amounts, 0).sum(axis=1)
    # In whole numbers up to the root, n Σx² − (Σx)², so that nothing depends on the order of addition; floats hold it.
    squares = np.where(inside, amounts.astype(np.float64) ** 2, 0).sum(axis=1)
    spread = np.sqrt(np.maximum(months * squares - total.astype(np.float64) ** 2, 0))
    out = np.zeros(len(facts))
    np.divide(spread, total, out=out, where=known)
    return Found(out, known)


def trend(facts: PartyFacts) -> Found:
    """Slope of monthly spend by least squares, as a share of its mean: 0.1 is ten per cent of it more each month."""
    amounts, inside, known = _monthly(facts)
    months = inside.sum(axis=1)
    ages = np.arange(SPEND_MONTHS)
    total = np.where(inside, amounts, 0).sum(axis=1)
    # Time runs backwards from now: x = −age.
    weighted = np.where(inside, amounts * -ages, 0).sum(axis=1)
    sum_x = -(months * (months - 1)) // 2
    sum_xx = (months - 1) * months * (2 * months - 1) // 6
    above = (months * weighted - sum_x * total).astype(np.float64)
    below = (months * sum_xx - sum_x**2) * (total / np.maximum(months, 1))
    out = np.zeros(len(facts))
    np.divide(above, below, out=out, where=known)
    return Found(out, known)


def active_months(facts: PartyFacts) -> Found:
    """Months with anything spent."""
    return where(facts["debts"] > 0, (facts.block("spend_month_0", SPEND_MONTHS) > 0).sum(axis=1))


def names_count(what: str) -> Compute:
    """Different names."""

    def compute(facts: PartyFacts) -> Found:
        party, _, _ = facts.spend_by(what)
        count = np.bincount(party, minlength=len(facts))
        return where(count > 0, count)

    return compute


def top_share(what: str) -> Compute:
    """Share of the amount at the largest name."""

    def compute(facts: PartyFacts) -> Found:
        party, amounts, _ = facts.spend_by(what)
        total, most = np.zeros(len(facts), np.int64), np.zeros(len(facts), np.int64)
        np.add.at(total, party, amounts)
        np.maximum.at(most, party, amounts)
        return share(most, total)

    return compute


def entropy(what: str) -> Compute:
    """Shannon entropy of the amounts' shares, in nats."""

    def compute(facts: PartyFacts) -> Found:
        party, amounts, _ = facts.spend_by(what)
        total = np.zeros(len(facts), np.int64)
        np.add.at(total, party, amounts)
        paid = amounts > 0
        shares = amounts[paid] / total[party[paid]]
        out = np.zeros(len(facts))
        np.add.at(out, party[paid], -shares * np.log(shares))
        return where(total > 0, out)

    return compute


def repeat_share(facts: PartyFacts) -> Found:
    """Share of debts at merchants met before."""
    party, _, counts = facts.spend_by("merchant")
    debts, names = np.zeros(len(facts), np.int64), np.bincount(party, minlength=len(facts))
    np.add.at(debts, party, counts)
    return share(debts - names, debts)


def _growth(facts: PartyFacts) -> Found:
    return share(facts["spend_90"] - facts["spend_90_before"], facts["spend_90_before"])


FEATURES = (
    book_feature("spend_30d_minor", ("近 30 天消费（放款）金额", "spent on credit in 30 days"), MINOR, D, count_of("spend_30")),
    book_feature("spend_90d_minor", ("近 90 天消费金额", "spent on credit in 90 days"), MINOR, D, count_of("spend_90")),
    book_feature("spend_180d_minor", ("近 180 天消费金额", "spent on credit in 180 days"), MINOR, D, count_of("spend_180")),
    book_feature("spend_365d_minor", ("近 365 天消费金额", "spent on credit in 365 days"), MINOR, D, count_of("spend_365")),
    book_feature("spend_ever_minor", ("累计消费金额", "spent on credit so far"), MINOR, D, count_of("spend")),
    book_feature("spend_growth_90d", ("近 90 天消费较前 90 天变化率", "spend of 90 days against the 90 before, a fraction more"), "fraction_more", D, _growth, missing=Text("前 90 天无消费", "nothing spent in the 90 days before"), low=-1, kind=Kind.NUMBER, adds_money=True),
    book_feature("spend_trend_12m", ("月消费线性趋势（占均值比例/月）", "slope of monthly spend, a fraction of its mean a month"), "fraction_a_month", D, trend, missing=NO_SPEND, low=None, kind=Kind.NUMBER, adds_money=True),
    book_feature("spend_volatility_12m", ("月消费变异系数", "coefficient of variation of monthly spend"), "fraction_of_mean", D, volatility, missing=NO_SPEND, high=SPEND_MONTHS**0.5, kind=Kind.NUMBER, adds_money=True),
    book_feature("spend_months_12m_count", ("近 12 个 30 天中有消费的个数", "months of thirty days, of 12, with anything spent"), COUNT, D, active_months, high=SPEND_MONTHS),
    book_feature("average_debt_minor", ("笔均金额", "average amount of a debt"), MINOR, D, share_of("spend", "debts"), kind=Kind.NUMBER),
    book_feature("largest_debt_minor", ("最大单笔金额", "largest amount of a debt"), MINOR, D, lambda facts: where(facts["debts"] > 0, facts["largest_debt"])),
    *(
        each
        for what, zh, en in (("category", "品类", "category"), ("merchant", "商户", "merchant"), ("product", "产品", "product"))
        for each in (
            book_feature(f"{what}_count", (f"涉及{zh}数", f"different {en} names"), COUNT, D, names_count(what), missing=_no(zh, en), low=1, sensitivity=PERSONAL),
            book_feature(f"{what}_top_share", (f"最大{zh}的金额占比", f"share of the amount at the largest {en}"), SHARE, D, top_share(what), missing=_no(zh, en), sensitivity=PERSONAL, adds_money=True),
            book_feature(f"{what}_entropy_nats", (f"{zh}金额分布的香农熵", f"Shannon entropy of the amounts by {en}"), "nats", D, entropy(what), missing=_no(zh, en), kind=Kind.NUMBER, sensitivity=PERSONAL, adds_money=True),
        )
    ),
    book_feature("repeat_merchant_share", ("回头商户借据占比", "share of debts at merchants met before"), SHARE, D, repeat_share, missing=_no("商户", "merchant"), sensitivity=PERSONAL),
    book_feature("night_share", ("当地 22 点至 6 点下单占比", "share of debts opened between 22:00 and 06:00 local time"), SHARE, D, share_of("at_night", "hour_known"), missing=NO_HOUR, sensitivity=PERSONAL),
    book_feature("weekend_share", ("周末放款借据占比", "share of debts begun on a Saturday or Sunday"), SHARE, D, share_of("at_weekend", "debts"), sensitivity=PERSONAL),
    book_feature("refund_share", ("退款金额占消费比例", "refunds over what was spent"), "ratio", E, share_of("refunded", "spend"), kind=Kind.NUMBER, adds_money=True),
    book_feature("refunds_count", ("退款退货次数", "refunds and returns"), COUNT, E, count_of("refunds")),
    book_feature("refunds_365d_count", ("近 365 天退款退货次数", "refunds and returns in 365 days"), COUNT, E, count_of("refunds_365")),
    book_feature("return_count", ("退货次数", "returns of goods"), COUNT, E, count_of("returns")),
    book_feature("fully_refunded_share", ("全额退款借据占比", "share of debts wholly refunded"), SHARE, E, share_of("refunded_debts", "debts")),
)  # fmt: skip
