"""Take recorded decisions again from what was recorded, and compare."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kaopu.decision.actions.provider_inputs import troubles_of
from kaopu.decision.actions.take_decision import BROKEN, NO_POLICY, STOPPED
from kaopu.decision.core.answer import Answer, referred
from kaopu.decision.core.assignment import assigned
from kaopu.decision.core.providers.failed import failed_reasons
from kaopu.decision.engines.compiled import engine_of
from kaopu.decision.models import Decision
from kaopu.decision.store import open_record, standing, why_nobody

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

BATCH_ROWS = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were taken again, and which came out otherwise, with what it was."""

    replayed: int
    different: tuple[tuple[UUID, str], ...]


def replay(since: datetime, until: datetime | None = None) -> Replayed:
    """Every decision from `since` on: the same version for the same party, the same answer from the same input."""
    rows = Decision.objects.filter(at__gte=since).order_by("at", "id")
    count, different = 0, []
    for row in (rows.filter(at__lt=until) if until else rows).iterator(chunk_size=BATCH_ROWS):
        count += 1
        why = next(_differences(row), "")
        if why:
            different.append((row.pk, why))
    return Replayed(count, tuple(different))


def _differences(row: Decision) -> Iterator[str]:
    record = open_record(row)
    stands = standing(row.policy_name, row.at)
    chosen = assigned(row.policy_name, row.party or None, stands.placed) if not stands.stopped else None
    if (chosen.version_id if chosen else None) != row.version_id:
        yield "version"
    if chosen is None:
        why = (
            NO_POLICY
            if stands.policy_id is None
            else STOPPED
            if stands.stopped
            else why_nobody(stands.policy_id, row.at)
        )
        answer = referred(why)
    elif record["trace"] is None and _left_unasked(row):
        return  # a model or a fault on the way said no before the policy was asked; that is not to be had again
    else:
        answer = _again(row, record)
    if answer.outcome != row.outcome:
        yield "outcome"
    if list(answer.reasons) != row.reasons:
        yield "reasons"
    if json.loads(json.dumps(answer.output)) != record["output"]:
        yield "output"


def _again(row: Decision, record: dict[str, Any]) -> Answer:
    """The answer from what was recorded; nobody outside is asked again."""
    if row.version_id is None:
        return referred("no_version")
    engine, given = engine_of(row.version_id, row.digest), record["input"]
    answer = engine.decide(given)
    troubles = troubles_of(record.get("fetched", {}).get("providers", []))
    silent = failed_reasons(engine.policy.manifest, given, troubles)
    return replace(answer, reasons=(*answer.reasons, *silent))


def _left_unasked(row: Decision) -> bool:
    return any(reason.split(":")[0] == BROKEN or reason.startswith("model_") for reason in row.reasons)
