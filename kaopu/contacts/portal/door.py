"""The door of every page here: a signed link opens it, and nothing about it is kept, passed on or indexed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language

from kaopu.contacts import links, store
from kaopu.contacts.core.invitation import LinkKind, LinkState
from kaopu.contacts.lender import Lender, lender
from kaopu.kernel.clock import system_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link

HEADERS = {
    # To nobody else. Not "no-referrer": forms would then be sent with the origin "null", which looks like a forgery.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What must be mended: the field, and the words, the same in the summary and at the field."""

    field: str
    words: str


def show(request: HttpRequest, template: str, page: object, *, status: int = 200, **more: Any) -> HttpResponse:
    """One page of the site. Its problems, if any, come first and take the focus."""
    context = {"page": page, "lender": lender(), "problems": (), **more}
    return render(request, f"contacts/portal/{template}.html", context, status=status)


def opened_by(
    *kinds: LinkKind, used: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that a link of one of these kinds opens. `used`: an answered invitation opens it too."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
            link = links.find(token)
            state = links.state(link, system_clock().now())
            fits = link is not None and LinkKind(link.kind) in kinds
            opens = state == LinkState.OPEN or (used and state == LinkState.USED)
            response = view(request, link, *args, **kwargs) if fits and opens else closed(request, state)
            return private(response)

        guarded.opened_by = "link"  # type: ignore[attr-defined] - a test walks all pages and asks who opens them
        return guarded

    return wrap


def for_agreed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Inside `opened_by`: only while the person agrees. Afterwards every address of theirs leads to the one page."""

    @wraps(view)
    def guarded(request: HttpRequest, link: Link, *args: Any, **kwargs: Any) -> HttpResponse:
        if link.contact_id is None or not store.standing(link.contact_id).agreed:
            return HttpResponseRedirect("./")
        return view(request, link, *args, **kwargs)

    return guarded


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that anybody may open, because it shows nothing of anybody."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return private(view(request, *args, **kwargs))

    guarded.opened_by = "anybody"  # type: ignore[attr-defined] - as above
    return guarded


def closed(request: HttpRequest, state: LinkState) -> HttpResponse:
    """The page of a link that does not open: no data, and the same for a link of another kind."""
    page = state if state in {LinkState.EXPIRED, LinkState.USED} else LinkState.ENDED
    return show(request, "closed", page, status=410)


def private(response: HttpResponse) -> HttpResponse:
    """With the headers that keep an address with a secret in it from travelling."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def language() -> str:
    """`en` or `zh-hans`, as the page is read."""
    return "zh-hans" if (get_language() or "en").startswith("zh") else "en"


def who() -> Lender:
    """The lender, as pages name it."""
    return lender()
