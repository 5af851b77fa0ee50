"""One ring: what it is without its people, and, for a reason that is written down, who is in it and who names whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.contacts.console import quality_words, ring_drawing
from kaopu.contacts.console.rights import SEE_RING
from kaopu.contacts.quality_file import read_look
from kaopu.kernel import audit
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.console.ring_drawing import RingDrawing
    from kaopu.contacts.core.quality import Group
    from kaopu.contacts.quality_file import Look


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people: a number, a masked name, and the numbers of those whom they name. No debt, no telephone."""

    number: int
    name: str
    borrows: bool
    names: str
    named_by: int


@dataclass(frozen=True, slots=True)
class RingPage:
    """The page; without `people` until a reason was given."""

    code: str
    kind: str
    size: int
    nominations: int
    at_stake: str
    at: datetime
    reasons: tuple[tuple[str, str], ...]
    chosen: str
    error: str
    people: tuple[Person, ...]
    drawing: RingDrawing | None


@needs(SEE_RING)
def ring(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the group as a whole, and the question why its people are to be seen."""
    look, group = _find(code)
    return render(request, "contacts/ring.html", {"page": _page(look, group)})


@require_POST
@needs(SEE_RING)
def people(request: HttpRequest, code: str) -> HttpResponse:
    """The people, once; the reason is written into the audit chain before anything is shown."""
    look, group = _find(code)
    reason = request.POST.get("reason", "")
    if reason not in quality_words.LOOKS:
        page = _page(look, group, error=_("Choose a reason."))
        return render(request, "contacts/ring.html", {"page": page}, status=422)
    audit.record(act="contacts.ring_seen", subject=f"ring:{group.code}", actor=f"staff:{request.user.pk}",
                 at=system_clock().now(), details={"reason": reason, "people": len(group.people)})  # fmt: skip
    page = _page(look, group, people=_people(group), drawing=ring_drawing.draw(group), chosen=reason)
    response = render(request, "contacts/ring.html", {"page": page})
    response["Cache-Control"] = "no-store"
    return response


def _find(code: str) -> tuple[Look, Group]:
    look = read_look()
    group = next((each for each in look.quality.groups if each.code == code), None) if look else None
    if look is None or group is None:
        raise Http404
    return look, group


def _page(
    look: Look,
    group: Group,
    *,
    error: str = "",
    chosen: str = "",
    people: tuple[Person, ...] = (),
    drawing: RingDrawing | None = None,
) -> RingPage:
    return RingPage(
        code=group.code,
        kind=str(quality_words.KINDS[group.kind]),
        size=len(group.people),
        nominations=len(group.edges),
        at_stake=figures.big_money(group.exposure_minor, look.currency),
        at=look.at,
        reasons=tuple((code, str(words)) for code, words in quality_words.LOOKS.items()),
        chosen=chosen,
        error=error,
        people=people,
        drawing=drawing,
    )


def _people(group: Group) -> tuple[Person, ...]:
    order = ring_drawing.order_of(group)
    number = {person: at for at, person in enumerate(order, 1)}
    views = party.masked(order)
    sources = {source for source, _target in group.edges}
    return tuple(
        Person(
            number=number[person],
            name=(view.name if (view := views.get(person)) and view.name else _("no name held")),
            borrows=person in sources,
            names=_(", ").join(str(number[target]) for source, target in group.edges if source == person),
            named_by=sum(target == person for _source, target in group.edges),
        )
        for person in order
    )
