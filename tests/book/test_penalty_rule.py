"""A penalty in a contract's words becomes rule columns: figures by hand, and what makes no sense is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.book.core.penalty_rule import PenaltyBase, PenaltyRule, Relation, rule_columns
from kaopu.book.core.terms import Floating, Plan, Terms
from kaopu.kernel.core.errors import BadInput

TERMS = Terms(Plan.EQUAL_INSTALMENT, "CNY", 1_000_000, date(2026, 1, 15), periods=12, rate_annual=Decimal("0.12"))
FLOATING = replace(TERMS, rate_annual=Decimal(0), floating=Floating("lpr_1y"))


@pytest.mark.parametrize(("rule", "ppm"), [
    ({"multiple": Decimal("1.5")}, 180_000),  # 12 % × 1.5
    ({"multiple": Decimal("0.5"), "relation": Relation.ADDS}, 180_000),  # 12 % goes on, and half of it on top
    ({"rate_daily": Decimal("0.0005")}, 182_500),  # × 365
    ({"rate_daily": Decimal("0.0005"), "days_in_year": 360}, 180_000),
    ({"rate_annual": Decimal("0.24")}, 240_000),
    ({"rate_annual": Decimal("0.0000019")}, 1),  # rest dropped: never more than agreed
    ({"fixed_minor": 500}, 0),
    ({"fixed_minor": 500, "relation": Relation.ADDS}, 0),
])  # fmt: skip
def test_rates(rule, ppm):
    assert rule_columns(PenaltyRule(**rule), TERMS)["penalty_rate_ppm"] == ppm


def test_caps_bases_and_compound():
    rule = PenaltyRule(multiple=Decimal("1.5"), cap_share=Decimal("0.1"), compound_multiple=Decimal("1.5"))
    assert rule_columns(rule, TERMS) == {
        "penalty_rate_ppm": 180_000, "penalty_days_in_year": 365, "penalty_base": 0, "penalty_fixed": 0,
        "penalty_cap": 100_000, "compound_rate_ppm": 180_000,
    }  # fmt: skip
    whole = PenaltyRule(base=PenaltyBase.WHOLE_INSTALMENT, rate_annual=Decimal("0.1"), cap_minor=777)
    assert (rule_columns(whole, TERMS)["penalty_base"], rule_columns(whole, TERMS)["penalty_cap"]) == (1, 777)


@pytest.mark.parametrize(("rule", "named"), [
    ({"multiple": Decimal(1), "rate_daily": Decimal(0)}, "at most one"),
    ({"cap_minor": 1, "cap_share": Decimal(1)}, "at most one"),
    ({"days_in_year": 366}, "days_in_year"),
    ({"rate_annual": Decimal("-0.1")}, "rate_annual"),
    ({"multiple": Decimal("NaN")}, "multiple"),
    ({"base": PenaltyBase.WHOLE_INSTALMENT, "compound_multiple": Decimal(1)}, "compound"),
])  # fmt: skip
def test_what_makes_no_sense(rule, named):
    with pytest.raises(BadInput, match=named):
        PenaltyRule(**rule)


def test_a_multiple_of_a_rate_that_floats_is_refused():
    for rule in (PenaltyRule(multiple=Decimal("1.5")),
                 PenaltyRule(rate_annual=Decimal("0.1"), relation=Relation.ADDS)):  # fmt: skip
        with pytest.raises(BadInput, match="floats"):
            rule_columns(rule, FLOATING)
    with pytest.raises(BadInput, match="at most 10"):
        rule_columns(PenaltyRule(rate_annual=Decimal(11)), TERMS)


@given(st.decimals(0, 10, places=8, allow_nan=False))
def test_the_columns_never_charge_more_than_was_agreed(rate):
    ppm = rule_columns(PenaltyRule(rate_annual=rate), TERMS)["penalty_rate_ppm"]
    assert rate - Decimal("0.000001") < Decimal(ppm) / 1_000_000 <= rate
