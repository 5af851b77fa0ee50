"""What was approved is what is carried out: equal values have one fingerprint, different ones never share it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.kernel.core.approval import canonical, fingerprint


class Kind(StrEnum):
    WAIVER = "waiver"


@dataclass(frozen=True)
class Proposal:
    kind: Kind
    amount_minor: int
    rate: Decimal
    on: date
    notes: tuple[str, ...] = ()


def test_a_proposal_is_written_in_one_way():
    proposal = Proposal(Kind.WAIVER, 12_000, Decimal("0.10"), date(2026, 11, 24), ("靠谱", 'say "no"'))
    text = '{"amount_minor":12000,"kind":"waiver","notes":["靠谱","say \\"no\\""],"on":"2026-11-24","rate":"0.10"}'
    assert canonical(proposal) == text
    assert fingerprint(proposal) == sha256(text.encode()).hexdigest()


def test_instants_and_ids_are_written_too():
    value = {"at": datetime(2026, 11, 24, 8, 30, tzinfo=UTC), "id": UUID(int=7), Kind.WAIVER: None}
    assert canonical(value) == (
        '{"at":"2026-11-24T08:30:00+00:00","id":"00000000-0000-0000-0000-000000000007","waiver":null}'
    )


@pytest.mark.parametrize("value", [
    {1, 2}, {1: "one"}, float("nan"), float("inf"), Decimal("NaN"), b"bytes", object(), Proposal,
    datetime(2026, 11, 24, 8, 30),  # noqa: DTZ001 - the fault under test
])  # fmt: skip
def test_what_cannot_be_told_apart_is_refused(value):
    with pytest.raises(TypeError):
        fingerprint({"value": value})


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_storing_and_reading_back_keeps_the_fingerprint(value):
    assert fingerprint(json.loads(json.dumps(value))) == fingerprint(value)


@given(plain, plain)
def test_different_values_differ(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (fingerprint(one) == fingerprint(other)) is same
