"""Post an event to a debt: first the preview, then the same act for good. Both run the one action that records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaopu.book.actions.event_request import RecordEvent, Refusal
from kaopu.book.actions.record_event import record_event
from kaopu.book.console import debt as debt_page
from kaopu.book.console import debt_history, debt_words, words
from kaopu.book.console.post_form import Changed, EventForm, Wrong, filled_form, read
from kaopu.book.console.rights import RECORD_EVENT
from kaopu.book.core.parties_of_debt import debtors_on
from kaopu.book.core.position import Position, position
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from kaopu.book.console.debt_history import DebtRows

REFUSALS = {
    Refusal.DAY_BEFORE_DISBURSEMENT: ("on", gettext_lazy("The day is before the debt was lent.")),
    Refusal.AMOUNT_MUST_BE_POSITIVE: ("amount", gettext_lazy("Enter an amount above 0.")),
    Refusal.COMPONENT_IS_FOR_WAIVERS_ONLY: ("component", gettext_lazy("Only a waiver names a component.")),
    Refusal.REVERSED_EVENT_UNKNOWN: ("reverses", gettext_lazy("Choose the event that this undoes.")),
    Refusal.REVERSED_EVENT_OF_ANOTHER_DEBT: ("reverses", gettext_lazy("That event belongs to another debt.")),
    Refusal.ALREADY_REVERSED: ("reverses", gettext_lazy("That event is undone already.")),
    Refusal.REVERSAL_BEFORE_ITS_EVENT: ("on", gettext_lazy("A reversal cannot be dated before the event it undoes.")),
    Refusal.MONEY_WAITS_ELSEWHERE: (
        "reverses",
        gettext_lazy("The money of that payment waits in suspense. Match its receipt again instead."),
    ),
    Refusal.LATER_SCHEDULE_VERSION: (
        "reverses",
        gettext_lazy("A later schedule rests on that event. Undo the later one first."),
    ),
    Refusal.WAIVER_ABOVE_WHAT_IS_OWED: ("amount", gettext_lazy("More than is owed. Waive at most what is owed of it.")),
    Refusal.PAYOUT_ABOVE_CREDIT_BALANCE: ("amount", gettext_lazy("More than the credit balance.")),
    Refusal.PREPAYMENT_BELOW_WHAT_IS_DUE: ("amount", gettext_lazy("Less than what is due. Post it as a payment.")),
    Refusal.TERMS_NOT_KNOWN: (
        "kind",
        gettext_lazy("The terms of this debt are not known, so its schedule cannot be rebuilt."),
    ),
    Refusal.INSTALMENTS_PAID_AHEAD: (
        "kind",
        gettext_lazy("Instalments are paid ahead, so the schedule cannot be rebuilt."),
    ),
    Refusal.INSTALMENTS_MOVED: ("kind", gettext_lazy("Instalments were moved, so the schedule cannot be rebuilt.")),
    Refusal.ALREADY_TRANSFERRED: ("kind", gettext_lazy("This claim is sold already. It can be sold once only.")),
    Refusal.OWNER_NOT_NEW: ("owner", gettext_lazy("That owner has the claim already. Name the buyer.")),
    Refusal.INSTALMENT_UNKNOWN: ("seq", gettext_lazy("There is no such instalment. Choose one of the schedule.")),
    Refusal.DISPUTE_ALREADY_OPEN: ("seq", gettext_lazy("A dispute of it is open already.")),
    Refusal.DISPUTE_NOT_OPEN: ("seq", gettext_lazy("No dispute of it is open.")),
    Refusal.NOT_ACCELERATED: ("kind", gettext_lazy("Nothing was called due early, so nothing can be taken back.")),
    Refusal.DEBTOR_UNKNOWN: ("party", gettext_lazy("There is no borrower with that number.")),
    Refusal.DEBTOR_ALREADY: ("party", gettext_lazy("That borrower owes this debt already.")),
    Refusal.NO_SUBSIDY_AGREED: ("kind", gettext_lazy("No subsidy was agreed for this debt.")),
    Refusal.KEY_USED_WITH_OTHER_BODY: (
        "kind",
        gettext_lazy("This form was sent before with other words. Please start again."),
    ),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What an event would change: the position and who owes, before and after, on the day that is shown."""

    before: Position
    after: Position
    owed_by: tuple[str, str] = ("", "")


@require_POST
@needs(RECORD_EVENT)
def post_event(request: HttpRequest, debt_id: int) -> HttpResponse:
    """`act=preview` shows what would change; anything else records. Sending a form twice records once."""
    found = debt_history.read(debt_id)
    if found is None:
        raise Http404
    asked = read(found, request.POST)
    if isinstance(asked, tuple):
        return debt_page.show(request, debt_id, form=filled_form(found, request.POST, wrong=asked), status=422)
    actor = f"staff:{request.user.pk}"
    if request.POST.get("act") == "preview":
        return _preview(request, found, asked, actor)
    outcome = record_event(asked, actor, system_clock().now())
    if isinstance(outcome, Refusal):
        return debt_page.show(request, debt_id, form=_refused(found, request, outcome), status=422)
    recorded = {"what": words.KINDS[asked.kind], "n": outcome.event_id}
    messages.success(request, _("Recorded: %(what)s, E-%(n)d. The position below includes it.") % recorded, "allowed")
    day = max(asked.on, debt_page.default_day(found))
    return HttpResponseRedirect(f"{reverse('debt', args=[debt_id])}?{urlencode({'as_of': day.isoformat()})}")


def _preview(request: HttpRequest, found: DebtRows, asked: RecordEvent, actor: str) -> HttpResponse:
    day = max(asked.on, debt_page.default_day(found))
    try:
        tried = try_event(found, asked, actor, day)
    except BadInput as fault:
        tried = (Wrong("kind", str(fault)),)
    debt_id = found.debt.debt_id
    if isinstance(tried, Refusal):
        return debt_page.show(request, debt_id, form=_refused(found, request, tried), status=422)
    if isinstance(tried, tuple):
        return debt_page.show(request, debt_id, form=filled_form(found, request.POST, wrong=tried), status=422)
    form = filled_form(
        found,
        request.POST,
        changes=_changes(tried, found.debt.currency),
        preview_words=_("What it would change, on %(day)s") % {"day": figures.day(day)},
    )
    return debt_page.show(request, debt_id, form=form)


def try_event(found: DebtRows, asked: RecordEvent, actor: str, day: date) -> Tried | Refusal:
    """Record, read and roll back: the preview cannot differ from the act, since it is the act."""
    before = position(found.history(), day)
    with transaction.atomic():
        outcome = record_event(asked, actor, system_clock().now())
        after = None if isinstance(outcome, Refusal) else debt_history.read(asked.debt_id)
        transaction.set_rollback(True)
    if after is None:
        return outcome  # type: ignore[return-value]
    return Tried(before, position(after.history(), day), (_owing(found, day), _owing(after, day)))


def _owing(found: DebtRows, day: date) -> str:
    return ", ".join(f"B-{party}" for party in debtors_on(found.debt.party_id, found.happened(), day))


def _refused(found: DebtRows, request: HttpRequest, refusal: Refusal) -> EventForm:
    field, text = REFUSALS[refusal]
    return filled_form(found, request.POST, wrong=(Wrong(field, str(text)),))


def _changes(tried: Tried, currency: str) -> tuple[Changed, ...]:
    def figures_of(one: Position, owed_by: str) -> dict[str, str]:
        owed, sums = one.outstanding.as_json(), one.counters()
        return {
            _("Outstanding"): figures.money(one.outstanding.total, currency),
            **{str(words.COMPONENTS[name]).capitalize(): figures.money(owed[name], currency) for name in owed},
            _("Past due"): figures.money(one.overdue.total, currency),
            _("Days past due"): str(one.days_past_due),
            _("Class"): str(words.CLASSES[words.CLASS_KEYS.index(one.class_)]),
            _("Next due"): figures.day(one.next_due),
            _("Credit balance"): figures.money(one.credit_balance, currency),
            _("Days past due by contract"): str(one.contractual_days_past_due),
            _("State"): ", ".join(debt_words.states(one)) or _("none"),
            _("Owed by"): owed_by,
            _("Paid to date"): figures.money(one.paid_to_date, currency),
            _("Set off"): figures.money(sums["set_off"], currency),
            _("Subsidy received"): figures.money(sums["subsidy_received"], currency),
            _("Price of the sale"): figures.money(sums["transfer_price"], currency),
        }

    before, after = (
        figures_of(one, owed_by) for one, owed_by in zip((tried.before, tried.after), tried.owed_by, strict=True)
    )
    differing = tuple(Changed(name, before[name], after[name]) for name in before if before[name] != after[name])
    return differing or (Changed(_("Outstanding"), before[_("Outstanding")], after[_("Outstanding")]),)
