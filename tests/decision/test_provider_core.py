"""The circuit breaker and the contract's file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.decision.core.providers.answer import Trouble, Unanswered, request_of
from kaopu.decision.core.providers.breaker import Breaker, Gate, answered, failed, gate, trial_begun
from kaopu.decision.core.providers.contract import contract_from
from kaopu.decision.providers.contracts_file import read_contracts
from kaopu.kernel.core.errors import BadInput

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TABLE = {
    "kind": "bureau",
    "purpose": "credit-report",
    "address": "http://127.0.0.1:1/ask",
    "timeout_seconds": 1,
    "failures_before_rest": 3,
    "rest_seconds": 30,
    "sends": ["id_number", "name"],
    "answer": {"type": "object"},
}
CONTRACT = contract_from("bureau", TABLE, "test")


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


def test_after_three_failures_nobody_asks_for_thirty_seconds():
    breaker = Breaker()
    for _ in range(2):
        breaker = failed(breaker, CONTRACT, NOW)
        assert gate(breaker, CONTRACT, NOW) is Gate.OPEN
    breaker = failed(breaker, CONTRACT, NOW)
    assert gate(breaker, CONTRACT, seconds(29)) is Gate.CLOSED
    assert gate(breaker, CONTRACT, seconds(30)) is Gate.TRIAL


def test_only_one_trial_is_on_its_way_and_a_lost_one_frees_the_gate():
    resting = Breaker(3, seconds(0))
    trying = trial_begun(resting, seconds(1))
    assert gate(trying, CONTRACT, seconds(2)) is Gate.CLOSED
    assert gate(trying, CONTRACT, seconds(3)) is Gate.TRIAL


def test_a_trial_that_works_opens_and_one_that_fails_rests_again():
    trying = trial_begun(Breaker(3, seconds(0)), seconds(1))
    assert gate(answered(trying), CONTRACT, seconds(1)) is Gate.OPEN
    assert gate(failed(trying, CONTRACT, seconds(1)), CONTRACT, seconds(30)) is Gate.CLOSED
    assert gate(failed(trying, CONTRACT, seconds(1)), CONTRACT, seconds(31)) is Gate.TRIAL


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=40))
def test_a_resting_provider_is_never_asked(steps):
    breaker, at = Breaker(), NOW
    for works, wait in steps:
        at += timedelta(seconds=wait)
        open_to = gate(breaker, CONTRACT, at)
        if breaker.rests_until is not None and at < breaker.rests_until:
            assert open_to is Gate.CLOSED
        if open_to is not Gate.CLOSED:
            breaker = answered(breaker) if works else failed(breaker, CONTRACT, at)
    assert breaker.failures <= len(steps)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"address": "http://bureau.example/ask"}, "https://"),
        ({"timeout_seconds": 0}, "timeout_seconds is 0"),
        ({"timeout_seconds": True}, "timeout_seconds is True"),
        ({"kind": "oracle"}, "bureau, anti_fraud"),
        ({"fallback": "approve"}, "refer, stale"),
        ({"fallback": "stale"}, "stale_days"),
        ({"stale_days": 3}, "stale_days"),
        ({"sends": []}, "list of field names"),
        ({"answer": {"type": "array"}}, "JSON Schema"),
        ({"secret": "x"}, "unknown key 'secret'"),
    ],
)
def test_a_contract_that_cannot_be_kept_is_refused(change, said):
    with pytest.raises(BadInput, match=r"providers\.toml: provider bureau") as refused:
        contract_from("bureau", {**TABLE, **change}, "providers.toml")
    assert said in str(refused.value)


def test_only_the_fields_of_the_contract_leave():
    known = {"id_number": "1", "name": "王", "phone": "2"}
    assert request_of(CONTRACT, known) == {"id_number": "1", "name": "王"}
    assert request_of(CONTRACT, {"id_number": "1", "name": ""}) == Unanswered(Trouble.FIELD_MISSING, "name")


def test_the_file_says_what_is_wrong_with_it(tmp_path):
    path = tmp_path / "providers.toml"
    assert read_contracts(path) == {}
    path.write_text('kind = "bureau"\n', encoding="utf-8")
    with pytest.raises(BadInput, match="outside a table"):
        read_contracts(path)
    path.write_text("[bureau\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"providers\.toml: not TOML"):
        read_contracts(path)


def test_a_contract_reads_back_from_a_file(tmp_path):
    path = tmp_path / "providers.toml"
    path.write_text(
        '[bureau]\nkind = "bureau"\npurpose = "credit-report"\naddress = "http://127.0.0.1:1/ask"\ntimeout_seconds = 1\n'
        'failures_before_rest = 3\nsends = ["id_number", "name"]\nanswer = {type = "object"}\n',
        encoding="utf-8",
    )
    assert read_contracts(path)["bureau"] == replace(CONTRACT, rest_seconds=30)
