"""A small policy for the studio's pages: one table on a score, two tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kaopu.decision.console import policy_shelf as shelf

if TYPE_CHECKING:
    from kaopu.decision.actions.register_policy import Registered

NAME = "studio-example"
NOW = datetime(2026, 11, 23, 2, 14, tzinfo=UTC)


def document(name: str = NAME) -> dict[str, Any]:
    columns = {
        "inputs": [{"id": "score", "name": "Score", "field": "score"}],
        "outputs": [
            {"id": "outcome", "name": "Outcome", "field": "outcome"},
            {"id": "limit", "name": "Limit", "field": "limit"},
            {"id": "reasons", "name": "Reasons", "field": "reasons"},
        ],
        "rules": [
            {"_id": "r1", "score": "< 640", "outcome": "'decline'", "limit": "0", "reasons": "['R01']"},
            {"_id": "r2", "score": ">= 640", "outcome": "'approve'", "limit": "800000", "reasons": "['R02']"},
        ],
    }
    return {
        "manifest": {
            "name": name,
            "title": {"en": "Studio example", "zh": "审批示例"},
            "rationale": {"en": "Decides by score.", "zh": "按评分决定。"},
            "owner": "consumer credit policy",
            "purpose": "credit",
            "valid_from": "2026-01-01",
            "valid_to": None,
            "inputs": [
                {"field": "as_of", "type": "date", "required": True, "label": {"en": "Day of the decision", "zh": "决策日"}},
                {"field": "score", "type": "integer", "minimum": 300, "maximum": 850, "required": True,
                 "label": {"en": "Score", "zh": "评分"}},
            ],
            "outcomes": ["approve", "refer", "decline"],
            "reasons": {
                "R01": {"en": "The score is too low.", "zh": "评分过低。"},
                "R02": {"en": "The score is good.", "zh": "评分良好。"},
            },
        },
        "nodes": [
            {"id": "in", "name": "Application", "type": "inputNode", "position": {"x": 40, "y": 100}},
            {"id": "rules", "name": "Score bands", "type": "decisionTableNode", "position": {"x": 300, "y": 100},
             "content": {"hitPolicy": "first", **columns}},
            {"id": "out", "name": "Decision", "type": "outputNode", "position": {"x": 560, "y": 100}},
        ],
        "edges": [
            {"id": "e1", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "e2", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
        "tests": [
            {"name": "good score", "input": {"as_of": "2026-11-22", "score": 700}, "output": {"outcome": "approve"}},
            {"name": "low score", "input": {"as_of": "2026-11-22", "score": 500}, "output": {"outcome": "decline"}},
        ],
    }  # fmt: skip


def keep() -> Registered:
    return shelf.save(document(), by="staff:1", now=NOW)
