"""`kaopu policy run` as a person types it: one line of JSON an input, the same on every engine; refusals with a reason."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.policy_commands import app
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SAME_TO_THE_BYTE = ("decision-table-discounts.json", "expression-default.json", "merch-bags.json", "table-loop.json")
NODES = {
    "in": {"id": "in", "type": "inputNode", "name": "request"},
    "sum": {
        "id": "sum",
        "type": "expressionNode",
        "name": "sum",
        "content": {"expressions": [{"id": "e", "key": "total", "value": "price * 2"}]},
    },
    "js": {"id": "js", "type": "functionNode", "name": "in JavaScript", "content": {"source": "export const f = 1;"}},
}


def graph(*names: str) -> str:
    ids = ("in", *names)
    edges = [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in pairwise(ids)]
    return json.dumps({"nodes": [NODES[each] for each in ids], "edges": edges})


def kaopu(policy: Path, rows: Path, engine: str, *words: str) -> str:
    done = CliRunner().invoke(app, ["run", str(policy), "--input", str(rows), "--engine", engine, *words])
    if isinstance(done.exception, BadInput):
        raise done.exception
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.stdout


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", SAME_TO_THE_BYTE)
def test_live_and_columns_print_the_same_bytes(name: str, shared: Callable[..., Path], tmp_path: Path) -> None:
    policy = shared("data", "jdm_graphs", "graphs", name)
    cases = read_policy(policy.read_text(encoding="utf-8"), name).tests
    rows = written(tmp_path / "rows.jsonl", "".join(json.dumps(case.input) + "\n" for case in cases))
    live, columns = (kaopu(policy, rows, engine, "--json") for engine in ("live", "columns"))
    assert live == columns
    assert [json.loads(line) for line in live.splitlines()] == [
        {"outcome": None, "reasons": [], "output": case.output} for case in cases
    ]


@pytest.mark.parametrize("engine", ["live", "columns"])
def test_each_input_has_its_line_and_an_integer_stays_one(engine: str, tmp_path: Path) -> None:
    policy = written(tmp_path / "graph.json", graph("sum"))
    given = '{"price": 1.5}\n\n{"price": "1"}\n{"price": 100}\n{}\n{"price": 1234567890123456789}\n[1]\n'
    printed = kaopu(policy, written(tmp_path / "rows.jsonl", given), engine, "--json")
    failed = '{"outcome": "refer", "reasons": ["evaluation_failed:sum"], "output": null}'
    assert printed.splitlines() == [
        '{"outcome": null, "reasons": [], "output": {"total": 3}}',
        failed,
        '{"outcome": null, "reasons": [], "output": {"total": 200}}',
        failed,
        '{"outcome": null, "reasons": [], "output": {"total": 2469135780246913578}}',
        failed,
    ]


@pytest.mark.parametrize("line", ['{"price": NaN}', '{"price": 1e999}', '{"price": }'])
def test_a_line_that_is_no_json_is_named(line: str, tmp_path: Path) -> None:
    policy = written(tmp_path / "graph.json", graph("sum"))
    rows = written(tmp_path / "rows.jsonl", '{"price": 1}\n' + line + "\n")
    with pytest.raises(BadInput, match=r"rows.jsonl: line 2"):
        kaopu(policy, rows, "columns", "--json")


def test_a_graph_that_has_no_columns_is_refused_with_node_and_reason(tmp_path: Path) -> None:
    policy = written(tmp_path / "graph.json", graph("sum", "js"))
    rows = written(tmp_path / "rows.jsonl", '{"price": 1}\n')
    refusal = r"graph.json: cannot be run on --engine columns: node in JavaScript \(js\): a functionNode has no columns"
    with pytest.raises(BadInput, match=refusal):
        kaopu(policy, rows, "columns", "--json")


def test_without_json_the_answers_are_counted(tmp_path: Path) -> None:
    policy = written(tmp_path / "graph.json", graph("sum"))
    rows = written(tmp_path / "rows.jsonl", '{"price": 1}\n{"price": 2}\n{}\n')
    assert [line.split() for line in kaopu(policy, rows, "columns").splitlines()] == [["decided", "2"], ["refer", "1"]]
