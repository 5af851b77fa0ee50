"""What a relay link opens: "please get in touch". Whoever forwarded it gave nobody's number away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.contacts.core.invitation import LinkState
from kaopu.contacts.portal.door import closed, public, show
from kaopu.kernel.clock import system_clock
from kaopu.outreach.actions.relay_link import open_relay_link

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public
def relay(request: HttpRequest, token: str) -> HttpResponse:
    """For the person that was looked for, or anybody: it says the same to all."""
    page = open_relay_link(token, now=system_clock().now())
    return show(request, "relay", page) if page else closed(request, LinkState.ENDED)
