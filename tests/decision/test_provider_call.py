"""A provider that fails in every way gives a named trouble, within its time, and never an answer."""

from __future__ import annotations

import time

import pytest

from kaopu.decision.core.providers.answer import Answered, Trouble, Unanswered, judged
from kaopu.decision.core.providers.contract import contract_from
from kaopu.decision.providers.http_call import post
from kaopu.decision.providers.stub_server import MODES, running

FIELDS = {"score": 640, "as_of": "2026-11-20"}
ANSWER = {
    "type": "object",
    "properties": {"score": {"type": "integer", "minimum": 300, "maximum": 850}, "as_of": {"type": "string"}},
    "required": ["score", "as_of"],
    "additionalProperties": False,
}
TABLE = {
    "kind": "bureau",
    "purpose": "credit-report",
    "address": "http://127.0.0.1:1/ask",
    "timeout_seconds": 0.6,
    "sends": ["id_number"],
    "answer": ANSWER,
}
SECONDS = 0.6

EXPECTED = {
    "silent": Trouble.TIMED_OUT,
    "drip": Trouble.TIMED_OUT,
    "drip-head": Trouble.TIMED_OUT,
    "cut": Trouble.CUT_OFF,
    "short": Trouble.CUT_OFF,
    "error": Trouble.SERVER_ERROR,
    "busy": Trouble.SERVER_ERROR,
    "refused": Trouble.REFUSED,
    "redirect": Trouble.REFUSED,
    "html": Trouble.MALFORMED,
    "broken-json": Trouble.MALFORMED,
    "nan": Trouble.MALFORMED,
    "twice": Trouble.MALFORMED,
    "null": Trouble.OUTSIDE_CONTRACT,
    "wrong-type": Trouble.OUTSIDE_CONTRACT,
    "out-of-range": Trouble.OUTSIDE_CONTRACT,
    "extra": Trouble.OUTSIDE_CONTRACT,
    "huge": Trouble.TOO_LARGE,
}


def ask(address: str) -> Answered | Unanswered:
    reply = post(address, b'{"id_number": "made-up"}', {}, SECONDS)
    return reply if isinstance(reply, Unanswered) else judged(contract_from("bureau", TABLE, "test"), *reply)


def test_every_mode_of_the_stub_is_expected():
    assert {*EXPECTED, "ok"} == set(MODES)


def test_an_answer_within_the_contract_is_taken():
    with running(FIELDS, ["ok"]) as stub:
        assert ask(stub.address) == Answered(FIELDS)
        assert stub.asked == [{"id_number": "made-up"}]


@pytest.mark.parametrize(("mode", "trouble"), EXPECTED.items())
def test_a_failing_provider_is_named_and_never_holds_us_longer_than_agreed(mode, trouble):
    with running(FIELDS, [mode]) as stub:
        began = time.monotonic()
        answer = ask(stub.address)
        took = time.monotonic() - began
    assert isinstance(answer, Unanswered)
    assert answer.trouble is trouble
    assert took < SECONDS + 5  # a machine under load is late, a drip would take minutes


def test_nobody_at_home_is_not_reached():
    with running(FIELDS, ["ok"]) as stub:
        address = stub.address
    assert ask(address) == Unanswered(Trouble.NOT_REACHED, "ConnectionRefusedError")


def test_a_trouble_never_quotes_what_was_sent_or_received():
    with running({"score": "secret-of-a-person"}, ["ok"]) as stub:
        assert "secret" not in str(ask(stub.address))
