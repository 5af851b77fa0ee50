"""Inputs that a registered model gives: always scored anew, never taken from the caller, never guessed."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from kaopu.decision.core.policy.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Enriched:
    """The input with its scores. `problems`: why a required one could not be given; the decision is a referral."""

    given: Any
    models: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def with_scores(manifest: Manifest | None, given: Any, decision: UUID, now: datetime) -> Enriched:
    """Fill every declared input that names a model. A person who applies again is scored again."""
    declared = [each for each in manifest.inputs if each.model] if manifest else []
    if not declared or manifest is None:
        return Enriched(given)
    from kaopu.decision.actions.give_score import give_score
    from kaopu.decision.core.scores.score_or_refer import Scored

    filled, models, problems = copy.deepcopy(given), {}, []
    values = dict(_leaves(given))
    for each in declared:
        name = str(each.model)
        found = give_score(name, values, now, use=manifest.purpose.value, decision=decision)
        if found.version:
            models[name] = found.version
        if isinstance(found.outcome, Scored):
            _put(filled, each.path, found.outcome.score)
        else:
            _put(filled, each.path, None)
            if each.required:
                problems += [f"{reason}:{name}" for reason in found.outcome.reasons]
    return Enriched(filled, models, tuple(problems))


def _leaves(given: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in given.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _put(given: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *above, last = path
    for key in above:
        if not isinstance(given.get(key), dict):
            given[key] = {}
        given = given[key]
    given[last] = value
