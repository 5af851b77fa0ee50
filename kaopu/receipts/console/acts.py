"""What a person does with a receipt: match with a preview, take back, return, see the payer in full."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.book import store as book
from kaopu.book.console import words as book_words
from kaopu.book.core.position import Position, position
from kaopu.book.opened_book import debt_named
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_minor
from kaopu.party.console.rights import REVEAL_NAME
from kaopu.party.core.party import RevealReason
from kaopu.receipts.actions.match_receipt import match_receipt
from kaopu.receipts.actions.outcome import Matched, Refused
from kaopu.receipts.actions.return_receipt import Reason, return_receipt
from kaopu.receipts.actions.reveal_payer import reveal_payer
from kaopu.receipts.actions.unmatch_receipt import unmatch_receipt
from kaopu.receipts.console import receipt as page
from kaopu.receipts.console import words
from kaopu.receipts.console.receipt import Changed, MatchForm, ReturnForm, Wrong
from kaopu.receipts.console.rights import MATCH_RECEIPT, RETURN_RECEIPT

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.receipts.models import Receipt


@require_POST
@needs(MATCH_RECEIPT)
def receipt_match(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """`act=preview` shows what the money would settle; anything else matches."""
    row = page.read(receipt_id)
    typed = MatchForm(debt=request.POST.get("debt", "").strip()[:80], amount=request.POST.get("amount", "")[:40])
    debt_id, amount = _debt(typed.debt), _amount(typed.amount, row.currency)
    wrong = tuple(each for each in (debt_id, amount) if isinstance(each, Wrong))
    if isinstance(debt_id, Wrong) or isinstance(amount, Wrong):
        return _again(request, row, typed, wrong)
    if request.POST.get("act") == "preview":
        return _preview(request, row, typed, debt_id, amount)
    seen = request.POST.get("left", "")
    outcome = match_receipt(
        row.pk, debt_id, _actor(request), system_clock().now(), amount=amount,
        seen_left=int(seen) if seen.isdecimal() else None,
    )  # fmt: skip
    if isinstance(outcome, Refused):
        return _again(request, page.read(receipt_id), typed, (Wrong(*words.refusal(outcome)),))
    told = {
        "money": figures.money(outcome.amount, row.currency),
        "debt": outcome.debt,
        "left": figures.money(outcome.left, row.currency),
    }
    messages.success(request, _("Matched: %(money)s went to D-%(debt)d. In suspense: %(left)s.") % told, "allowed")
    return HttpResponseRedirect(reverse("receipt", args=[row.pk]))


def _again(request: HttpRequest, row: Receipt, typed: MatchForm, wrong: tuple[Wrong, ...]) -> HttpResponse:
    return page.show(request, row, match=MatchForm(typed.debt, typed.amount, wrong), status=422)


def _preview(request: HttpRequest, row: Receipt, typed: MatchForm, debt_id: int, amount: int) -> HttpResponse:
    tried = try_match(row, debt_id, amount, _actor(request))
    if isinstance(tried, Refused):
        return _again(request, row, typed, (Wrong(*words.refusal(tried)),))
    day = {"debt": debt_id, "day": figures.day(row.booked_on)}
    form = MatchForm(
        typed.debt, typed.amount, changes=tried, preview_words=_("What it would settle on D-%(debt)d, on %(day)s") % day
    )
    return page.show(request, row, match=form)


def try_match(row: Receipt, debt_id: int, amount: int, actor: str) -> tuple[Changed, ...] | Refused:
    """Match, read and roll back: the preview cannot differ from the act, since it is the act."""
    now, debt = system_clock().now(), book.debt(debt_id)
    before = position(book.history(debt), row.booked_on)
    with transaction.atomic():
        outcome = match_receipt(row.pk, debt_id, actor, now, amount=amount)
        after = position(book.history(debt), row.booked_on) if isinstance(outcome, Matched) else None
        transaction.set_rollback(True)
    return outcome if after is None else _changes(before, after, debt.currency)  # type: ignore[return-value]


def _changes(before: Position, after: Position, currency: str) -> tuple[Changed, ...]:
    def told(one: Position) -> dict[str, str]:
        owed, late = one.outstanding.as_json(), one.overdue
        return {
            **{str(book_words.COMPONENTS[name]).capitalize(): figures.money(owed[name], currency) for name in owed},
            _("Outstanding"): figures.money(one.outstanding.total, currency),
            _("Past due"): figures.money(late.total, currency),
            _("Days past due"): str(one.days_past_due),
            _("Credit balance"): figures.money(one.credit_balance, currency),
        }

    first, second = told(before), told(after)
    return tuple(Changed(name, first[name], second[name]) for name in first)


@require_POST
@needs(MATCH_RECEIPT)
def receipt_unmatch(request: HttpRequest, receipt_id: int, allocation_id: int) -> HttpResponse:
    """Take one match back."""
    outcome = unmatch_receipt(receipt_id, allocation_id, _actor(request), system_clock().now())
    if isinstance(outcome, Refused):
        messages.error(request, words.refusal(outcome)[1], "refused")
    else:
        told = {"debt": outcome.debt}
        done = _("Taken back: the payment of D-%(debt)d is reversed, and its money waits in suspense again.") % told
        messages.success(request, done, "allowed")
    return HttpResponseRedirect(reverse("receipt", args=[receipt_id]))


@require_POST
@needs(RETURN_RECEIPT)
def receipt_return(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Send money back at once, or propose it where a second person must agree."""
    row = page.read(receipt_id)
    typed = {name: request.POST.get(name, "").strip()[:40] for name in ("amount", "on", "reason")}
    amount, on = _amount(typed["amount"], row.currency), _day(typed["on"])
    wrong = [each for each in (amount, on) if isinstance(each, Wrong)]
    if typed["reason"] not in set(Reason):
        wrong.append(Wrong("reason", _("Choose a reason.")))
    if not wrong and isinstance(amount, int) and isinstance(on, date):
        outcome = return_receipt(
            row.pk, Reason(typed["reason"]), _actor(request), system_clock().now(), amount=amount, on=on
        )
        if not isinstance(outcome, Refused):
            money = {"money": figures.money(outcome.amount, row.currency)}
            done = (
                _("Proposed: %(money)s goes back to the payer once a second person agrees, under Approvals.")
                if outcome.waits
                else _("Returned: %(money)s goes back to the payer.")
            )
            messages.success(request, done % money, "info" if outcome.waits else "allowed")
            return HttpResponseRedirect(reverse("receipt", args=[row.pk]))
        wrong.append(Wrong(*words.refusal(outcome)))
    return page.show(request, page.read(receipt_id), returning=ReturnForm(**typed, wrong=tuple(wrong)), status=422)


@require_POST
@needs(REVEAL_NAME)
def receipt_reveal(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """The page once without the mask; the reason is written down before anything is shown."""
    row = page.read(receipt_id)
    try:
        reason = RevealReason(request.POST.get("reason", ""))
    except ValueError:
        return page.show(request, row, reveal_error=_("Choose a reason."), status=422)
    line = reveal_payer(receipt_id, reason=reason, actor=_actor(request), now=system_clock().now())
    response = page.show(request, row, line=None if isinstance(line, Refused) else line)
    response["Cache-Control"] = "no-store"
    return response


def _actor(request: HttpRequest) -> str:
    return f"staff:{request.user.pk}"


def _debt(text: str) -> int | Wrong:
    try:
        return debt_named(text)
    except BadInput:
        return Wrong("debt", str(words.REFUSALS["debt_unknown"][1]))


def _amount(text: str, currency: str) -> int | Wrong:
    try:
        amount = to_minor(Decimal(text.strip().replace(",", "").lstrip("¥")), currency)
    except (InvalidOperation, BadInput):
        return Wrong("amount", _("Enter an amount, as 306.20."))
    return amount if amount > 0 else Wrong("amount", _("Enter an amount above 0."))


def _day(text: str) -> date | Wrong:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return Wrong("on", _("Enter a real date."))
