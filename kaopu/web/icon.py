"""The icon that browsers ask for by themselves where a page names none, as beside a plain refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponsePermanentRedirect
from django.templatetags.static import static

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def icon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the interface
    """Where the icon is."""
    return HttpResponsePermanentRedirect(static("web/icon.svg"))
