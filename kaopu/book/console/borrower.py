"""One borrower: all debts, and the person behind a mask that a reason lifts once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from kaopu.book.console import rows, words
from kaopu.book.console.debts import Choice, person_words
from kaopu.book.console.rights import SEE_BOOK
from kaopu.book.models import PositionRow
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs
from kaopu.party.actions.show_party import Refusal, show_masked
from kaopu.party.actions.show_party import reveal as reveal_party
from kaopu.party.console.rights import REVEAL_NAME, SEE_PARTIES
from kaopu.party.core.party import PartyView, RevealReason

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

REASONS = {
    RevealReason.CUSTOMER_REQUEST: gettext_lazy("the customer asked"),
    RevealReason.COLLECTION: gettext_lazy("to reach the borrower"),
    RevealReason.DISPUTE: gettext_lazy("a dispute"),
    RevealReason.FRAUD_CHECK: gettext_lazy("a check for fraud"),
    RevealReason.CORRECTION: gettext_lazy("to correct the record"),
    RevealReason.LEGAL_DUTY: gettext_lazy("a duty by law"),
}
KINDS = {"person": gettext_lazy("person"), "organisation": gettext_lazy("organisation")}


@dataclass(frozen=True, slots=True)
class BorrowerDebt:
    """One debt of the borrower on the close's day."""

    debt_id: int
    product: str
    lent_on: date
    currency: str
    days: words.Tag
    outstanding: int
    overdue: int
    next_due: date | None
    class_: words.Tag


@dataclass(frozen=True, slots=True)
class BorrowerPage:
    """The page as shown."""

    party_id: int
    name: str
    phone: str
    kind: str
    source: str
    rows: tuple[BorrowerDebt, ...]
    revealed: bool
    may_reveal: bool
    may_see_more: bool
    reasons: tuple[Choice, ...]
    error: str


@needs(SEE_BOOK)
def borrower(request: HttpRequest, party_id: int) -> HttpResponse:
    """The page with the mask on."""
    return _show(request, show_masked(party_id))


@require_POST
@needs(REVEAL_NAME)
def reveal(request: HttpRequest, party_id: int) -> HttpResponse:
    """The page once without the mask; the reason is written down before anything is shown."""
    try:
        reason = RevealReason(request.POST.get("reason", ""))
    except ValueError:
        return _show(request, show_masked(party_id), error=_("Choose a reason."), status=422)
    person = reveal_party(party_id, reason=reason, actor=f"staff:{request.user.pk}", now=system_clock().now())
    response = _show(request, person)
    response["Cache-Control"] = "no-store"
    return response


def _show(request: HttpRequest, person: PartyView | Refusal, *, error: str = "", status: int = 200) -> HttpResponse:
    if isinstance(person, Refusal):
        raise Http404
    page = BorrowerPage(
        party_id=person.id,
        name=person_words(person, person.id),
        phone=person.phone or _("unknown, none was given"),
        kind=str(KINDS.get(person.kind, person.kind)),
        source=person.source or _("entered here"),
        rows=_debts(person.id),
        revealed=not person.masked,
        may_reveal=request.user.has_perm(REVEAL_NAME.permission),
        may_see_more=request.user.has_perm(SEE_PARTIES.permission),
        reasons=tuple(Choice(code.value, str(text), False) for code, text in REASONS.items()),
        error=error,
    )
    return render(request, "book/borrower.html", {"page": page, "answer": _answer(page.rows)}, status=status)


def _debts(party_id: int) -> tuple[BorrowerDebt, ...]:
    close = rows.current_close()
    if close is None:
        return ()
    found = PositionRow.objects.filter(close_run=close, party_id=party_id)
    return tuple(
        BorrowerDebt(
            debt_id=row.debt_id,
            product=row.debt.product_version.product.name if row.debt.product_version else _("none"),
            lent_on=row.debt.disbursed_on,
            currency=row.currency,
            days=words.days_tag(row.days_past_due),
            outstanding=row.outstanding,
            overdue=row.overdue,
            next_due=row.next_due,
            class_=words.class_tag(row.class_code),
        )
        for row in found.select_related("debt__product_version__product").order_by("-days_past_due", "-debt_id")[:500]
    )


def _answer(debts: tuple[BorrowerDebt, ...]) -> str:
    open_ones = [row for row in debts if row.outstanding]
    if not open_ones:
        return _("Owes nothing.")
    sums: dict[str, list[int]] = {}
    for row in open_ones:
        total = sums.setdefault(row.currency, [0, 0])
        total[0] += row.outstanding
        total[1] += row.overdue
    owed = _(", ").join(figures.money(total[0], currency) for currency, total in sums.items())
    late = _(", ").join(figures.money(total[1], currency) for currency, total in sums.items() if total[1])
    text = ngettext("Owes %(owed)s on %(n)d debt", "Owes %(owed)s on %(n)d debts", len(open_ones))
    text %= {"owed": owed, "n": len(open_ones)}
    return text + (_("; %(late)s is past due.") % {"late": late} if late else _("; nothing is past due."))
