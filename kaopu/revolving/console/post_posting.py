"""Post what was typed, and the account's statements as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.book.console.post_form import Wrong
from kaopu.book.console.rights import EXPORT_BOOK
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.revolving import store
from kaopu.revolving.actions.post import Refusal, post
from kaopu.revolving.console import account as account_page
from kaopu.revolving.console import post_form, words
from kaopu.revolving.console.rights import POST_TO_ACCOUNT
from kaopu.revolving.statements_command import COLUMNS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
@needs(POST_TO_ACCOUNT)
def post_posting(request: HttpRequest, account_id: int) -> HttpResponse:
    """Post what was typed. Sending a form twice posts once."""
    row = store.find(account_id)
    if row is None:
        raise Http404
    known = store.history(row)
    asked = post_form.read(row, request.POST)
    if not isinstance(asked, tuple):
        done = post(asked, f"staff:{request.user.pk}", system_clock().now())
        if not isinstance(done, Refusal):
            told = {"what": words.KINDS[asked.kind], "n": done.posting_id}
            messages.success(request, _("Posted: %(what)s, T-%(n)d. The figures below include it.") % told, "allowed")
            return HttpResponseRedirect(reverse("revolving_account", args=[account_id]))
        field, text = words.REFUSALS[done]
        asked = (Wrong(field, str(text)),)
    return account_page.show(request, account_id, post_form.filled(known, request.POST, asked), status=422)


@needs(EXPORT_BOOK)
def account_export(request: HttpRequest, account_id: int) -> HttpResponse:  # noqa: ARG001 - the interface
    """The statements of the account as the replay tells them now, as CSV with amounts in major units."""
    row = store.find(account_id)
    if row is None:
        raise Http404
    today = system_clock().now().date()
    cycles = store.history(row).walked(max(today, row.opened_on)).told_on(today)
    head = (*COLUMNS, "currency", "corrections_as_sent")
    sent = {each.statement_on.isoformat(): each.corrections for each in row.statements.all()}
    told = [cycle.as_json(row.currency) for cycle in cycles]
    lines = (
        (*(one[name] for name in COLUMNS), row.currency, to_major(sent.get(one["statement_on"], 0), row.currency))
        for one in told
    )
    return export.csv_file(f"R-{account_id}-statements", head, lines)
