"""Bring a model file to work: kept under its hash, and proposed to a second person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.scores.model_file import ModelProblem, read_model
from kaopu.decision.model_store import path_of
from kaopu.kernel.actions.propose_change import propose
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

PROPOSAL_KIND = "decision.model"
DAYS_TO_DECIDE = timedelta(days=14)


def propose_model(content: bytes, name: str, *, valid_from: date, valid_to: date, actor: str, now: datetime) -> UUID:
    """Keep the file and propose it; the id of the proposal. `name` is what policies ask for.

    Raises:
        BadInput: for a file that is no model, days out of order, a name that is not small letters and hyphens.
    """
    file = read_model(content)
    if isinstance(file, ModelProblem):
        raise BadInput(f"model: {file}, expected a file as `kaopu score fit` wrote it")
    if not name or not name.replace("-", "").isalnum() or name != name.lower() or not name.isascii():
        raise BadInput(f"--name: {name!r} given, expected small letters, digits and hyphens")
    if valid_to < valid_from:
        raise BadInput(f"--valid-to: {valid_to} is before {valid_from}")
    path = path_of(file.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    about, training = file.about, file.about.get("training", {})
    value: dict[str, Any] = {
        "name": name,
        "kind": about["kind"],
        "sha256": file.sha256,
        "data_sha256": training.get("sha256", ""),
        "metrics": {key: about["metrics"][key] for key in ("auc_mean", "auc_folds", "gini", "ks", "rows", "bads")},
        "not_for": list(about["not_for"]),
        "approved_attributes": dict(about["approved_attributes"]),
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat(),
    }
    return propose(
        kind=PROPOSAL_KIND,
        subject=f"model:{name}",
        value=value,
        proposer=actor,
        now=now,
        expires_at=now + DAYS_TO_DECIDE,
    )
