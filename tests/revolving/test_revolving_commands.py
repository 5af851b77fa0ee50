"""`kaopu revolving …` as others run it, against a database of its own."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cards
from cards import open_card, posted

from kaopu.kernel.core.errors import BadInput
from kaopu.party.models import Party
from kaopu.revolving import commands
from kaopu.revolving.commands import app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _book_is_open(monkeypatch):
    """The test's own transaction; a command would close the connection at its end."""
    monkeypatch.setattr(commands, "opened_book", contextlib.nullcontext)


def run(*words):
    done = CliRunner().invoke(app, [*words, "--json"])
    if isinstance(done.exception, BadInput):
        raise done.exception
    assert done.exit_code == 0, (done.output, done.exception)
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


def test_terms_open_post_issue_statements_position_totals(tmp_path):
    path = tmp_path / "terms.json"
    path.write_text(json.dumps(cards.TERMS | {"rates": {"cash": {"rate_daily": 0.0005}}}), encoding="utf-8")
    party = Party.objects.create(kind="person", external_id="A-1", created_at=cards.NOW).pk
    assert run("terms", str(path), "--product", "gold", "--from", "2024-01-01") == {"product": "gold", "version": 1}
    assert run("terms", str(path), "--product", "gold", "--from", "2025-01-01")["version"] == 2
    opened = run("open", "--party", str(party), "--product", "gold", "--id", "G-1", "--on", "2024-03-10")
    assert opened["external_id"] == "G-1"
    bought = ("post", "G-1", "--kind", "purchase", "--on", "2024-03-30", "--amount", "100000", "--key", "a")
    first = run(*bought)
    again = CliRunner().invoke(app, [*bought, "--json"])
    assert json.loads(again.stdout) == first
    assert "had posted it before" in again.stderr
    assert run("issue", "G-1", "--as-of", "2024-04-05") == {"issued": 1, "accounts": 1}
    assert run("issue", "--as-of", "2024-05-05") == {"issued": 1, "accounts": 1}
    cycles = run("statements", "G-1", "--as-of", "2024-05-05")["cycles"]
    assert [(c["closing"], c["issued"]["number"], c["issued"]["corrections"]) for c in cycles] == [
        ("1000.00", 1, "0.00"),
        ("1018.50", 2, "0.00"),
    ]
    now = run("position", f"R-{opened['account_id']}", "--as-of", "2024-05-05")
    assert (now["total"], now["past_due"], now["days_past_due"], now["class"]) == (
        "1018.50", "100.00", 10, "special_mention",
    )  # fmt: skip
    assert run("totals", "--as-of", "2024-05-05")["CNY"]["charged"]["purchase"] == 100_000


def test_a_bill_instalment_and_a_reversal():
    account = open_card()
    posted(account, "purchase", "03-30", 120_000)
    name = f"R-{account.account_id}"
    plan = ("--kind", "instalment", "--on", "2024-04-10", "--amount", "120000", "--months", "12", "--fee-rate", "0.006")
    done = run("post", name, *plan, "--key", "plan")
    cycles = run("statements", name, "--as-of", "2024-05-05")["cycles"]
    assert cycles[1]["minimum_due"] == "107.20"
    back = ("--kind", "reversal", "--on", "2024-04-11", "--refers-to", str(done["posting_id"]), "--key", "back")
    run("post", name, *back)
    assert run("position", name, "--as-of", "2024-04-12")["outstanding"]["purchase"] == "1200.00"


def test_what_is_refused_is_bad_input(tmp_path):
    account = open_card()
    name = f"R-{account.account_id}"
    wrong = [
        (("position", "R-999999"), "account: R-999999 given"),
        (("post", name, "--kind", "gift", "--on", "2024-04-01", "--key", "a"), "kind: 'gift' given"),
        (("post", name, "--kind", "fee", "--on", "2024-01-01", "--key", "a", "--amount", "5"), "day_before_opening"),
        (("open", "--party", "1", "--product", "x", "--id", "1", "--on", "2024-04-01"), "product_not_on_offer"),
        (("terms", str(tmp_path / "no.json"), "--product", "x", "--from", "2024-01-01"), "cannot be read"),
    ]
    for words, told in wrong:
        with pytest.raises(BadInput, match=told):
            run(*words)


def test_without_json_tables_and_lines_for_people():
    account = open_card()
    posted(account, "purchase", "03-30", 120_000)
    told = CliRunner().invoke(app, ["statements", f"R-{account.account_id}", "--as-of", "2024-04-05"]).stdout
    assert "statement_on" in told
    assert "1200.00" in told
    assert "purchase" in CliRunner().invoke(app, ["totals"]).stdout
