"""What if: small changes to a wish, each judged on its own; what makes it stricter, at the earliest time."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kaopu.conduct.console import words
from kaopu.conduct.core.facts import CHANNELS
from kaopu.conduct.core.parse import FactsProblem, read_facts
from kaopu.conduct.core.permit import permit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kaopu.conduct.core.rulebook import Rulebook

TRIES = 3


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One change and what it would bring."""

    words: str
    tone: str
    sign: str
    verdict: str
    rules: str


def what_ifs(line: Any, rulebook: Rulebook, best: datetime) -> Iterator[WhatIf]:
    """Changes for a readable line; `best` is the earliest time at which it is allowed, or the time asked about."""
    for channel in CHANNELS:
        if channel != line["channel"]:
            told = _("at the same time, but: %(channel)s") % {"channel": words.word(words.CHANNELS, channel)}
            yield _judged(told, {**line, "channel": channel}, rulebook)
    if line["profile"] == "strict":
        told = _("by the letter of the law alone (to study: nothing is ever sent this way)")
        yield _judged(told, {**line, "profile": "law-only"}, rulebook)
    at_best = {**copy.deepcopy(line), "at": best.isoformat()}
    told = _("at the earliest time, after %(n)s tries that day") % {"n": TRIES}
    yield _judged(told, _with_entries(at_best, "no-answer", TRIES), rulebook)
    yield _judged(_("at the earliest time, after a talk that day"), _with_entries(at_best, "conversation", 1), rulebook)
    if line["person"]["role"] == "contact":
        refused = {**at_best, "person": {**at_best["person"], "refused_at": best.isoformat()}}
        yield _judged(_("at the earliest time, had the contact refused"), refused, rulebook)
    else:
        complained = {**at_best, "debtor": {**at_best["debtor"], "complaint_open": True}}
        yield _judged(_("at the earliest time, with a complaint open"), complained, rulebook)


def _with_entries(line: dict[str, Any], outcome: str, count: int) -> dict[str, Any]:
    episode = line.get("episode")
    entry = {
        "at": line["at"], "person": line["person"]["id"], "role": line["person"]["role"], "channel": line["channel"],
        "number": line.get("number"), "purpose": line["purpose"], "outcome": outcome, "caller": "human",
        "episode": episode.get("id") if isinstance(episode, dict) else None,
    }  # fmt: skip
    past = line.get("history")
    return {**line, "history": [*(past if isinstance(past, list) else []), *[entry] * count]}


def _judged(told: str, line: dict[str, Any], rulebook: Rulebook) -> WhatIf:
    parsed = read_facts(line)
    if isinstance(parsed, FactsProblem):
        return WhatIf(told, "refer", "?", _("No: a fact is missing"), "FACTS")
    verdict = permit(parsed.request, parsed.facts, rulebook, parsed.request.at)
    if verdict.allowed:
        return WhatIf(told, "allowed", "✓", _("allowed"), "")
    refused = [rule.id for rule in verdict.rules if rule.verdict == "refuse"]
    return WhatIf(told, "refused", "✕", _("refused"), _(", ").join(refused))
