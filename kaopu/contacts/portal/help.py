"""The person wants to help, by themselves: an amount of their own choice and where to pay it. No debt is shown."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from kaopu.contacts import store
from kaopu.contacts.actions import offer_help as offering
from kaopu.contacts.actions.offer_help import offer_help, start_help_payment
from kaopu.contacts.core.invitation import LinkKind
from kaopu.contacts.portal.door import Problem, for_agreed, opened_by, show
from kaopu.contacts.portal.naming import borrower_words
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.core.money import to_minor

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link

CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class HelpPage:
    """What is needed to pay, and no more: `account` and `reference` once an amount was chosen."""

    who: str
    offered: bool
    typed: str = ""
    amount: str = ""
    reference: str = ""
    account: str = ""


@opened_by(LinkKind.OWN)
@for_agreed
def help_to_pay(request: HttpRequest, link: Link) -> HttpResponse:
    """First the offer, in the person's own words by a press of a button; then an amount; then where to."""
    now, who = system_clock().now(), borrower_words(link.contact)
    offered = store.offered_at(link.contact_id) is not None
    if request.method != "POST":
        return show(request, "help", HelpPage(who, offered))
    if request.POST.get("act") == "offer":
        offer_help(link.contact_id, now=now)
        return HttpResponseRedirect(request.path)
    typed = request.POST.get("amount", "")[:20].strip()
    amount = _amount(typed)
    outcome = start_help_payment(link.contact_id, amount, CURRENCY, now=now) if amount else None
    if outcome is None or isinstance(outcome, offering.Refusal):
        problem = Problem("amount", _("Enter an amount, such as 200 or 200.50."))
        return show(request, "help", HelpPage(who, offered, typed), problems=(problem,), status=422)
    account = os.environ.get("KAOPU_LENDER_ACCOUNT", "")
    return show(request, "help", HelpPage(who, offered, typed, figures.money(amount or 0, CURRENCY), outcome, account))


def _amount(typed: str) -> int | None:
    try:
        amount = to_minor(Decimal(typed.replace(",", "").replace("¥", "")), CURRENCY)
    except (InvalidOperation, ValueError):
        return None
    return amount if 0 < amount < 10**11 else None
