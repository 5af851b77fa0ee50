"""Back-tests beside a slow oracle: zen row by row, sums by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from kaopu.decision.core.backtest.intervals import of_sum, wilson
from kaopu.decision.core.backtest.made_up import population_sql
from kaopu.decision.core.policy.null_law import breaches
from kaopu.decision.core.policy.policy_file import PolicyFile, read_policy
from kaopu.decision.engines.backtest import Asked, backtest
from kaopu.decision.engines.live import LiveEngine
from kaopu.decision.policy_commands import app
from kaopu.kernel.core.errors import BadInput

ROWS = 2_500
POLICY = Path(__file__).parents[2] / "kaopu" / "decision" / "policies" / "application-review.json"
ASKED = Asked("bad", "loss", "profit", "month", "segment", "sex")


def stricter(text: str) -> str:
    """The shipped policy with another band of scores."""
    changed = text.replace('"[600..660)"', '"[640..660)"').replace('"[540..600)"', '"[540..640)"')
    assert changed != text
    return changed


@pytest.fixture(scope="module")
def old() -> PolicyFile:
    return read_policy(POLICY.read_text(encoding="utf-8"), "old.json")


@pytest.fixture(scope="module")
def new() -> PolicyFile:
    return read_policy(stricter(POLICY.read_text(encoding="utf-8")), "new.json")


def damaged(policy: PolicyFile) -> str:
    """Made-up applications of which some are incomplete, out of range, stale, or have too many digits."""
    assert policy.manifest is not None
    inner = population_sql(policy.manifest, ROWS, 7)
    return f"""SELECT * REPLACE (
      CASE WHEN n % 17 = 0 THEN NULL ELSE "income.monthly_fen" END AS "income.monthly_fen",
      CASE WHEN n % 19 = 0 THEN 900 ELSE "bureau.score" END AS "bureau.score",
      CASE WHEN n % 23 = 0 THEN "bureau.observed_on" - 60 ELSE "bureau.observed_on" END AS "bureau.observed_on",
      CASE WHEN n % 29 = 0 THEN 'elsewhere' ELSE "identity.result" END AS "identity.result"
    ) FROM (SELECT row_number() OVER () AS n, * FROM ({inner}))"""  # noqa: S608 - a test's own


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, old: PolicyFile) -> Path:
    path = tmp_path_factory.mktemp("population") / "applications.parquet"
    duckdb.sql(f"COPY ({damaged(old)}) TO '{path}' (FORMAT PARQUET)")
    return path


def documents(file: Path, policy: PolicyFile) -> list[tuple[dict, dict]]:
    """(the input as JSON, the other columns) of each row, read without any of the code under test."""
    assert policy.manifest is not None
    relation = duckdb.sql(f"SELECT * FROM '{file}'")  # noqa: S608 - a test's own
    found = []
    for row in relation.fetchall():
        flat = dict(zip(relation.columns, row, strict=True))
        given: dict = {}
        for name in [*(each.field for each in policy.manifest.inputs), "bureau.observed_on"]:
            level, keys = given, name.split(".")
            for key in keys[:-1]:
                level = level.setdefault(key, {})
            if flat[name] is not None:
                level[keys[-1]] = flat[name].isoformat() if hasattr(flat[name], "isoformat") else flat[name]
        found.append((given, flat))
    return found


def test_every_figure_is_what_zen_row_by_row_gives(old: PolicyFile, new: PolicyFile, file: Path) -> None:
    found = backtest(new, old, file, ASKED, (POLICY.parent, POLICY.parent))
    engines = {"old": LiveEngine(old), "new": LiveEngine(new)}
    rows = [
        ({side: engine.decide(given).outcome for side, engine in engines.items()}, flat)
        for given, flat in documents(file, old)
    ]
    assert found["rows"] == len(rows) == ROWS
    assert found["live_share"] == 0
    for side in ("old", "new"):
        for outcome in ("approve", "refer", "decline"):
            share = sum(answers[side] == outcome for answers, _ in rows) / ROWS
            assert found["rates"][side][outcome] == pytest.approx(share)
        approved = [flat for answers, flat in rows if answers[side] == "approve"]
        known = [flat for flat in approved if flat["bad"] is not None]
        bad = sum(flat["bad"] for flat in known)
        rate = found["bad_rate"][side]
        assert (rate["rows"], rate["known"], rate["bad"]) == (len(approved), len(known), bad)
        assert rate["rate"] == pytest.approx(bad / len(known))
        unknown = len(approved) - len(known)
        assert rate["bounds"] == pytest.approx((bad / len(approved), (bad + unknown) / len(approved)))
        assert found["loss"][side]["sum"] == sum(flat["loss"] for flat in known)
        assert found["profit"][side]["sum"] == sum(flat["profit"] for flat in known)
    swapped = [flat for answers, flat in rows if answers["old"] == "approve" != answers["new"]]
    assert found["swap_sets"]["out"]["rows"] == len(swapped) > 0
    assert sum(each["rows"] for each in found["swap_sets"].values()) == ROWS
    for key, column in (("segments", "segment"), ("months", "month")):
        for part in found[key]:
            inside = [answers for answers, flat in rows if flat[column] == part["name"]]
            assert part["rows"] == len(inside) > 0
            share = sum(answers["new"] == "approve" for answers in inside) / len(inside)
            assert part["rates"]["new"]["approve"] == pytest.approx(share)
        assert sum(part["rows"] for part in found[key]) == ROWS


def test_made_up_applications_satisfy_the_manifest(old: PolicyFile) -> None:
    assert old.manifest is not None
    relation = duckdb.sql(population_sql(old.manifest, 500, 3))
    for row in relation.fetchall():
        flat = dict(zip(relation.columns, row, strict=True))
        given: dict = {}
        for name, value in flat.items():
            level, keys = given, name.split(".")
            for key in keys[:-1]:
                level = level.setdefault(key, {})
            level[keys[-1]] = value.isoformat() if hasattr(value, "isoformat") else value
        assert breaches(old.manifest, given) == ()
    again = duckdb.sql(population_sql(old.manifest, 500, 3)).fetchall()
    assert again == duckdb.sql(population_sql(old.manifest, 500, 3)).fetchall()
    assert again != duckdb.sql(population_sql(old.manifest, 500, 4)).fetchall()


BARE = {
    "nodes": [
        {"id": "in", "type": "inputNode", "name": "in"},
        {
            "id": "t",
            "type": "decisionTableNode",
            "name": "t",
            "content": {
                "hitPolicy": "first",
                "inputs": [{"id": "i", "name": "score", "field": "score"}],
                "outputs": [{"id": "o", "name": "outcome", "field": "outcome"}],
                "rules": [
                    {"_id": "1", "i": ">= 0.3", "o": '"approve"'},
                    {"_id": "2", "i": ">= 0.1", "o": '"refer"'},
                    {"_id": "3", "i": "", "o": '"decline"'},
                ],
            },
        },
        {"id": "out", "type": "outputNode", "name": "out"},
    ],
    "edges": [
        {"id": "e1", "sourceId": "in", "targetId": "t", "type": "edge"},
        {"id": "e2", "sourceId": "t", "targetId": "out", "type": "edge"},
    ],
}


def test_a_bare_graph_over_a_csv_with_marked_rows(tmp_path: Path) -> None:
    """0.30000000000000004 has 17 digits: zen decides that row."""
    (tmp_path / "old.json").write_text(json.dumps(BARE), encoding="utf-8")
    (tmp_path / "new.json").write_text(json.dumps(BARE).replace(">= 0.3", ">= 0.5"), encoding="utf-8")
    lines = ["score,went_bad", "0.30000000000000004,0", "0.3,1", "0.6,0", "0.2,", ",0", "0.05,1"]
    (tmp_path / "p.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    given = ["backtest", str(tmp_path / "new.json"), "--against", str(tmp_path / "old.json"), "--population"]
    done = CliRunner().invoke(app, [*given, str(tmp_path / "p.csv"), "--outcome", "went_bad", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["rows"], found["known"]) == (6, 5)
    assert found["live_share"] == pytest.approx(1 / 6)
    assert found["rates"]["old"] == pytest.approx({"approve": 3 / 6, "refer": 1 / 6, "decline": 2 / 6})
    assert found["rates"]["new"] == pytest.approx({"approve": 1 / 6, "refer": 3 / 6, "decline": 2 / 6})
    out = found["swap_sets"]["out"]
    assert (out["rows"], out["known"], out["bad"], out["bad_rate"]) == (2, 2, 1, 0.5)
    assert found["swap_sets"]["neither"]["bad_rate_bounds"] == pytest.approx([1 / 3, 2 / 3])


def test_missing_columns_and_impossible_outcomes_are_named(tmp_path: Path, old: PolicyFile) -> None:
    bare = read_policy(json.dumps(BARE), "bare.json")
    path = tmp_path / "p.csv"
    path.write_text("score,went_bad\n0.5,2\n", encoding="utf-8")
    beside = (tmp_path, tmp_path)
    with pytest.raises(BadInput, match="--outcome gone: there is no such column, expected one of score, went_bad"):
        backtest(bare, bare, path, Asked("gone"), beside)
    with pytest.raises(BadInput, match="--outcome went_bad: expected 1 or true or bad"):
        backtest(bare, bare, path, Asked("went_bad"), beside)
    with pytest.raises(BadInput, match=r"no column for as_of, applicant.age_years"):
        backtest(old, old, path, Asked("went_bad"), beside)
    with pytest.raises(BadInput, match=r"gone.csv: there is no such file"):
        backtest(bare, bare, tmp_path / "gone.csv", Asked("went_bad"), beside)


def test_intervals_by_hand() -> None:
    # Wilson 1927, worked with p = 0.1, n = 100: (0.0552, 0.1744)
    assert wilson(10, 100) == pytest.approx((0.05522914, 0.17436566), abs=1e-6)
    assert wilson(0, 0) is None
    low, high = of_sum(10.0, 30.0, 4) or (0, 0)
    deviation = math.sqrt(sum((x - 2.5) ** 2 for x in (1, 2, 3, 4)) / 3) * 2
    assert (high - low) / 2 == pytest.approx(1.959963984540054 * deviation)


def test_the_report_needs_nothing_else(tmp_path: Path, file: Path) -> None:
    (tmp_path / "new.json").write_text(stricter(POLICY.read_text(encoding="utf-8")), encoding="utf-8")
    given = ["backtest", str(tmp_path / "new.json"), "--against", str(POLICY), "--population", str(file)]
    given += ["--outcome", "bad", "--loss", "loss", "--month", "month", "--group", "sex", "--json"]
    done = CliRunner().invoke(app, [*given, "--html", str(tmp_path / "report.html")])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert "<script" not in page
    assert "src=" not in page
    found = json.loads(done.stdout)
    assert f"of {ROWS:,} applications" in page
    assert f"{found['rates']['new']['approve']:.2%}" in page
