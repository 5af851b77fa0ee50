"""`kaopu twin run`: the files and their columns, the same bytes for the same seed, faults by their names."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]


def twin(*words):
    done = subprocess.run(
        [sys.executable, "-m", "kaopu.cli.main", "twin", *words], check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("town")
    code, told, _ = twin("run", "--borrowers", "1500", "--days", "300", "--seed", "7", "--out", str(out), "--json")
    assert code == 0
    answer = json.loads(told)
    kept = json.loads((out / "summary.json").read_text())
    assert {key: answer[key] for key in kept} == kept
    return out


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    for seed, same in (("7", True), ("8", False)):
        out = tmp_path / seed
        assert twin("run", "--borrowers", "1500", "--days", "300", "--seed", seed, "--out", str(out))[0] == 0
        for path in sorted(folder.iterdir()):
            equal = (
                hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256((out / path.name).read_bytes()).digest()
            )
            assert equal == same, path.name


def test_a_run_that_did_not_end_has_no_summary(folder, tmp_path):
    out = tmp_path / "again"
    shutil.copytree(folder, out)
    (out / "truth_asks.parquet").unlink()
    (out / "truth_asks.parquet").mkdir()
    code, _, _ = twin("run", "--borrowers", "50", "--days", "30", "--out", str(out))
    assert code != 0
    assert not (out / "summary.json").exists()


def test_every_column_is_described(folder):
    text = (ROOT / "docs" / "twin.md").read_text()
    for path in sorted(folder.glob("*.parquet")):
        assert f"`{path.name}`" in text
        for column in pq.read_schema(path).names:
            assert re.search(rf"\b{column}\b", text), f"{path.name}: {column}"


def test_files_agree_with_each_other(folder):
    def sql(text):
        return duckdb.sql(re.sub(r"@(\w+)", rf"'{folder}/\1.parquet'", text)).fetchall()

    rows = json.loads((folder / "summary.json").read_text())["rows"]
    assert {name: pq.read_metadata(folder / f"{name}.parquet").num_rows for name in rows} == rows
    # Evidence is of points on record, sorted; edges, nominations and truth go side by side.
    assert sql("SELECT count(*) FROM @evidence e ANTI JOIN @points p USING (point_id, borrower_id, role, kind)") == [
        (0,)
    ]
    points = pq.read_table(folder / "evidence.parquet", columns=["point_id"])["point_id"].to_numpy()
    assert (points[1:] >= points[:-1]).all()
    for name in ("nominations", "truth_contacts"):
        edges, other = pq.read_table(folder / "edges.parquet"), pq.read_table(folder / f"{name}.parquet")
        assert edges.equals(other.select(["source", "target"]))
    assert sql("SELECT count(*) FROM @nominations WHERE (accepted_at IS NULL) <> (point_id IS NULL)") == [(0,)]
    assert sql(
        "SELECT count(*) FROM @nominations WHERE same_device IS DISTINCT FROM (source_device = target_device)"
    ) == [(0,)]
    assert sql("SELECT count(*) FROM @truth_points WHERE alive_to <= alive_from AND ended_by <> 'died'") == [(0,)]
    assert sql("SELECT count(DISTINCT point_id) FROM @truth_points") == sql("SELECT count(*) FROM @points")


def test_no_truth_is_told_in_what_the_lender_knows(folder):
    known = {"evidence", "points", "edges", "nominations", "exposure", "parties", "asks"}
    telling = {"genuine", "alive_from", "alive_to", "cluster", "evasive", "risk_asked", "group_id"}
    for name in known:
        assert not telling & set(pq.read_schema(folder / f"{name}.parquet").names)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--borrowers", "0"], "--borrowers: 0 given, expected 1 to"),
        (["--borrowers", "10", "--days", "0"], "--days: 0 given, expected 1 to"),
        (["--borrowers", "10", "--seed", "-1"], "--seed: -1 given, expected 0 or more"),
        (["--borrowers", "10", "--world", "mars"], "world 'mars': not known, expected one of"),
    ],
)
def test_faults_end_with_two(tmp_path, words, message):
    code, told, error = twin("run", *words, "--out", str(tmp_path / "x"), "--json")
    assert code == 2
    assert told == ""
    assert message in error


def test_worlds_are_listed_and_shown(tmp_path):
    code, told, _ = twin("worlds", "list", "--json")
    assert code == 0
    assert "base" in [world["name"] for world in json.loads(told)]
    code, told, _ = twin("worlds", "show", "correlated-evidence")
    assert code == 0
    # What is shown is a world itself: it says every figure.
    again = tmp_path / "again.toml"
    again.write_text('about = "Again."\n' + told)
    first, second = (
        json.loads(twin("worlds", "show", name, "--json")[1]) for name in ("correlated-evidence", str(again))
    )
    assert {**first, "name": "", "about": ""} == {**second, "name": "", "about": ""}
