"""Score one application with the registered model of a name, and keep that it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.scores.model_file import ModelFile, ModelProblem
from kaopu.decision.core.scores.reference import places_of
from kaopu.decision.core.scores.score_or_refer import Refer, Scored, score_or_refer
from kaopu.decision.model_store import in_force, write_given

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Given:
    """The outcome and the version that gave it; `version` is 0 where there was no model."""

    outcome: Scored | Refer
    model: str
    version: int


def give_score(
    name: str, values: Mapping[str, Any], now: datetime, *, use: str = "", decision: UUID | None = None
) -> Given:
    """A score with reasons, or `Refer`: no model, an altered file, a day outside its validity, an unknown value.

    `values` are the columns the model reads. Belongs in the transaction of the decision.
    """
    found = in_force(name, now.date())
    if isinstance(found, ModelProblem):
        return Given(Refer((str(found),)), name, 0)
    row = found.row
    outcome = score_or_refer(
        found.file, values, on=now.date(), use=use, valid_from=row.valid_from, valid_to=row.valid_to
    )
    bins = places_of(found.file.about["reference"], values) if isinstance(found.file, ModelFile) else {}
    scored = isinstance(outcome, Scored)
    write_given(
        row, now, score=outcome.score if isinstance(outcome, Scored) else None,
        refused="" if scored else outcome.reasons[0], bins=bins, decision=decision,
    )  # fmt: skip
    return Given(outcome, name, row.version)
