"""Versions of policies under four eyes, and stopped policies that are to go on: shown under Approvals, carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.decision.actions.approve_policy import approve_policy, resume_policy
from kaopu.decision.actions.propose_policy import PROPOSAL_KIND, RESUME_KIND
from kaopu.decision.console import policy_shelf as shelf
from kaopu.decision.console import table_edit
from kaopu.decision.console.backtest_words import summary
from kaopu.decision.console.policy_rights import APPROVE_POLICY
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.models import PolicyVersion
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import proposals
from kaopu.kernel.console.proposals import Line, Presented

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.kernel.approval import Proposal

DIFFERENCES_MOST = 100


def present(proposal: Proposal) -> Presented:
    """Which version, what its back-test said, and every cell that differs from the version at work."""
    value = proposal.value
    lines = [Line(_("Back-test"), "", summary(value["backtest"])), Line(_("Text, SHA-256"), "", value["digest"])]
    return Presented(
        title=_("Version %(n)d of policy %(name)s") % {"n": value["number"], "name": value["policy"]},
        lines=(*lines, *_differences(value["policy"], value["version"])),
        address=f"{reverse('policy', args=[value['policy']])}?version={value['number']}",
        address_words=value["policy"],
    )


def _differences(name: str, version_id: int) -> list[Line]:
    row = PolicyVersion.objects.filter(pk=version_id).first()
    if row is None:
        return []
    base = shelf.compared(shelf.versions(name, system_clock().now()))
    old, new = (table_edit.with_row_ids(read_policy(each.text, name).document) for each in (base, row))
    found = table_edit.differences(new, old)[:DIFFERENCES_MOST]
    row_words = _("%(table)s, row %(row)s, %(column)s")
    return [
        Line(row_words % {"table": one.table, "row": one.row, "column": one.column}, one.before, one.after)
        for one in found
    ]


def apply(proposal: Proposal, actor: str, now: datetime) -> str:
    """The version is approved; it decides once it is scheduled."""
    row = approve_policy(proposal.value, proposer=proposal.proposer, approver=actor, now=now)
    return _("Version %(n)d is approved. It decides once it is scheduled.") % {"n": row.number}


def present_resume(proposal: Proposal) -> Presented:
    """Which policy is to go on, and why."""
    name = proposal.value["name"]
    return Presented(
        title=_("Let policy %(name)s go on") % {"name": name} if name else _("Let all policies go on"),
        lines=(Line(_("Reason"), "", proposal.value["reason"]),),
        address=reverse("policy", args=[name]) if name else reverse("policies"),
        address_words=name or str(_("Policies")),
    )


def apply_resume(proposal: Proposal, actor: str, now: datetime) -> str:
    """It decides again from now on."""
    resume_policy(proposal.value, proposer=proposal.proposer, approver=actor, now=now)
    return _("It decides again.")


proposals.register(
    PROPOSAL_KIND, words=gettext_lazy("version of a policy"), present=present, apply=apply, right=APPROVE_POLICY
)
proposals.register(
    RESUME_KIND, words=gettext_lazy("stopped policy"), present=present_resume, apply=apply_resume, right=APPROVE_POLICY
)
