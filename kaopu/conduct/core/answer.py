"""The verdict on one line of facts, as it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.conduct.core.next_allowed import next_allowed_at
from kaopu.conduct.core.parse import FactsProblem, parse_line
from kaopu.conduct.core.permit import Permit, Refusal, no_facts, permit

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.core.rulebook import Rulebook


def answer(line: str | bytes, rulebook: Rulebook) -> dict[str, object]:
    """Judge one line; a line that cannot be read is refused with FACTS."""
    parsed = parse_line(line)
    if isinstance(parsed, FactsProblem):
        return printed(parsed.id, no_facts(parsed.why), None)
    request, facts = parsed.request, parsed.facts
    verdict = permit(request, facts, rulebook, request.at)
    later = None if verdict.allowed else next_allowed_at(request, facts, rulebook, request.at)
    return printed(request.id, verdict, later)


def printed(name: str | None, verdict: Permit | Refusal, later: datetime | None) -> dict[str, object]:
    """The fields of the output, in the order of permit-facts.md."""
    return {
        "id": name,
        "allowed": verdict.allowed,
        "disclosure": verdict.disclosure,
        "rules": [{"id": rule.id, "verdict": rule.verdict, "why": rule.why} for rule in verdict.rules],
        "next_allowed_at": None if later is None else later.isoformat(),
    }
