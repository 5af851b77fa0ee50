"""Score models under four eyes: how one is shown under Approvals, and how it comes to work."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.decision.actions.install_model import install_model
from kaopu.decision.actions.propose_model import PROPOSAL_KIND
from kaopu.decision.console.model_rights import APPROVE_MODEL
from kaopu.decision.core.scores.model_file import ModelProblem
from kaopu.decision.model_store import in_force
from kaopu.kernel.console import figures, proposals
from kaopu.kernel.console.proposals import Line, Presented

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.kernel.approval import Proposal


def present(proposal: Proposal) -> Presented:
    """Which model, what it is worth, what it may not be used for, which protected attributes it reads and why."""
    value = proposal.value
    now = in_force(value["name"], date.fromisoformat(value["valid_from"]))
    before = "" if isinstance(now, ModelProblem) else f"{now.row.metrics['auc_mean']:.4f}"
    days = " – ".join(figures.day(date.fromisoformat(value[key])) for key in ("valid_from", "valid_to"))
    lines = [
        Line(_("Kind"), "", value["kind"]),
        Line(_("AUC, mean of folds"), before, f"{value['metrics']['auc_mean']:.4f}"),
        Line(_("Rows it was fitted on"), "", f"{value['metrics']['rows']:,}"),
        Line(_("Never used for"), "", ", ".join(value["not_for"])),
        Line(_("Valid"), "", days),
        Line(_("File, SHA-256"), "", value["sha256"]),
    ]
    lines += [Line(_("Protected attribute"), "", f"{k}: {v}") for k, v in value["approved_attributes"].items()]
    return Presented(title=_("Score model %(name)s") % {"name": value["name"]}, lines=tuple(lines))


def apply(proposal: Proposal, actor: str, now: datetime) -> str:
    """The next version of its name."""
    row = install_model(proposal.value, proposer=proposal.proposer, approver=actor, now=now)
    return _("Score model %(name)s, version %(n)d, is registered.") % {"name": row.name, "n": row.version}


proposals.register(PROPOSAL_KIND, words=gettext_lazy("score model"), present=present, apply=apply, right=APPROVE_MODEL)
