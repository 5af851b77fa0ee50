"""What a second person's agreement does: the version is approved, or the stopped policy goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.decision.actions.register_policy import add_step
from kaopu.decision.models import Policy, PolicySwitch, PolicyVersion
from kaopu.decision.policy_store import is_stopped, state_of
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def approve_policy(value: Mapping[str, Any], *, proposer: str, approver: str, now: datetime) -> PolicyVersion:
    """Approve the version that was proposed. Called inside the transaction that spends the approval.

    Raises:
        BadInput: the approver wrote or proposed it, it is approved already, or the text is another.
    """
    with transaction.atomic():
        version = PolicyVersion.objects.select_for_update().select_related("policy").get(pk=value["version"])
        named = f"policy {version.policy.name} {version.number}"
        if approver in (proposer, version.author):
            raise BadInput(f"{named}: {approver} wrote or proposed it, expected another person to approve")
        if version.digest != value["digest"]:
            raise BadInput(f"{named}: its digest is not the one proposed")
        state = state_of(version)
        if state != "proposed":
            raise BadInput(f"{named}: it is {state}, expected proposed")
        add_step(version, "approved", approver, now, {"proposer": proposer})
        events.emit("decision.policy_approved", {"policy": version.policy_id, "version": version.number}, now)
    return version


def resume_policy(value: Mapping[str, Any], *, proposer: str, approver: str, now: datetime) -> PolicySwitch:
    """Let a stopped policy go on. Called inside the transaction that spends the approval.

    Raises:
        BadInput: proposer and approver are one person, or it is not stopped any more.
    """
    if proposer == approver:
        raise BadInput("policy: resuming was proposed and approved by the same person, expected two")
    with transaction.atomic():
        policy = Policy.objects.select_for_update().get(pk=value["policy"]) if value["policy"] else None
        if not is_stopped(policy):
            raise BadInput(f"policy {policy or 'all'}: it is not stopped any more")
        subject = f"policy:{policy.pk if policy else 'all'}"
        audit.record(
            act="decision.policy_resumed", subject=subject, actor=approver, at=now, details={"proposer": proposer}
        )
        events.emit("decision.policy_resumed", {"policy": policy.pk if policy else None}, now)
        return PolicySwitch.objects.create(
            policy=policy, stopped=False, at=now, by=proposer, agreed_by=approver, reason=value["reason"][:120]
        )
