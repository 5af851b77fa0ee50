"""What is done from the list of overdue debts: assigning, taking it back, and views under names of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kaopu.book.actions import name_view
from kaopu.book.actions.assign_debts import assign_debts, take_back
from kaopu.book.console import overdue_rows, rows
from kaopu.book.console.overdue import VIEWS
from kaopu.book.console.overdue_filter import OverdueFilter
from kaopu.book.console.rights import ASSIGN_DEBTS, SEE_BOOK
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_POST
@needs(ASSIGN_DEBTS)
def assign(request: HttpRequest) -> HttpResponse:
    """Make somebody responsible for the selected rows, or with `scope=view` for all that the view shows."""
    close = rows.current_close()
    if close is None:
        raise Http404
    chosen = _chosen(request)
    found = overdue_rows.matching(close, chosen, request.user.pk)
    if request.POST.get("scope") != "view":
        wanted = [int(text) for text in request.POST.getlist("id") if text.isdecimal() and len(text) < 19]
        found = found.filter(debt_id__in=wanted)
    to = request.POST.get("to", "")
    debts = list(found.values_list("debt_id", flat=True))
    if not debts:
        return _back(chosen, request, _("Select debts first, with the box in their row or the key x."), "refused")
    if to != "none" and not (to.isascii() and to.isdecimal() and len(to) < 10):
        return _back(chosen, request, _("Choose who is to be responsible."), "refused")
    try:
        done = assign_debts(debts, None if to == "none" else int(to), _actor(request), system_clock().now())
    except BadInput:
        return _back(chosen, request, _("That account is closed. Choose another person."), "refused")
    words = ngettext("%(n)d debt changed hands.", "%(n)d debts changed hands.", done.debts) % {"n": done.debts}
    return _back(chosen, request, words, "allowed", assigned=str(done.batch) if done.debts else "")


@require_POST
@needs(ASSIGN_DEBTS)
def unassign(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Take an assignment back, where nobody assigned anew since."""
    done = take_back(batch, _actor(request), system_clock().now())
    words = ngettext("Taken back for %(n)d debt.", "Taken back for %(n)d debts.", done.debts) % {"n": done.debts}
    return _back(_chosen(request), request, words, "allowed")


@require_POST
@needs(SEE_BOOK)
def views(request: HttpRequest) -> HttpResponse:
    """`act` is keep (also: change the one of that name), remove or undo."""
    chosen, now, act = _chosen(request), system_clock().now(), request.POST.get("act", "")
    number = request.POST.get("view", "")
    view_id = int(number) if number.isdecimal() and len(number) < 19 else 0
    try:
        if act == "keep":
            row = name_view.keep(request.user.pk, VIEWS, request.POST.get("name", ""), chosen.address(), now)
            words = _("The view “%(name)s” is kept.") % {"name": row.name}
        elif act == "remove":
            row = name_view.remove(request.user.pk, view_id, now)
            words = _("The view is removed.")
        else:
            row = name_view.undo(request.user.pk, view_id, now)
            words = _("The view is as it was before.")
    except BadInput as problem:
        if act == "undo":
            return _back(chosen, request, _("Another view has that name by now."), "refused")
        known = _("Enter a name of at most 60 characters.") if "characters" in str(problem) else str(problem)
        return _back(chosen, request, known, "refused")
    if row is None:
        raise Http404
    shown = OverdueFilter.read(QueryDict(row.query)) if act == "undo" else chosen
    return _back(shown, request, words, "allowed", view_changed="" if act == "undo" else str(row.pk))


def _chosen(request: HttpRequest) -> OverdueFilter:
    return OverdueFilter.read(QueryDict(request.POST.get("query", "")))


def _actor(request: HttpRequest) -> str:
    return f"staff:{request.user.pk}"


def _back(chosen: OverdueFilter, request: HttpRequest, words: str, tone: str, **more: str) -> HttpResponse:
    messages.success(request, words, tone)
    query = chosen.address()
    rest = urlencode({name: value for name, value in more.items() if value})
    return HttpResponseRedirect(f"{reverse('overdue')}?{'&'.join(part for part in (query, rest) if part)}")
