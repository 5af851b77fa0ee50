"""`kaopu contacts reach`, `plan` and `fit-hazard`, as a person types them."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kaopu.contacts.core.evidence import Evidence, EvidenceKind
from kaopu.contacts.core.hazard import HAZARDS
from kaopu.contacts.core.provider_answer import Answer, asked, evidence_of_answer
from kaopu.contacts.core.reach import explain_point, filter_point

START = datetime(2026, 1, 1, tzinfo=UTC)


def run(*words, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "kaopu.cli.main", "contacts", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done


def line(
    point, borrower, role="own", at="2026-01-01T00:00:00Z", evidence="code_confirmed", consented=True, kind="phone"
):
    return {
        "point_id": point,
        "borrower_id": borrower,
        "role": role,
        "kind": kind,
        "at": at,
        "evidence": evidence,
        "consented": consented,
    }


@pytest.fixture
def evidence(tmp_path):
    rows = [
        line("p1", "b1"),
        line("p2", "b1", "contact", consented=None),
        line("p3", "b2", at="2024-06-01T00:00:00+08:00"),
        line("p4", "b2", "contact", at="2025-06-01"),
        line("p3", "b2", at="2027-01-01", evidence="invalid_number"),
    ]
    path = tmp_path / "evidence.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_reach_is_exactly_the_json(evidence):
    found = json.loads(run("reach", "--evidence", evidence, "--as-of", "2026-07-01T00:00:00Z", "--json").stdout)
    assert list(found) == ["points", "borrowers"]
    assert [set(each) for each in found["points"]] == [{"point_id", "reach"}] * 4
    first = found["points"][0]
    alone = filter_point(
        [Evidence(START, EvidenceKind.CODE_CONFIRMED)], HAZARDS["phone"], datetime(2026, 7, 1, tzinfo=UTC)
    )
    assert first == {"point_id": "p1", "reach": pytest.approx(alone)}
    one, two = found["borrowers"]
    assert one == {
        "borrower_id": "b1",
        "reach": pytest.approx(alone),
        "lost": pytest.approx(1 - alone),
    }  # p2 has not agreed
    assert two["reach"] > found["points"][2]["reach"]
    assert two["reach"] + two["lost"] == pytest.approx(1)


def test_reach_for_people_says_why(evidence):
    told = run("reach", "--evidence", evidence, "--as-of", "2026-07-01").stdout
    assert "point p1: 0.9" in told
    assert "borrower b2: reached" in told
    more = json.loads(run("reach", "--evidence", evidence, "--as-of", "2026-07-01", "--json", "--why").stdout)
    assert more["points"][0]["suppress"] is False
    assert more["points"][0]["confirmed_at"] == "2026-01-01T00:00:00+00:00"


def test_exposure_at_risk(evidence, tmp_path):
    (tmp_path / "x.jsonl").write_text('{"borrower_id": "b1", "exposure_minor": 100000}\n')
    words = ("reach", "--evidence", evidence, "--as-of", "2026-07-01", "--exposure", tmp_path / "x.jsonl")
    found = json.loads(run(*words, "--json").stdout)
    assert found["exposure_at_risk_minor"] == round(100_000 * found["borrowers"][0]["lost"])  # b2 owes nothing
    assert "exposure expected with lost borrowers: " in run(*words).stdout


def test_plan_gives_what_it_says(evidence, tmp_path):
    exposure = tmp_path / "exposure.csv"
    exposure.write_text("borrower_id,exposure_minor\nb1,100000\nb2,90000000\n")
    found = json.loads(
        run(
            "plan", "--evidence", evidence, "--as-of", "2026-07-01", "--budget", 0.3, "--exposure", exposure, "--json"
        ).stdout
    )
    assert list(found) == ["budget", "spent", "items"]
    assert found["spent"] <= found["budget"] == 0.3
    assert list(found["items"][0]) == [
        "point_id",
        "borrower_id",
        "channel",
        "cost",
        "loss_saved",
        "value_per_yuan",
        "why",
    ]
    assert [each["point_id"] for each in found["items"]] == ["p3", "p4"]
    assert "900,000.00 yuan" in found["items"][0]["why"]
    told = run("plan", "--evidence", evidence, "--as-of", "2026-07-01", "--budget", 1).stdout
    assert "3 re-checks, 0.36 of 1.00 yuan" in told


def test_costs_of_the_lender(evidence, tmp_path):
    costs = tmp_path / "costs.toml"
    costs.write_text("[phone.visit]\ncost = 40\ndetects = 0.99\n")
    found = json.loads(
        run("plan", "--evidence", evidence, "--as-of", "2026-07-01", "--budget", 50, "--costs", costs, "--json").stdout
    )
    assert [(each["channel"], each["cost"]) for each in found["items"]] == [("visit", 40.0)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["reach", "--as-of", "soon"], "--as-of 'soon': expected a date"),
        (["plan", "--as-of", "2026-07-01", "--budget", "-1"], "--budget: -1, expected 0 or more"),
        (["plan", "--as-of", "2026-07-01", "--budget", "1", "--horizon-days", "0"], "horizon of 0.0 days"),
        (["plan", "--as-of", "2026-07-01", "--budget", "1", "--costs", "none.toml"], "none.toml"),
        (["reach", "--as-of", "2026-07-01", "--parameters", "none.toml"], "none.toml"),
        (["fit-hazard", "--as-of", "2026-07-01", "--out", "x.toml"], "expected a Parquet file of evidence"),
    ],
)
def test_what_cannot_be_is_told_and_ends_with_2(evidence, words, told):
    done = run(words[0], "--evidence", evidence, *words[1:], code=2)
    assert told in done.stderr
    assert not done.stdout


def test_a_bad_row_leaves_nothing_half_done(tmp_path):
    rows = [line("p1", "b1"), line("p2", "b1", evidence="hope")]
    path, out = tmp_path / "e.jsonl", tmp_path / "out"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = run("reach", "--evidence", path, "--as-of", "2026-07-01", "--json", "--out", out, code=2)
    assert "e.jsonl row 2 column evidence: 'hope'" in done.stderr
    assert not done.stdout
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("borrower_id,exposure_minor\nb1,12.5\n", "row 1 column exposure_minor: '12.5'"),
        ("borrower_id,exposure_minor\nb1,1\nb1,2\n", "row 2 column borrower_id: 'b1' again"),
        ("borrower_id,exposure_minor\n,2\n", "row 1 column borrower_id"),
        ("borrower,exposure\nb1,2\n", "row 1 column borrower_id: None"),
    ],
)
def test_exposures_that_cannot_be(evidence, tmp_path, text, told):
    (tmp_path / "x.csv").write_text(text)
    done = run(
        "plan", "--evidence", evidence, "--as-of", "2026-07-01", "--budget", 1, "--exposure", tmp_path / "x.csv", code=2
    )
    assert f"x.csv {told}" in done.stderr


def test_parquet_in_and_out_and_fitted(tmp_path):
    rows = [
        line(n, n % 40, evidence="silent" if (n + k) % 4 == 0 else "code_confirmed")
        | {"at": START - timedelta(days=90 * k)}
        for n in range(120)
        for k in range(8)
    ]
    path, own = tmp_path / "e.parquet", tmp_path / "own.toml"
    pq.write_table(pa.Table.from_pylist(rows), path)
    told = json.loads(
        run("reach", "--evidence", path, "--as-of", "2026-07-01", "--json", "--out", tmp_path / "out").stdout
    )
    assert (told["points"], told["borrowers"]) == (120, 40)
    assert pq.read_table(tmp_path / "out" / "borrowers.parquet").num_rows == 40
    fitted = json.loads(run("fit-hazard", "--evidence", path, "--as-of", "2026-07-01", "--out", own, "--json").stdout)
    assert fitted["hazards"]["phone"]["churn_per_year"] < HAZARDS["phone"].churn_per_year  # nothing ever died here
    plain, with_own = (
        json.loads(run("reach", "--evidence", path, "--as-of", "2027-07-01", "--json", *more).stdout)["points"][0][
            "reach"
        ]
        for more in ([], ["--parameters", own])
    )
    assert with_own > plain


class Scripted:
    name = "scripted"

    def __init__(self, answer):
        self.answer = answer

    def ask(self, point_id, since):
        return None if self.answer is None else (self.answer, since + timedelta(days=30))


def test_what_providers_say_reaches_the_filter():
    confirmed = Evidence(START, EvidenceKind.CODE_CONFIRMED)
    providers = [Scripted(Answer.UNKNOWN), Scripted(None), Scripted("no such answer"), Scripted(Answer.REASSIGNED)]
    signs = asked(providers, 7, START)
    assert [each.kind for each in signs] == [EvidenceKind.REASSIGNED]
    found = explain_point([confirmed, *signs], HAZARDS["phone"], START + timedelta(days=40))
    assert found.suppress
    assert found.reach < 0.1
    assert {evidence_of_answer(each, START) is None for each in Answer if each is not Answer.UNKNOWN} == {False}
