"""A match taken back is not brought back at the debt: each way in says what to do instead."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest
from receipt_files import NOW
from typer.testing import CliRunner

sys.path.append(str(Path(__file__).resolve().parents[1] / "api"))

from api_callers import Caller, expect_problem, new_key

from kaopu.book import commands
from kaopu.book.models import Event
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.roles import Role
from kaopu.receipts.actions.match_receipt import match_receipt
from kaopu.receipts.actions.unmatch_receipt import unmatch_receipt
from kaopu.receipts.models import Allocation

WORDS = "The money of that payment waits in suspense. Match its receipt again instead."
IN_CHINESE = "这笔还款的钱还在挂账中。请改为重新匹配该笔收款。"


@pytest.fixture
def undone(take, debt):
    """The reversal of a payment whose match was taken back."""
    _, rows = take({"amount": "500", "bank_reference": "W1", "payer_name": "王小明"})
    one = debt()
    match_receipt(rows["W1"].pk, one.pk, "staff:1", NOW)
    unmatch_receipt(rows["W1"].pk, Allocation.objects.get().pk, "staff:1", NOW)
    return Event.objects.get(kind="reversal")


def the_same_afterwards(undone):
    return list(Event.objects.filter(debt_id=undone.debt_id).order_by("event_id"))[-1].pk == undone.pk


@pytest.mark.parametrize("act", ["preview", "record"])
@pytest.mark.parametrize(("language", "words"), [("en", WORDS), ("zh-hans", IN_CHINESE)])
def test_the_page_says_it_at_the_field(undone, sign_in, act, language, words):
    typed = {"key": "k", "on": undone.on.isoformat(), "act": act, "kind": "reversal", "reverses": str(undone.pk)}
    response = sign_in(Role.TREASURER, language).post(f"/debts/{undone.debt_id}/events", typed)
    assert response.status_code == 422
    assert [(wrong.field, wrong.words) for wrong in response.context["page"].form.wrong] == [("reverses", words)]
    assert the_same_afterwards(undone)


def test_the_api_names_the_reason(undone):
    body = {"kind": "reversal", "on": undone.on.isoformat(), "reverses": undone.pk}
    response = Caller(new_key()[1]).post(f"/debts/{undone.debt_id}/events", body, key="k")
    problem = expect_problem(response, 409, "refused")
    assert problem["reason"] == "money_waits_elsewhere"
    assert "match its receipt again instead" in problem["detail"]
    assert the_same_afterwards(undone)


def test_the_command_names_the_reason(undone, monkeypatch):
    monkeypatch.setattr(commands, "opened_book", contextlib.nullcontext)  # the test's own transaction
    words = ["add-event", f"D-{undone.debt_id}", "--kind", "reversal", "--on", undone.on.isoformat()]
    result = CliRunner().invoke(commands.app, [*words, "--reverses", str(undone.pk), "--key", "k"])
    assert isinstance(result.exception, BadInput)
    assert str(result.exception).startswith("refused: money_waits_elsewhere (")
    assert "match its receipt again instead" in str(result.exception)
    assert the_same_afterwards(undone)
