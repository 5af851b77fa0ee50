"""Returns under four eyes: how one is shown under Approvals, and how it is carried out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.kernel.console import figures, proposals
from kaopu.kernel.console.proposals import Line, Presented
from kaopu.kernel.core.errors import BadInput
from kaopu.receipts.actions.outcome import Refused
from kaopu.receipts.actions.return_receipt import PROPOSAL_KIND, carry_out
from kaopu.receipts.console import words
from kaopu.receipts.console.rights import AGREE_TO_RETURN
from kaopu.receipts.models import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.kernel.approval import Proposal


def present(proposal: Proposal) -> Presented:
    """Which receipt, how much, when and why."""
    value = proposal.value
    row = Receipt.objects.filter(pk=value["receipt"]).select_related("standing").first()
    money = figures.money(value["amount"], row.currency if row else "CNY")
    left = figures.money(row.standing.suspense, row.currency) if row else ""
    return Presented(
        title=_("Return %(money)s of R-%(n)d to its payer") % {"money": money, "n": value["receipt"]},
        lines=(
            Line(_("Amount"), "", money),
            Line(_("In suspense now"), "", left),
            Line(_("On"), "", figures.day(date.fromisoformat(value["on"]))),
            Line(_("Reason"), "", str(words.REASONS.get(value["reason"], value["reason"]))),
        ),
        address=reverse("receipt", args=[value["receipt"]]),
        address_words=f"R-{value['receipt']}",
    )


def apply(proposal: Proposal, actor: str, now: datetime) -> str:
    """Send the money back, if it is still there."""
    outcome = carry_out(proposal, actor, now)
    if isinstance(outcome, Refused):
        raise BadInput(words.refusal(outcome)[1])
    return _("R-%(n)d: the money goes back to the payer.") % {"n": outcome.receipt}


proposals.register(
    PROPOSAL_KIND,
    words=gettext_lazy("return of a receipt"),
    present=present,
    apply=apply,
    right=AGREE_TO_RETURN,
)
