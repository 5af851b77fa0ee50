"""One application: a score with its reasons, or `refer` and why. Unknown is never yes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores.limits import PD_LEVEL
from kaopu.decision.core.scores.model_file import ModelFile, ModelProblem
from kaopu.decision.core.scores.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kaopu.decision.core.scores.model import Input
    from kaopu.decision.core.scores.reasons import Reason


@dataclass(frozen=True, slots=True)
class Scored:
    """`model` is the hash of the file it came from. A model that may not say a level tells no `chance_bad`."""

    score: float
    chance_bad: float | None
    reasons: tuple[Reason, ...]
    model: str


@dataclass(frozen=True, slots=True)
class Refer:
    """There is no score, and why: a `ModelProblem`, `missing:`, `unseen:`, `wrong_type:` a column, `scoring_failed`."""

    reasons: tuple[str, ...]


def problem_on(
    model: ModelFile, on: date, *, use: str = "", valid_from: date | None = None, valid_to: date | None = None
) -> ModelProblem | None:
    """Why a model may not be used on a day for a use; None where it may. Both days of validity count."""
    if valid_from is not None and on < valid_from:
        return ModelProblem.NOT_YET_VALID
    if valid_to is not None and on > valid_to:
        return ModelProblem.STALE
    if use and use in model.about.get("not_for", ()):
        return ModelProblem.NOT_FOR_THIS_USE
    return None


def score_or_refer(
    model: ModelFile | ModelProblem,
    values: Mapping[str, Any],
    *,
    on: date,
    use: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    top: int = 4,
) -> Scored | Refer:
    """Score one application (column to value; null or absent is missing) on a day.

    Whatever goes wrong is a `Refer`, an error of the model too: it stops the review, it approves nobody.
    """
    if isinstance(model, ModelProblem):
        return Refer((str(model),))
    problem = problem_on(model, on, use=use, valid_from=valid_from, valid_to=valid_to)
    if problem is not None:
        return Refer((str(problem),))
    try:
        return _scored(model, values, top)
    except Exception:  # noqa: BLE001 - whatever it was, nobody is approved by it
        return Refer(("scoring_failed",))


def _scored(file: ModelFile, values: Mapping[str, Any], top: int) -> Scored | Refer:
    model = file.model
    wrong = tuple(f"wrong_type:{each.name}" for each in model.inputs if not _fits(values.get(each.name), each))
    if wrong:
        return Refer(wrong)
    table = Table("application", {each.name: _column(values.get(each.name), each) for each in model.inputs}, 1)
    unknown = model.unknown(table)[0]
    if unknown:
        return Refer(unknown)
    score, chance = float(model.score(table)[0]), float(model.chance_bad(table)[0])
    if not (math.isfinite(score) and math.isfinite(chance)):
        return Refer(("scoring_failed",))
    may_tell = PD_LEVEL not in file.about.get("not_for", ())
    return Scored(score, chance if may_tell else None, model.reasons(table, top=top)[0], file.sha256)


def _fits(value: Any, each: Input) -> bool:
    if value is None:
        return True
    if each.text:
        return isinstance(value, str)
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _column(value: Any, each: Input) -> Any:
    if each.text:
        return np.array([value], dtype=object)
    return np.array([np.nan if value is None else float(value)])
