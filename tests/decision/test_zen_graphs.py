"""docs/zen-semantics.md, graphs: each sentence asked of zen, and columns beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from graph_facts import FACTS, FAILS

from bench.policy_agreement import compared
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.engines.live import LiveEngine

PAGE = (Path(__file__).parents[2] / "docs" / "zen-semantics.md").read_text(encoding="utf-8")
SECTION = re.sub(r"\s+", " ", PAGE.split("## Graphs")[1].split("\n## ")[0])


@pytest.mark.parametrize(("sentence", "graph", "given", "expected"), FACTS)
def test_zen_runs_graphs_so(sentence: str, graph: str, given: Any, expected: Any) -> None:
    policy = read_policy(graph, "fact.json")
    answer = LiveEngine(policy).decide(given)
    assert (FAILS if answer.reasons else answer.output) == expected
    found = compared(policy, [given], Path())
    assert not found.refused, found.refused
    assert not found.different, found.different[0]
    assert sentence in SECTION
