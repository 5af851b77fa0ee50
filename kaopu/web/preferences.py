"""Small choices of a person, kept in cookies: the theme here, the language by Django's own view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

YEAR_SECONDS = 31_536_000


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light or dark. Works without scripts; with them the page changes in place."""
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(target if safe else "/")
    chosen = "dark" if request.POST.get("theme") == "dark" else "light"
    response.set_cookie("kaopu_theme", chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    return response
