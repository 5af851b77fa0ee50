"""zen's own graphs: the live engine gives what their authors expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.engines.live import LiveEngine, failed_node

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# These two put the day of the run into their answer.
READ_THE_CLOCK = {"dynamic-shipping-cost-calculator.json", "seller-approval-workflow.json"}


def test_every_case_of_every_graph_is_as_expected(shared: Callable[..., Path]) -> None:
    cases = 0
    for path in sorted(shared("data", "jdm_graphs", "graphs").glob("*.json")):
        policy = read_policy(path.read_text(encoding="utf-8"), path.name)
        if path.name in READ_THE_CLOCK:
            continue
        engine = LiveEngine(policy, path.parent)
        for case in policy.tests:
            answer = engine.decide(case.input)
            assert (answer.outcome, answer.reasons, answer.output) == (None, (), case.output), (path.name, case.name)
            cases += 1
    assert cases == 85


def test_the_outermost_node_is_named() -> None:
    message = '{"type":"NodeError","source":{"type":"NodeError","nodeId":"inner"},"nodeId":"outer"}\n\nStack'
    assert failed_node(message) == "outer"
