"""Names once; what is about a contact never feeds credit; protected and forbidden attributes need a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kaopu.decision.core.features.catalogue import CATALOGUE, fresh
from kaopu.decision.core.features.feature import Feature, Kind, KnownWhen, Source, Text
from kaopu.decision.core.features.registry import Approval, may_feed
from kaopu.decision.core.features.sensitivity import Purpose, Sensitivity
from kaopu.decision.features.document import START, STOP, table
from kaopu.kernel.core.errors import BadInput

WORDS = Text("测试", "a test")


def feature(name="shared_contact_count", sensitivity=Sensitivity.CONTACT):
    return Feature(name, WORDS, "count", Source.OTHER, Kind.INTEGER, WORDS, sensitivity, KnownWhen.OBSERVED)


def test_another_room_registers_its_own_once():
    registry = fresh()
    registry.register(feature())
    assert registry.named("shared_contact_count").source is Source.OTHER
    with pytest.raises(BadInput, match="registered already"):
        registry.register(feature())
    with pytest.raises(BadInput, match="registered already"):
        registry.register(replace(feature(), name="outstanding_minor"))
    assert "shared_contact_count" not in CATALOGUE


@pytest.mark.parametrize("purpose", Purpose)
def test_what_is_about_a_contact_feeds_fraud_and_identity_alone(purpose):
    approved = [Approval("shared_contact_count", each, "asked for", "chief") for each in Purpose]
    reason = may_feed(feature(), purpose, approved)
    assert (reason is None) == (purpose in {Purpose.FRAUD, Purpose.IDENTITY})


@pytest.mark.parametrize("kind", [Sensitivity.PROTECTED, Sensitivity.FORBIDDEN])
def test_protected_and_forbidden_attributes_need_an_approval_with_a_reason(kind):
    sex = feature("sex", kind)
    assert "needs an approval" in (may_feed(sex, Purpose.CREDIT) or "")
    assert may_feed(sex, Purpose.CREDIT, [Approval("sex", Purpose.CREDIT, "law of the place", "chief")]) is None
    assert may_feed(sex, Purpose.CREDIT, [Approval("sex", Purpose.FRAUD, "law of the place", "chief")])
    assert (may_feed(sex, Purpose.FAIRNESS) is None) == (kind is Sensitivity.PROTECTED)
    with pytest.raises(BadInput, match="expected a reason"):
        Approval("sex", Purpose.CREDIT, "  ", "chief")


def test_what_the_book_computes_may_feed_credit_and_is_declared_whole():
    assert len(CATALOGUE) >= 60
    for each in CATALOGUE:
        assert may_feed(each, Purpose.CREDIT) is None
        assert each.compute is not None
        assert each.meaning.zh != each.meaning.en
    assert sum(each.source is not Source.REVOLVING for each in CATALOGUE) >= 60


@pytest.mark.parametrize("change", [{"name": "Outstanding"}, {"name": "a__b"}, {"low": 2, "high": 1}, {"unit": ""}])
def test_a_feature_that_is_not_declared_whole_is_refused(change):
    with pytest.raises(BadInput):
        replace(feature(), **change)


def test_the_table_in_the_documentation_is_the_catalogue():
    text = (Path(__file__).resolve().parents[3] / "docs" / "features.md").read_text(encoding="utf-8")
    assert text.partition(START)[2].partition(STOP)[0].strip() == table(CATALOGUE).strip()
