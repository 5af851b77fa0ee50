"""A small policy that the tests of a policy's life bring to work."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from kaopu.decision.actions.approve_policy import approve_policy
from kaopu.decision.actions.propose_policy import PROPOSAL_KIND, propose_policy
from kaopu.decision.actions.register_policy import record_backtest, register_policy
from kaopu.kernel import approval

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
GOOD = {"as_of": "2026-11-25", "score": 700}


def text(least: int = 600, name: str = "small", **manifest) -> str:
    """Approve from a score on, else decline with R01."""
    rows = [
        {"_id": "a", "in": f">= {least}", "out": '"approve"', "why": ""},
        {"_id": "b", "in": f"< {least}", "out": '"decline"', "why": '"R01"'},
    ]
    return json.dumps({
        "nodes": [
            {"id": "i", "name": "i", "type": "inputNode", "position": {"x": 0, "y": 0}},
            {"id": "t", "name": "t", "type": "decisionTableNode", "position": {"x": 1, "y": 0}, "content": {
                "hitPolicy": "first",
                "inputs": [{"id": "in", "name": "score", "field": "score"}],
                "outputs": [{"id": "out", "name": "outcome", "field": "outcome"},
                            {"id": "why", "name": "reason", "field": "reason"}],
                "rules": rows,
            }},
            {"id": "o", "name": "o", "type": "outputNode", "position": {"x": 2, "y": 0}},
        ],
        "edges": [{"id": "1", "type": "edge", "sourceId": "i", "targetId": "t"},
                  {"id": "2", "type": "edge", "sourceId": "t", "targetId": "o"}],
        "manifest": {
            "name": name, "title": {"en": "Small", "zh": "小"}, "rationale": {"en": "Small.", "zh": "小。"},
            "owner": "tests", "purpose": "credit", "valid_from": "2026-01-01", "valid_to": None,
            "inputs": [
                {"field": "as_of", "type": "date", "required": True, "label": {"en": "Day", "zh": "日"}},
                {"field": "score", "type": "number", "minimum": 300, "maximum": 850, "required": True,
                 "label": {"en": "Score", "zh": "评分"}},
            ],
            "outcomes": ["approve", "refer", "decline"],
            "reasons": {"R01": {"en": "The score is too low.", "zh": "评分过低。"}},
            "approved_attributes": [], **manifest,
        },
        "tests": [{"name": "good", "input": {"as_of": "2026-03-31", "score": 850}, "output": {"outcome": "approve"}}],
    })  # fmt: skip


def policy_tested(content: str | None = None, now: datetime = NOW):
    """A version that is checked and whose back-test was waived; written by staff:1."""
    found = register_policy(content or text(), "small.json", actor="staff:1", now=now)
    assert found.state == "checked", found.report
    record_backtest(found.version, actor="staff:1", now=now, waiver="first of its name")
    return found.version


def proposal_of(version, now: datetime = NOW):
    """Proposed by staff:1."""
    return approval.read(propose_policy(version, actor="staff:1", now=now))


def approved(content: str | None = None, now: datetime = NOW):
    """Approved by staff:2."""
    import kaopu.decision.console.urls  # noqa: F401 - makes the kind known
    from kaopu.kernel.console import proposals

    version = policy_tested(content, now)
    proposal = proposal_of(version, now)
    done = proposals.agree(proposal, approver="staff:2", fingerprint=proposal.fingerprint, now=now)
    assert isinstance(done, proposals.Agreed), done
    return version


__all__ = ["GOOD", "NOW", "PROPOSAL_KIND", "approve_policy", "approved", "policy_tested", "proposal_of", "text"]
