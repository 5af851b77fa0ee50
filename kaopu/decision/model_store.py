"""Registered models as values: the one in force, its file (never a file that was altered), and what it gave."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores.model_file import ModelFile, ModelProblem, read_model
from kaopu.decision.core.scores.reference import place_counts
from kaopu.decision.models import ScoreGiven, ScoreModel
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class InForce:
    """A registered version with its file read, or why it cannot be used."""

    row: ScoreModel
    file: ModelFile | ModelProblem


def path_of(sha256: str) -> Path:
    """Where the file with this hash is kept."""
    return home() / "models" / f"{sha256}.json"


def in_force(name: str, on: date) -> InForce | ModelProblem:
    """The version of a model on a day: the newest that is valid and not ended.

    Without one the reason is `model_stale` where all are over, `model_not_yet_valid` where none has begun, and
    `model_missing` where there is none. An older version never steps in for a newer that was ended.
    """
    rows = list(ScoreModel.objects.filter(name=name).select_related("end").order_by("-version"))
    begun = [row for row in rows if row.valid_from <= on]
    if not begun:
        return ModelProblem.NOT_YET_VALID if rows else ModelProblem.MISSING
    newest = begun[0]
    if newest.valid_to < on or hasattr(newest, "end"):
        return ModelProblem.STALE
    return InForce(newest, file_of(newest.sha256))


def file_of(sha256: str) -> ModelFile | ModelProblem:
    """The file with this hash. Read again whenever it was touched, so that an altered one is seen at once."""
    path = path_of(sha256)
    try:
        facts = path.stat()
    except OSError:
        return ModelProblem.MISSING
    return _read(str(path), facts.st_mtime_ns, facts.st_size, sha256)


@lru_cache(maxsize=16)
def _read(path: str, _touched: int, _size: int, sha256: str) -> ModelFile | ModelProblem:
    from pathlib import Path

    try:
        content = Path(path).read_bytes()
    except OSError:
        return ModelProblem.MISSING
    return read_model(content, sha256)


def write_given(
    row: ScoreModel, at: datetime, *, score: float | None, refused: str, bins: Mapping[str, int], decision: UUID | None
) -> ScoreGiven:
    """Keep one score in the caller's transaction."""
    tenths = None if score is None else round(score * 10)
    return ScoreGiven.objects.create(
        model=row, at=at, score_tenths=tenths, refused=refused[:120], bins=dict(bins), decision=decision
    )


def counted(row: ScoreModel, reference: Mapping[str, Any], since: datetime, until: datetime) -> dict[str, Any]:
    """What a model gave from `since` to before `until`: rows, refusals, counts by bin of score and columns."""
    found = ScoreGiven.objects.filter(model=row, at__gte=since, at__lt=until)
    scores: list[float] = []
    columns = {name: [0] * len(each["counts"]) for name, each in reference["columns"].items()}
    refused = 0
    for tenths, bins in found.values_list("score_tenths", "bins").iterator():
        if tenths is None:
            refused += 1
        else:
            scores.append(tenths / 10)
        for name, place in bins.items():
            if name in columns and place < len(columns[name]):
                columns[name][place] += 1
    counts = place_counts(reference["score"], np.array(scores, dtype=np.float64))
    return {"rows": len(scores) + refused, "refused": refused, "score": counts, "columns": columns}


def standings(on: date) -> list[dict[str, Any]]:
    """Every registered version, newest first: days, worth, and `in_force` or why it is not."""
    found = []
    for row in ScoreModel.objects.select_related("end").prefetch_related("drifts").order_by("name", "-version"):
        current = in_force(row.name, on)
        last = max(row.drifts.all(), key=lambda each: each.until, default=None)
        found.append({
            "name": row.name, "version": row.version, "kind": row.kind, "sha256": row.sha256,
            "valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to.isoformat(),
            "auc_mean": row.metrics["auc_mean"], "not_for": row.not_for, "state": _state(row, current),
            "drift": last.verdict if last else "",
        })  # fmt: skip
    return found


def _state(row: ScoreModel, current: InForce | ModelProblem) -> str:
    if hasattr(row, "end"):
        return "ended"
    if isinstance(current, ModelProblem):
        return str(current)
    if current.row.pk != row.pk:
        return "replaced" if row.version < current.row.version else str(ModelProblem.NOT_YET_VALID)
    return str(current.file) if isinstance(current.file, ModelProblem) else "in_force"
