"""Models at work: four eyes, valid days, an altered or missing file, an end at once, drift with its event."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from kaopu.decision.actions.give_score import give_score
from kaopu.decision.actions.install_model import end_model, install_model
from kaopu.decision.actions.propose_model import PROPOSAL_KIND, propose_model
from kaopu.decision.actions.watch_models import watch_models
from kaopu.decision.core.scores.fitting import FitRequest, fit
from kaopu.decision.core.scores.model_file import read_model, write_model
from kaopu.decision.core.scores.recipe import Recipe
from kaopu.decision.core.scores.score_or_refer import Refer, Scored
from kaopu.decision.core.scores.table import Table
from kaopu.decision.model_store import path_of, standings
from kaopu.decision.models import ScoreDrift, ScoreGiven, ScoreModel
from kaopu.kernel import approval
from kaopu.kernel.console import proposals
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import OutboxEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
FROM, TO = date(2026, 11, 1), date(2027, 3, 31)


def people(rows: int, seed: int) -> tuple[Table, np.ndarray]:
    draw = np.random.default_rng(seed)
    income, debts = draw.normal(50, 10, rows).round(), draw.poisson(2, rows).astype(float)
    bad = draw.random(rows) < 1 / (1 + np.exp(-(-1.2 - 0.08 * (income - 50) + 0.5 * (debts - 2))))
    return Table("people", {"income": income, "debts": debts, "bad": bad.astype(float)}, rows), bad


@pytest.fixture(scope="module")
def content():
    table, bad = people(1500, 1)
    found = fit(table, FitRequest("bad", Recipe(derive="never"), folds=3, not_for=("price",)))
    training = {"sha256": "0" * 64, "rows": 1500, "bads": int(bad.sum())}
    return write_model(found.model, {"name": "people", **found.about, "training": training}).encode()


@pytest.fixture
def registered(content):
    proposal = proposed(content)
    outcome = proposals.agree(proposal, approver="staff:2", fingerprint=proposal.fingerprint, now=NOW)
    assert isinstance(outcome, proposals.Agreed)
    return ScoreModel.objects.get()


def proposed(content, **change):
    import kaopu.decision.console.urls  # noqa: F401 - makes the kind known

    given = {"valid_from": FROM, "valid_to": TO, "actor": "staff:1", "now": NOW, **change}
    propose_model(content, "people", **given)
    return approval.waiting(NOW, PROPOSAL_KIND)[0]


GOOD = {"income": 61, "debts": 1}


def test_a_model_works_after_a_second_person_agreed(content, registered):
    given = give_score("people", GOOD, NOW)
    assert isinstance(given.outcome, Scored)
    assert (given.version, given.outcome.model) == (1, registered.sha256)
    assert registered.proposed_by == "staff:1"
    assert registered.approved_by == "staff:2"
    file = read_model(content)
    row = Table("one", {"income": np.array([61.0]), "debts": np.array([1.0])}, 1)
    assert given.outcome.score == file.model.score(row)[0]


def test_nobody_approves_a_model_that_they_proposed(content):
    proposal = proposed(content)
    outcome = proposals.agree(proposal, approver="staff:1", fingerprint=proposal.fingerprint, now=NOW)
    assert isinstance(outcome, approval.Refusal)
    assert not ScoreModel.objects.exists()
    with pytest.raises(BadInput, match="same person"):
        install_model(proposal.value, proposer="staff:1", approver="staff:1", now=NOW)


def test_what_is_proposed_says_worth_and_limits(content):
    shown = proposals.kind_of(proposed(content)).present(proposed(content))
    said = {str(line.words): line.after for line in shown.lines}
    assert "people" in shown.title
    assert any("price" in after for after in said.values())
    assert any(after.startswith("0.") for after in said.values())


@pytest.mark.parametrize(("on", "why"), [
    (datetime(2026, 10, 31, tzinfo=UTC), "model_not_yet_valid"),
    (datetime(2027, 4, 1, tzinfo=UTC), "model_stale"),
])  # fmt: skip
def test_a_day_outside_its_validity_is_referred(registered, on, why):
    assert give_score("people", GOOD, on).outcome == Refer((why,))


def test_no_model_of_the_name_is_referred():
    assert give_score("nobody", GOOD, NOW).outcome == Refer(("model_missing",))


def test_an_altered_file_is_referred_and_so_is_a_missing_one(registered):
    path = path_of(registered.sha256)
    kept = path.read_bytes()
    try:
        assert isinstance(give_score("people", GOOD, NOW).outcome, Scored)
        path.write_bytes(kept.replace(b'"base": ', b'"base": 1'))
        assert give_score("people", GOOD, NOW).outcome == Refer(("model_altered",))
        assert standings(NOW.date())[0]["state"] == "model_altered"
        path.unlink()
        assert give_score("people", GOOD, NOW).outcome == Refer(("model_missing",))
    finally:
        path.write_bytes(kept)
    assert ScoreGiven.objects.filter(refused="model_altered").count() == 1


def test_a_file_altered_between_proposal_and_agreement_is_refused(content):
    proposal = proposed(content)
    path = path_of(proposal.value["sha256"])
    path.write_bytes(content.replace(b'"base": ', b'"base": 1'))
    with pytest.raises(BadInput, match="model_altered"):
        proposals.agree(proposal, approver="staff:2", fingerprint=proposal.fingerprint, now=NOW)
    path.write_bytes(content)


def test_an_ended_model_is_referred_at_once_and_no_older_one_steps_in(content, registered):
    second = proposed(content)
    proposals.agree(second, approver="staff:2", fingerprint=second.fingerprint, now=NOW)
    assert give_score("people", GOOD, NOW).version == 2
    end_model("people", 2, reason="fault", actor="staff:3", now=NOW)
    assert give_score("people", GOOD, NOW).outcome == Refer(("model_stale",))
    states = [(row["version"], row["state"]) for row in standings(NOW.date())]
    assert states == [(2, "ended"), (1, "model_stale")]


def test_a_use_that_the_model_refuses_is_referred(registered):
    assert give_score("people", GOOD, NOW, use="price").outcome == Refer(("model_not_for_this_use",))
    assert isinstance(give_score("people", GOOD, NOW, use="approval").outcome, Scored)


@pytest.mark.parametrize(("values", "why"), [
    ({"income": 61}, "missing:debts"),
    ({"income": None, "debts": 1}, "missing:income"),
    ({"income": "61", "debts": 1}, "wrong_type:income"),
    ({"income": True, "debts": 1}, "wrong_type:income"),
    ({"income": float("nan"), "debts": 1}, "wrong_type:income"),
])  # fmt: skip
def test_an_unknown_value_is_referred(registered, values, why):
    assert give_score("people", values, NOW).outcome == Refer((why,))


def test_rows_of_the_registry_only_grow(registered):
    for change in (
        lambda: ScoreModel.objects.update(valid_to=date(2099, 1, 1)),
        lambda: ScoreModel.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def day_of_scores(seed: int, shift: float) -> None:
    table, _ = people(300, seed)
    for income, debts in zip(table.numbers("income"), table.numbers("debts"), strict=True):
        give_score("people", {"income": float(income + shift), "debts": float(debts)}, NOW)


def test_people_as_before_are_stable_and_others_raise_an_event(registered):
    today = NOW.date()
    day_of_scores(2, 0.0)
    calm = watch_models(today, today + timedelta(days=1), NOW)[0]
    assert (calm.rows, calm.verdict) == (300, "stable"), (calm.psi, calm.columns)
    assert calm.psi < 0.1
    day_of_scores(3, -18.0)
    moved = watch_models(today - timedelta(days=1), today + timedelta(days=1), NOW)[0]
    assert moved.verdict == "changed"
    assert moved.columns[0]["column"] == "income"
    events = OutboxEvent.objects.filter(name="decision.model_drift")
    assert [each.payload["verdict"] for each in events] == ["changed"]


def test_watching_a_period_again_changes_nothing(registered):
    day_of_scores(2, -18.0)
    period = (NOW.date(), NOW.date() + timedelta(days=1), NOW)
    assert [each.pk for each in watch_models(*period)] == [each.pk for each in watch_models(*period)]
    assert ScoreDrift.objects.count() == 1
    assert OutboxEvent.objects.filter(name="decision.model_drift").count() == 1


def test_few_scores_are_said_to_be_few(registered):
    give_score("people", GOOD, NOW)
    found = watch_models(NOW.date(), NOW.date() + timedelta(days=1), NOW)[0]
    assert (found.rows, found.psi, found.verdict) == (1, None, "too_few")
