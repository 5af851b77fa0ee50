"""Bulk pauses under four eyes: how a proposal is shown, and what happens once it is agreed to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from kaopu.book.actions.agree_pause import begin
from kaopu.book.actions.propose_pause import KIND, UNDO_KIND
from kaopu.book.console.rights import APPROVE_PAUSE
from kaopu.kernel.console import figures, proposals
from kaopu.kernel.console.proposals import Line, Presented

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.kernel.approval import Proposal


def present(proposal: Proposal) -> Presented:
    """The filter, the days, how many debts, what they owe and what it costs."""
    value = proposal.value
    first, last = (figures.day(date.fromisoformat(value[name])) for name in ("from", "to"))
    days = {"first": first, "last": last, "n": figures.number(value["count"])}
    undo = proposal.kind == UNDO_KIND
    title = (
        _("Take the pause of %(n)s debts from %(first)s to %(last)s back")
        if undo
        else _("Pause %(n)s debts from %(first)s to %(last)s")
    )
    lines = [Line(_("Filter"), "", value["where"])]
    for currency, part in value["by_currency"].items():
        lines += [
            Line(_("Outstanding"), "", figures.money(part["exposure"], currency)),
            Line(_("Past due"), "", figures.money(part["overdue"], currency)),
            Line(_("Penalty that will not accrue"), "", figures.money(part["cost"], currency)),
        ]
    address = reverse("bulk_pause", args=[value["bulk"]])
    return Presented(title % days, tuple(lines), address, _("Bulk pause %(n)s") % {"n": value["bulk"]})


def pause(proposal: Proposal, actor: str, now: datetime) -> str:
    """Note the agreement; the worker goes through the list."""
    return _begin(proposal, actor, now, undo=False)


def undo(proposal: Proposal, actor: str, now: datetime) -> str:
    """The same for the way back."""
    return _begin(proposal, actor, now, undo=True)


def _begin(proposal: Proposal, actor: str, now: datetime, *, undo: bool) -> str:
    bulk = proposal.value["bulk"]
    begin(bulk, actor, now, undo=undo)
    app.configure_task("book.pause").defer(bulk=bulk)
    return _("Agreed. The worker goes through the list; its page shows how far it is.")


proposals.register(KIND, words=gettext_lazy("bulk pause"), present=present, apply=pause, right=APPROVE_PAUSE)
proposals.register(
    UNDO_KIND, words=gettext_lazy("undo of a bulk pause"), present=present, apply=undo, right=APPROVE_PAUSE
)
