"""`kaopu conduct permit` as a process: lines in, lines out, nothing slow imported."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conduct.permit_lines import line, text, to_contact


def kaopu(*words):
    return subprocess.run(
        [sys.executable, "-m", "kaopu.cli.main", "conduct", *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "facts.jsonl"
    path.write_bytes("\n".join([text(line()), "", "\u2028", text(to_contact(id="b2"))]).encode() + b"\r\n\xff\n")
    return path


def test_one_verdict_a_line_in_order(facts):
    done = kaopu("permit", "--facts", facts, "--json")
    assert done.returncode == 0
    found = [json.loads(one) for one in done.stdout.splitlines()]
    assert [(one["id"], one["allowed"]) for one in found] == [
        ("a1", False), (None, False), (None, False), ("b2", True), (None, False),
    ]  # fmt: skip
    assert all(list(one) == ["id", "allowed", "disclosure", "rules", "next_allowed_at"] for one in found)
    assert all(list(rule) == ["id", "verdict", "why"] for one in found for rule in one["rules"])


def test_sentences_without_json(facts):
    shown = kaopu("permit", "--facts", facts).stdout.splitlines()
    assert shown[0].startswith(
        "a1: not allowed: CN-GB-02: the debtor is neither dead, incapacitated nor lost; X-DEF-07"
    )
    assert shown[3] == "b2: allowed, may reveal: none (19 rules asked)"


def test_bad_input_ends_with_two(tmp_path, facts):
    gone = kaopu("permit", "--facts", tmp_path / "none.jsonl", "--json")
    assert (gone.returncode, gone.stdout) == (2, "")
    assert "none.jsonl: No such file" in gone.stderr
    (tmp_path / "own.toml").write_text("[pack]\n")
    assert kaopu("permit", "--facts", facts, "--rules", tmp_path).returncode == 2


def test_neither_django_nor_compiled_columns_are_imported(facts):
    code = (
        "import sys\nsys.argv = ['kaopu', 'conduct', 'permit', '--facts', sys.argv[1], '--json']\n"
        "from kaopu.cli.main import run\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        "slow = {'django', 'numba', 'numpy', 'duckdb', 'pyarrow'} & set(sys.modules)\nsys.exit(f'imported {slow}' if slow else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(facts)], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
