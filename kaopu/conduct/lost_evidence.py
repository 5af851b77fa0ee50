"""Is a debtor lost, by the rules that open the way to a contact? Asked before an episode is opened.

The rulebook itself is asked, for a contact whom nobody ever reached: what it says of CN-GB-02 (unreachable, dead or
incapacitated), X-DEF-08 (failed days) and X-DEF-09 (days past due) is the evidence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kaopu.conduct import history, sources
from kaopu.conduct.core.ask import Ask
from kaopu.conduct.core.parse import FactsProblem, parse_line
from kaopu.conduct.core.permit import permit
from kaopu.conduct.judging import RuleSaid
from kaopu.conduct.sources import Unknown
from kaopu.conduct.standing import standing

if TYPE_CHECKING:
    from datetime import datetime

NAMED = ("CN-GB-02", "X-DEF-08", "X-DEF-09")
NOBODY = "evidence"


@dataclass(frozen=True, slots=True)
class LostEvidence:
    """`rules`: each that is named, with its verdict and why. `unknown`: why nothing can be said, else empty."""

    rules: tuple[RuleSaid, ...]
    debtor: dict[str, Any]
    unknown: str = ""

    @property
    def lost(self) -> bool:
        """Whether every rule that was asked lets a contact be approached. Unknown is never yes."""
        return not self.unknown and bool(self.rules) and all(rule.verdict == "pass" for rule in self.rules)


def lost_evidence(debtor: str, *, product: str, segment: str, now: datetime) -> LostEvidence:
    """What the rulebook in force says of this debtor at `now`. Nothing is counted."""
    ask = Ask(
        person=debtor, role="debtor", debtor=debtor, purpose="locate", channel="voice", content="none", caller="human",
        number="", product=product, segment=segment, jurisdictions=("CN",),
    )  # fmt: skip
    known = sources.facts("debtor", ask, now)
    if isinstance(known, Unknown) or known is None:
        return LostEvidence((), {}, known.why if isinstance(known, Unknown) else f"no source knows {debtor}")
    line = _line(ask, known, history.history(ask, "", now), now)
    parsed = parse_line(json.dumps(line))
    if isinstance(parsed, FactsProblem):
        return LostEvidence((), known, parsed.why)
    verdict = permit(parsed.request, parsed.facts, standing(ask, now).rulebook, now)
    said = tuple(RuleSaid(each.id, str(each.verdict), each.why) for each in verdict.rules if each.id in NAMED)
    problem = next((each.why for each in verdict.rules if each.id == "FACTS"), "")
    return LostEvidence(said, known, problem)


def _line(ask: Ask, known: dict[str, Any], entries: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """Permit facts of a wish to reach a contact about whom everything is as good as can be."""
    zone = known.get("timezone")
    words = replace(ask, person=NOBODY, role="contact").words()
    person = {
        "id": NOBODY, "role": "contact", "timezone": zone, "opted_in": True, "refused_at": None, "agreed_hours": None,
        "consents": [{"channel": "any", "from": "1970-01-01T00:00:00+00:00", "to": None}], "identity_factors": 0,
        "offer_to_pay_at": None, "source": "contract",
    }  # fmt: skip
    kept = ("jurisdictions", "profile", "product", "segment", "purpose", "channel", "content", "caller")
    return {
        "id": NOBODY, "at": now.isoformat(), **{key: words[key] for key in kept}, "number": NOBODY, "person": person,
        "debtor": {**known, "id": ask.debtor}, "episode": {"id": NOBODY, "opened_at": now.isoformat()},
        "switches": {"contact_outreach": list(ask.jurisdictions)}, "holidays": [], "history": entries,
    }  # fmt: skip
