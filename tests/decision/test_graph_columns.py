"""Graphs in columns answer as the live engine does, on their cases and on inputs made of them; the same on Spark."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.policy_agreement import agreement, compared, equal, without_functions
from bench.policy_inputs import PolicyInputs
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.engines.live import LiveEngine

if TYPE_CHECKING:
    from collections.abc import Callable

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "kaopu" / "decision" / "policies").glob("*.json"))
ROWS = 40
SECONDS = 120  # of the graphs that `make evidence` compares at length, as many as fit
ON_SPARK = ("table-loop.json", "multi-switch.json", "expression-fields.json")


def test_graphs_of_others_agree_with_zen(shared: Callable[..., Path]) -> None:
    started, compared_graphs = time.monotonic(), 0
    for path in without_functions(shared("data", "jdm_graphs", "graphs")):
        found = agreement(path, ROWS)
        assert not found.refused, found.refused
        assert not found.different, found.different[0]
        compared_graphs += 1
        if time.monotonic() - started > SECONDS:
            break
    assert compared_graphs >= 10


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_policies_agree_with_zen(path: Path) -> None:
    found = agreement(path, 400)
    assert not found.refused, found.refused
    assert not found.different, found.different[0]
    lawful = compared(read_policy(path.read_text(encoding="utf-8"), path.name), cases(path), path.parent)
    assert lawful.live <= lawful.rows // 10


def cases(path: Path) -> list[dict]:
    return [case["input"] for case in json.loads(path.read_text(encoding="utf-8"))["tests"]]


@pytest.mark.java
def test_spark_agrees_with_zen(shared: Callable[..., Path]) -> None:
    if shutil.which("java") is None:
        pytest.skip("Java is not on this machine: Spark needs Java 17 or newer")
    from kaopu.decision.engines import spark

    folder = shared("data", "jdm_graphs", "graphs")
    try:
        for path in [*SHIPPED, *(folder / name for name in ON_SPARK)]:
            policy = read_policy(path.read_text(encoding="utf-8"), path.name)
            live = LiveEngine(policy, path.parent)
            made = PolicyInputs(json.loads(path.read_text(encoding="utf-8")), 2)
            rows = [*made.cases, *made.rows(200)]
            answers, left = spark.decide_rows(policy, rows, path.parent)
            assert left < len(rows) * 0.6, path.name
            for row, answer in zip(rows, answers, strict=True):
                expected = live.decide(row)
                assert (answer.outcome, answer.reasons) == (expected.outcome, expected.reasons), (path.name, row)
                assert equal(answer.output, expected.output, expected.output), (path.name, row)
    finally:
        spark.stop()
