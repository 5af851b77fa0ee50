"""A model that two people agreed to becomes the next version of its name; or one is ended at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from kaopu.decision.core.scores.model_file import ModelProblem
from kaopu.decision.model_store import file_of
from kaopu.decision.models import ScoreModel, ScoreModelEnd
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_LOCK = 0x6B616F7011


def install_model(value: Mapping[str, Any], *, proposer: str, approver: str, now: datetime) -> ScoreModel:
    """The new version. Called inside the transaction that spends the approval.

    Raises:
        BadInput: where the file is gone or is no longer what was agreed to, or the proposer is the approver.
    """
    if proposer == approver:
        raise BadInput("model: proposed and approved by the same person, expected two")
    file = file_of(value["sha256"])
    if isinstance(file, ModelProblem):
        raise BadInput(f"model {value['name']}: {file}, expected the file that was proposed")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])  # two approvals never get one number
        newest = ScoreModel.objects.filter(name=value["name"]).order_by("-version").first()
        row = ScoreModel.objects.create(
            **{key: value[key] for key in (
                "name", "kind", "sha256", "data_sha256", "metrics", "not_for", "approved_attributes"
            )},
            version=newest.version + 1 if newest else 1,
            valid_from=date.fromisoformat(value["valid_from"]),
            valid_to=date.fromisoformat(value["valid_to"]),
            proposed_by=proposer,
            approved_by=approver,
            approved_at=now,
        )  # fmt: skip
        details: dict[str, object] = {"sha256": row.sha256, "version": row.version, "proposer": proposer}
        audit.record(
            act="decision.model_approved", subject=f"model:{row.name}", actor=approver, at=now, details=details
        )
        events.emit("decision.model_approved", {"model": row.name, "version": row.version}, now)
    return row


def end_model(name: str, version: int, *, reason: str, actor: str, now: datetime) -> ScoreModelEnd:
    """From now on nobody is scored with it: whoever asks for the name is referred. `reason` is a code."""
    with transaction.atomic():
        row = ScoreModel.objects.select_for_update().filter(name=name, version=version).first()
        if row is None:
            raise BadInput(f"model {name} {version}: not registered, expected one that `kaopu score models` lists")
        if hasattr(row, "end"):
            return row.end
        audit.record(
            act="decision.model_ended", subject=f"model:{name}", actor=actor, at=now,
            details={"version": version, "reason": reason},
        )  # fmt: skip
        events.emit("decision.model_ended", {"model": name, "version": version, "reason": reason}, now)
        return ScoreModelEnd.objects.create(model=row, at=now, by=actor, reason=reason)
