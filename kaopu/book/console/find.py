"""The search field of the top bar: straight to the only debt or borrower that fits, else to the list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.urls import reverse

from kaopu.book.console import rows
from kaopu.book.console.rights import SEE_BOOK
from kaopu.book.models import Debt
from kaopu.kernel.console.access import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@needs(SEE_BOOK)
def find(request: HttpRequest) -> HttpResponse:
    """D-12 opens that debt, P-12 that borrower; a full name or phone opens the borrower where only one has it."""
    q = request.GET.get("q", "").strip()[:80]
    number = re.fullmatch(r"[Dd]-(\d{1,18})", q)
    if number and Debt.objects.filter(pk=int(number[1])).exists():
        return HttpResponseRedirect(reverse("debt", args=[int(number[1])]))
    people = rows.party_ids(q) if q else []
    if len(people) == 1:
        return HttpResponseRedirect(reverse("borrower", args=people))
    return HttpResponseRedirect(f"{reverse('debts')}?{urlencode({'q': q})}" if q else reverse("debts"))
