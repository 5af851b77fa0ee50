"""The sample lender: one party from PostgreSQL is its row among the columns of the book; the command says the same."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from kaopu.book.models import Debt, Event
from kaopu.book.sample.load import load_sample
from kaopu.decision.core.features.catalogue import CATALOGUE
from kaopu.decision.core.features.evaluate import SEVERAL_CURRENCIES
from kaopu.decision.decision_commands import app
from kaopu.decision.features.database_book import features_of_database
from kaopu.decision.features.party import features_of_party
from kaopu.kernel.clock import FixedClock
from kaopu.party.models import Party

END = date(2026, 11, 22)
NAMES = [feature.name for feature in CATALOGUE]


@pytest.fixture
def book(transactional_db):
    load_sample(seed=1, end=END, borrowers=250, clock=FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC)))


def alone(party, as_of, known_at=None):
    return {each.name: each.value for each in features_of_party(party, as_of, known_at=known_at)}


@pytest.mark.parametrize("back", [0, 200])
def test_one_party_from_postgresql_is_its_row_of_the_book(book, tmp_path, back):
    as_of = END - timedelta(days=back)
    written = features_of_database(as_of, tmp_path / "book.parquet")
    rows = pq.read_table(tmp_path / "book.parquet").to_pylist()
    assert written.parties == len(rows) > 100
    for row in rows:
        assert alone(row["party_id"], as_of) == {name: row[name] for name in NAMES}
    if not back:
        told = {name for name in NAMES if any(row[name] is not None for row in rows)}
        assert {"category_entropy_nats", "night_share", "merchant_count", "first_payment_default_30_share"} <= told
        assert not {"limit_use_share"} & told  # no account of this book states a limit: missing, not zero


def test_known_before_anything_was_recorded_the_debts_are_there_and_no_payment(book):
    party = Event.objects.filter(kind="payment").first().debt.party_id
    before = alone(party, END, Event.objects.order_by("recorded_at").first().recorded_at - timedelta(days=900))
    assert (before["debts_count"] > 0, before["payments_count"], before["days_since_payment_days"]) == (True, 0, None)
    assert alone(party, END)["payments_count"] > 0


def test_a_party_without_a_debt_has_no_record_and_every_null_says_why(book):
    party = Party.objects.create(
        kind="person", source="t", external_id="nobody", created_at=datetime(2026, 1, 1, tzinfo=UTC)
    ).pk
    found = features_of_party(party, END)
    assert {each.name for each in found if each.value is None} >= {"days_past_due_days", "paid_late_share"}
    assert all(each.why_missing for each in found if each.value is None)
    assert not any(each.why_missing for each in found if each.value is not None)


def test_amounts_in_two_currencies_do_not_add_up(book):
    first = Debt.objects.filter(events__kind="payment").first()
    Debt.objects.create(
        external_id="usd", party_id=first.party_id, currency="USD", principal=100, disbursed_on=END - timedelta(days=1)
    )
    found = {each.name: each for each in features_of_party(first.party_id, END)}
    for name in ("outstanding_minor", "spend_365d_minor", "overdue_share"):
        assert (found[name].value, found[name].why_missing) == (None, SEVERAL_CURRENCIES)
    assert found["debts_count"].value > 1


def test_the_command_lists_shows_and_writes(book, tmp_path):
    listed = CliRunner().invoke(app, ["features", "--json"])
    assert [each["name"] for each in json.loads(listed.stdout)] == NAMES
    party = Debt.objects.first().party_id
    shown = CliRunner().invoke(app, ["features", "--party", str(party), "--as-of", "2026-11-22", "--json"])
    answer = json.loads(shown.stdout)
    assert answer["features"] == json.loads(json.dumps(alone(party, END)))
    assert set(answer["missing"]) == {name for name, value in answer["features"].items() if value is None}
    out = tmp_path / "book.parquet"
    written = CliRunner().invoke(app, ["features", "--as-of", "2026-11-22", "--out", str(out), "--json"])
    assert json.loads(written.stdout)["parties"] == pq.read_metadata(out).num_rows
