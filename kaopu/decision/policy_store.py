"""Where policies and their versions stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.decision.models import Placement, Policy, PolicyStep, PolicySwitch, PolicyVersion
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

APPROVED = ("approved", "scheduled")


def policy_named(name: str) -> Policy:
    """The policy. Raises `BadInput` for a name nobody knows."""
    found = Policy.objects.filter(name=name).first()
    if found is None:
        raise BadInput(f"policy: {name} given, expected one that `kaopu policy list` names")
    return found


def version_of(name: str, number: int | None = None) -> PolicyVersion:
    """A version of a policy, the newest where no number is given. Raises `BadInput` for one that there is not."""
    rows = PolicyVersion.objects.select_related("policy").filter(policy=policy_named(name))
    found = (rows.filter(number=number) if number is not None else rows.order_by("-number")).first()
    if found is None:
        raise BadInput(f"policy {name}: version {number} given, expected one that `kaopu policy show {name}` names")
    return found


def state_of(version: PolicyVersion) -> str:
    """The state of the last step: draft, checked, back-tested, proposed, approved, scheduled or retired."""
    found = PolicyStep.objects.filter(version=version).order_by("-id").values_list("state", flat=True).first()
    return found or "draft"


def is_stopped(policy: Policy | None) -> bool:
    """Whether the kill switch of a policy, or that of all (None), is thrown."""
    found = PolicySwitch.objects.filter(policy=policy).order_by("-id").values_list("stopped", flat=True).first()
    return bool(found)


def live_state(version: PolicyVersion, at: datetime) -> str:
    """As `state_of`, but `live` while a placement of the version counts, and `retired` when the last is over."""
    state = state_of(version)
    if state != "scheduled":
        return state
    ends = [(row.valid_from, row.valid_until) for row in version.placements.all()]
    if any(begin <= at and (end is None or end > at) for begin, end in ends):
        return "live"
    if any(begin > at and (end is None or end > begin) for begin, end in ends):
        return "scheduled"
    return "approved"


def standings(at: datetime) -> list[dict[str, Any]]:
    """Every version: policy, number, state, who wrote it, and where it is placed."""
    rows = PolicyVersion.objects.select_related("policy").prefetch_related("placements")
    return [
        {
            "policy": row.policy.name, "version": row.number, "state": live_state(row, at), "digest": row.digest,
            "author": row.author, "created_at": row.created_at.isoformat(), "stopped": is_stopped(row.policy),
            "placements": [_placement(each) for each in row.placements.all()],
        }
        for row in rows.order_by("policy__name", "-number")
    ]  # fmt: skip


def history(version: PolicyVersion) -> list[dict[str, Any]]:
    """The steps of a version, the first first."""
    return [
        {"state": each.state, "actor": each.actor, "at": each.at.isoformat(), "details": each.details}
        for each in version.steps.order_by("id")
    ]


def _placement(row: Placement) -> dict[str, Any]:
    return {
        "role": row.role, "share": row.share, "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
    }  # fmt: skip
