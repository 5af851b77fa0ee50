"""Whether those a model meets are still those it was made for: PSI and CSI of a period, an event where they moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.decision.core.scores import stability
from kaopu.decision.core.scores.model_file import ModelProblem
from kaopu.decision.model_store import counted, file_of
from kaopu.decision.models import ScoreDrift, ScoreModel
from kaopu.kernel import events

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS_MIN = 100  # of fewer nothing but the grossest change could be told from chance
TOO_FEW, NO_FILE = "too_few", "no_file"


def watch_models(since: date, until: date, now: datetime) -> list[ScoreDrift]:
    """Judge every model that gave a score from `since` to the day before `until`; a period once. Safe to run again."""
    begin, end = (datetime.combine(day, time(), UTC) for day in (since, until))
    known = ScoreModel.objects.filter(given__at__gte=begin, given__at__lt=end).distinct().order_by("name", "version")
    return [_watch(row, since, until, now) for row in known]


def watch_yesterday(now: datetime) -> list[ScoreDrift]:
    """The day, and on the first of a month the month, that has just ended."""
    today = now.date()
    found = watch_models(today - timedelta(days=1), today, now)
    if today.day == 1:
        found += watch_models((today - timedelta(days=1)).replace(day=1), today, now)
    return found


def _watch(row: ScoreModel, since: date, until: date, now: datetime) -> ScoreDrift:
    kept = ScoreDrift.objects.filter(model=row, since=since, until=until).first()
    if kept is not None:
        return kept
    figures = _figures(row, since, until)
    with transaction.atomic():
        drift, made = ScoreDrift.objects.get_or_create(
            model=row, since=since, until=until, defaults=dict(figures, at=now)
        )
        if made and drift.verdict in (stability.LOOK, stability.CHANGED, NO_FILE):
            events.emit(
                "decision.model_drift",
                {"model": row.name, "version": row.version, "verdict": drift.verdict, "since": since.isoformat()},
                now,
            )
    return drift


def _figures(row: ScoreModel, since: date, until: date) -> dict[str, Any]:
    file = file_of(row.sha256)
    if isinstance(file, ModelProblem):
        return {"rows": 0, "refused": 0, "psi": None, "columns": [], "verdict": NO_FILE}
    reference: Mapping[str, Any] = file.about["reference"]
    begin, end = (datetime.combine(day, time(), UTC) for day in (since, until))
    found = counted(row, reference, begin, end)
    base = {"rows": found["rows"], "refused": found["refused"]}
    if found["rows"] - found["refused"] < ROWS_MIN:
        return base | {"psi": None, "columns": [], "verdict": TOO_FEW}
    moved = stability.psi(reference["score"]["counts"], found["score"])
    columns = [
        {
            "column": name,
            "csi": round(stability.psi(each["counts"], found["columns"][name]), 6),
            "verdict": stability.verdict(each["counts"], found["columns"][name]),
        }
        for name, each in reference["columns"].items()
    ]
    columns.sort(key=lambda each: -float(each["csi"]))
    of_score = stability.verdict(reference["score"]["counts"], found["score"])
    gravest = stability.worst([of_score, *(str(each["verdict"]) for each in columns)])
    return base | {"psi": moved, "columns": columns, "verdict": gravest}
