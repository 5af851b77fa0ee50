"""One input at a time through zen-engine: the reference for every other engine.

zen takes a document as text; the decision is compiled once and kept. Nested decisions are files beside the policy.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import zen

from kaopu.decision.core.answer import Answer, answer_from, referred
from kaopu.decision.core.policy.null_law import breaches
from kaopu.decision.engines.nested import nested_text
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from kaopu.decision.core.policy.policy_file import PolicyFile


class LiveEngine:
    """A policy at work on single inputs.

    Args:
        policy: as read by `read_policy`.
        beside: the folder in which nested decisions are looked up by their key; None: there are none.

    Raises:
        BadInput: zen does not take the graph at all.
    """

    def __init__(self, policy: PolicyFile, beside: Path | None = None) -> None:
        self.policy = policy
        engine = zen.ZenEngine({"loader": _loader(beside)})
        try:
            self._decision = engine.create_decision(policy.graph_text)
            self._decision.validate()
        except Exception as wrong:  # zen raises plain RuntimeError and ValueError
            raise BadInput(f"{policy.name}: zen does not take this graph: {str(wrong).splitlines()[0]}") from wrong

    def decide(self, given: Any) -> Answer:
        """The answer for one input (parsed JSON); a failed evaluation is `refer`, never an exception."""
        return self._decide(given)[0]

    def traced(self, given: Any) -> tuple[Answer, Any]:
        """The answer, and zen's trace of it: what each node was given and gave. None where the graph did not run."""
        return self._decide(given, {"trace": True})

    def _decide(self, given: Any, *options: Any) -> tuple[Answer, Any]:
        manifest = self.policy.manifest
        if manifest is not None:
            broken = breaches(manifest, given)
            if broken:
                return referred(*broken), None
        try:
            said = self._decision.evaluate(given, *options)
        except Exception as failure:  # noqa: BLE001 - zen's one exception for every fault in a node
            return referred(f"evaluation_failed:{failed_node(str(failure))}"), None
        result, trace = said["result"], said.get("trace")
        if manifest is None:
            return Answer(None, (), result), trace
        return answer_from(result, tuple(manifest.outcomes)), trace


def failed_node(message: str) -> str:
    """The id of the outermost node that zen names in its error; `graph` where it names none."""
    try:
        said, _ = json.JSONDecoder().raw_decode(message)
    except json.JSONDecodeError:
        return "graph"
    return str(said.get("nodeId", "graph")) if isinstance(said, dict) else "graph"


def _loader(beside: Path | None) -> Any:
    return lambda key: nested_text(key, beside)
