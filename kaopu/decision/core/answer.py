"""What a policy says about one input, the same on every engine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

REFER = "refer"


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome` is None for a bare graph; `output` is the rest of what the graph says (zen's whole result if bare)."""

    outcome: str | None
    reasons: tuple[str, ...]
    output: Any

    def as_json(self) -> str:
        """One line of JSON, numbers as zen gives them."""
        whole = {"outcome": self.outcome, "reasons": list(self.reasons), "output": self.output}
        return json.dumps(whole, ensure_ascii=False)


def referred(*reasons: str) -> Answer:
    """Unknown is never yes."""
    return Answer(REFER, reasons, None)


def answer_from(result: Any, outcomes: tuple[str, ...]) -> Answer:
    """The answer of a policy with a manifest: outcome and reasons taken out of the graph's result.

    Args:
        result: what the graph gave.
        outcomes: what the manifest allows; anything else is `refer` with `no_outcome`.
    """
    said = dict(result) if isinstance(result, dict) else {}
    outcome, several, one = said.pop("outcome", None), said.pop("reasons", None), said.pop("reason", None)
    reasons = [*several] if isinstance(several, list) else []
    reasons += [one] if one is not None else []
    codes = tuple(code for code in reasons if isinstance(code, str))
    if not isinstance(outcome, str) or outcome not in outcomes:
        return Answer(REFER, (*codes, "no_outcome"), said)
    return Answer(outcome, codes, said)
