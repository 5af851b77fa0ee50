"""Texts under four eyes: how a new version is shown under Approvals, and how it comes into use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.kernel.console import proposals
from kaopu.kernel.console.proposals import Line, Presented
from kaopu.outreach import store
from kaopu.outreach.actions.change_template import PROPOSAL_KIND, approve_template
from kaopu.outreach.console.rights import APPROVE_TEMPLATES
from kaopu.outreach.core.template_file import read_templates

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.kernel.approval import Proposal


def present(proposal: Proposal) -> Presented:
    """The text as it is and as it would be."""
    value = proposal.value
    (new,) = read_templates(value["toml"], value["code"])
    old = store.template(value["code"], value["language"])
    return Presented(
        title=_("Version %(n)d of the text %(code)s, %(language)s")
        % {"n": value["version"], "code": value["code"], "language": value["language"]},
        lines=(
            Line(_("Subject"), old.subject if old else "", new.subject),
            Line(_("Text"), old.text if old else "", new.text),
            Line(_("Level"), old.level if old else "", new.level),
            Line(_("Roles"), ", ".join(old.roles) if old else "", ", ".join(new.roles)),
            Line(_("Purposes"), ", ".join(old.purposes) if old else "", ", ".join(new.purposes)),
        ),
        address=reverse("outreach_templates"),
        address_words=_("Texts"),
    )


def apply(proposal: Proposal, actor: str, now: datetime) -> str:
    """In use from now on."""
    row = approve_template(proposal.value, proposer=proposal.proposer, approver=actor, now=now)
    return _("Version %(n)d of %(code)s is in use.") % {"n": row.version, "code": row.code}


proposals.register(
    PROPOSAL_KIND, words=gettext_lazy("text of a message"), present=present, apply=apply, right=APPROVE_TEMPLATES
)
