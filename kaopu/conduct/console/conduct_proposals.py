"""Switches and rulebooks under four eyes: how one is shown under Approvals, and how it is carried out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.conduct import rulebooks
from kaopu.conduct.actions import change_rulebook, switch_outreach
from kaopu.conduct.console import words
from kaopu.conduct.console.rights import APPROVE_OUTREACH, APPROVE_RULES
from kaopu.conduct.core.rule_diff import rule_changes
from kaopu.conduct.models import RulebookVersion
from kaopu.kernel.console import figures, proposals
from kaopu.kernel.console.proposals import Line, Presented

if TYPE_CHECKING:
    from kaopu.kernel.approval import Proposal

CHANGES_MOST = 100


def present_switch(proposal: Proposal) -> Presented:
    """Where, and why."""
    place = words.word(words.JURISDICTIONS, proposal.value["jurisdiction"])
    return Presented(
        title=_("Let contacts be reached in: %(place)s") % {"place": place},
        lines=(
            Line(_("Outreach to contacts"), _("off"), _("on")),
            Line(_("Reason"), "", proposal.value["reason"]),
        ),
        address=reverse("conduct_switches"),
        address_words=_("Switches"),
    )


def apply_switch(proposal: Proposal, actor: str, now: datetime) -> str:
    """On from now, by this person's leave."""
    switch_outreach.switch_on(proposal.value, proposer=proposal.proposer, approver=actor, now=now)
    return _("On. It is recorded that you agreed.")


def present_rulebook(proposal: Proposal) -> Presented:
    """From when, what each rule was and becomes, and what last month would have been."""
    value = proposal.value
    begins = datetime.fromisoformat(value["effective_from"])
    return Presented(
        title=_("Rules of conduct from %(day)s") % {"day": figures.instant(begins)},
        lines=(*_impact(value["impact"]), *_changes(value)),
        address=reverse("conduct_rulebooks"),
        address_words=_("Rulebooks"),
    )


def _impact(impact: dict[str, int]) -> list[Line]:
    if not impact:
        return []
    return [
        Line(_("Attempts judged again"), "", figures.number(impact["lines"])),
        Line(_("Allowed"), figures.number(impact["allowed_before"]), figures.number(impact["allowed_after"])),
        Line(_("Newly refused"), "", figures.number(impact["newly_refused"])),
        Line(_("Newly allowed"), "", figures.number(impact["newly_allowed"])),
    ]


def _changes(value: dict[str, object]) -> list[Line]:
    base = RulebookVersion.objects.filter(digest=value["base"]).first()
    if base is None:
        return []
    old, new = rulebooks.rules_of(base), rulebooks.rulebook_of(value["files"])  # type: ignore[arg-type]
    return [
        Line(f"{change.id} {part.part}", part.before or "", part.after or "")
        for change in rule_changes(old, new)
        for part in change.parts
    ][:CHANGES_MOST]


def apply_rulebook(proposal: Proposal, actor: str, now: datetime) -> str:
    """Kept; in force from the instant that was proposed."""
    row = change_rulebook.approve_rulebook(proposal.value, proposer=proposal.proposer, approver=actor, now=now)
    return _("Agreed. These rules hold from %(day)s.") % {"day": figures.instant(row.effective_from)}


proposals.register(
    switch_outreach.PROPOSAL_KIND,
    words=gettext_lazy("outreach to contacts"),
    present=present_switch,
    apply=apply_switch,
    right=APPROVE_OUTREACH,
)
proposals.register(
    change_rulebook.PROPOSAL_KIND,
    words=gettext_lazy("rules of conduct"),
    present=present_rulebook,
    apply=apply_rulebook,
    right=APPROVE_RULES,
)
