"""The pages of parties: find by a whole value, see what is known, open one thing for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.party import store
from kaopu.party.actions import open_point, open_record, show_party
from kaopu.party.console import party_page, words
from kaopu.party.console.rights import REVEAL_NAME, SEE_PARTIES
from kaopu.party.core.party import PartyView, RevealReason
from kaopu.party.core.phone import read_any_phone
from kaopu.party.core.records import DocumentKind
from kaopu.party.models import Party

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Who has this value. The value itself is not in the address, and not shown again."""

    answer: str
    asked: bool
    rows: tuple[PartyView, ...]


@needs(SEE_PARTIES)
def parties(request: HttpRequest) -> HttpResponse:
    """Find by a whole phone, name, mail address or paper's number, sent in the body: addresses are logged."""
    typed = request.POST.get("value", "").strip()[:200] if request.method == "POST" else ""
    rows = tuple(_found(typed)) if typed else ()
    answer = _("Type a whole value: a part of one finds nothing.")
    if typed:
        answer = ngettext("%(n)d party has it.", "%(n)d parties have it.", len(rows)) % {"n": len(rows)}
    return render(request, "party/parties.html", {"page": FoundPage(answer, bool(typed), rows)})


@needs(SEE_PARTIES)
def party(request: HttpRequest, party_id: int) -> HttpResponse:
    """The page with the mask on."""
    return _show(request, party_id)


@require_POST
@needs(REVEAL_NAME)
def party_reveal(request: HttpRequest, party_id: int) -> HttpResponse:
    """One thing once without its mask; the reason is written down before anything is shown."""
    chosen = request.POST.get("thing", "")
    try:
        reason = RevealReason(request.POST.get("reason", ""))
    except ValueError:
        return _show(request, party_id, chosen=chosen, error=_("Choose a reason."), status=422)
    text = _opened(party_id, chosen, reason, f"staff:{request.user.pk}")
    if text is None:
        return _show(request, party_id, error=_("Choose what to see."), status=422)
    if isinstance(text, open_point.Refusal | open_record.Refusal):
        told = words.REFUSALS.get(str(text), words.REFUSALS["erased"])
        return _show(request, party_id, chosen=chosen, error=str(told), status=409)
    response = _show(request, party_id, chosen=chosen, full=text)
    response["Cache-Control"] = "no-store"
    return response


def _show(
    request: HttpRequest, party_id: int, *, chosen: str = "", full: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    person = show_party.show_masked(party_id)
    if isinstance(person, show_party.Refusal):
        raise Http404
    erased = Party.objects.filter(pk=party_id, erased_at__isnull=False).exists()
    now = system_clock().now()
    page = party_page.build(request, person, now, erased=erased, chosen=chosen, full=full, error=error)
    return render(request, "party/party.html", {"page": page}, status=status)


def _found(typed: str) -> list[PartyView]:
    phone = read_any_phone(typed).normalised
    by_point = [view.party_id for view in store.points_with("email", typed)]
    if phone:
        by_point += [view.party_id for view in store.points_with("phone", phone)]
    by_paper = [view.party_id for kind in DocumentKind for view in store.documents_with(str(kind), typed.upper())]
    views = {view.id: view for view in store.find(name=typed) + (store.find(phone=phone) if phone else [])}
    views |= store.masked(set(by_point + by_paper) - views.keys())
    return [view for _, view in sorted(views.items())]


def _opened(
    party_id: int, chosen: str, reason: RevealReason, actor: str
) -> str | open_point.Refusal | open_record.Refusal | None:
    record, _, number = chosen.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return None
    now = system_clock().now()
    if record == "point" and any(view.id == int(number) for view in store.points(party_id)):
        return open_point.open_point(int(number), reason=str(reason), actor=actor, now=now)
    held = {
        "document": store.documents,
        "address": store.addresses,
        "employment": store.employments,
        "consent": store.consents,
    }
    if record in held and any(view.id == int(number) for view in held[record](party_id)):
        return open_record.open_record(record, int(number), reason=reason, actor=actor, now=now)
    return None
