"""Is this real? A page whose address people type themselves, and the code from the invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.contacts.core.invitation import read_check_code
from kaopu.contacts.models import Contact
from kaopu.contacts.portal.door import Problem, public, show

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Yes, or that we know nothing of it. Never whose it is."""

    typed: str
    answered: bool = False
    real: bool = False


@public
def check(request: HttpRequest) -> HttpResponse:
    """Whether an invitation with this code was made here."""
    typed = request.POST.get("code", "")[:20]
    if request.method != "POST":
        return show(request, "check", CheckPage(""))
    code = read_check_code(typed)
    if code is None:
        problem = Problem("code", _("Enter the code from the page, such as 7F-204."))
        return show(request, "check", CheckPage(typed), problems=(problem,), status=422)
    return show(
        request, "check", CheckPage(typed, answered=True, real=Contact.objects.filter(check_code=code).exists())
    )
