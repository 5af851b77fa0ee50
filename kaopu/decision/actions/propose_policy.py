"""Ask a second person to agree to a version, or to a stopped policy going on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.decision.actions.register_policy import add_step
from kaopu.decision.models import Policy, PolicyStep, PolicyVersion
from kaopu.decision.policy_store import is_stopped, state_of
from kaopu.kernel.actions.propose_change import propose
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

PROPOSAL_KIND, RESUME_KIND = "decision.policy", "decision.policy_resume"
DAYS_TO_DECIDE = timedelta(days=14)


def propose_policy(version: PolicyVersion, *, actor: str, now: datetime) -> UUID:
    """Propose a version for approval; the id of the proposal. A proposal that was turned down may be made again.

    Raises:
        BadInput: it is not back-tested (or waived), or is approved already.
    """
    with transaction.atomic():
        held = PolicyVersion.objects.select_for_update().select_related("policy").get(pk=version.pk)
        state = state_of(held)
        if state not in ("back-tested", "proposed"):
            raise BadInput(f"policy {held.policy.name} {held.number}: it is {state}, expected back-tested")
        tested = PolicyStep.objects.filter(version=held, state="back-tested").order_by("-id").first()
        value = {
            "policy": held.policy.name, "number": held.number, "version": held.pk, "digest": held.digest,
            "author": held.author, "backtest": tested.details if tested else {},
        }  # fmt: skip
        proposal = propose(
            kind=PROPOSAL_KIND, subject=f"policy:{held.policy_id}", value=value, proposer=actor, now=now,
            expires_at=now + DAYS_TO_DECIDE,
        )  # fmt: skip
        add_step(held, "proposed", actor, now, {"proposal": str(proposal)})
    return proposal


def propose_resume(policy: Policy | None, *, reason: str, actor: str, now: datetime) -> UUID:
    """Ask that a stopped policy, or all that were stopped at once, go on. `reason` is for whoever decides.

    Raises:
        BadInput: it is not stopped.
    """
    if not is_stopped(policy):
        raise BadInput(f"policy {policy or 'all'}: it is not stopped")
    value = {"policy": policy.pk if policy else None, "name": policy.name if policy else "", "reason": reason}
    return propose(
        kind=RESUME_KIND, subject=f"policy:{policy.pk if policy else 'all'}", value=value, proposer=actor, now=now,
        expires_at=now + DAYS_TO_DECIDE,
    )  # fmt: skip
