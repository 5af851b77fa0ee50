"""Lock-out after failed sign-ins, with rows that hold a staff id or blind indexes only.

django-axes would keep the typed address, the network address, the browser's name and the posted form as they are.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from axes.handlers.database import AxesDatabaseHandler
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.db.models.signals import pre_save
from django.dispatch import receiver

from kaopu.kernel import vault

if TYPE_CHECKING:
    from django.http import HttpRequest

TYPED_KEYS = ("email", "username", "login")


def who(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """`staff:7` for a known account, else `typed:` and a blind index of what was typed."""
    sources = (credentials or {}, getattr(request, "POST", {}))
    typed = next((str(source[key]) for source in sources for key in TYPED_KEYS if source.get(key)), "")
    account = get_user_model().objects.filter(Q(email__iexact=typed) | Q(username=typed)).values_list("pk").first()
    if typed and account:
        return f"staff:{account[0]}"
    return f"typed:{vault.ring().blind_index('sign-in', typed).hex()}"


def blind_address(request: HttpRequest) -> str:
    """A blind index of the client's network address in the shape of a private IPv6 address, as the column wants one."""
    index = vault.ring().blind_index("network-address", request.META.get("REMOTE_ADDR", ""))
    return str(ipaddress.IPv6Address(b"\xfd" + index[:15]))


def log_name(*_: object) -> str:
    """What log lines call a client."""
    return "a client"


class BlindHandler(AxesDatabaseHandler):
    """The usual counting, without the browser's name, the page and the form."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count one failure."""
        if request is not None:
            request.axes_user_agent = request.axes_http_accept = request.axes_path_info = ""
        super().user_login_failed(sender, credentials, request, **kwargs)

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Whether this client may try; judged with the same blank browser's name that failures are counted under."""
        request.axes_user_agent = ""
        return super().is_allowed(request, credentials)


@receiver(pre_save, sender="axes.AccessAttempt")
def _keep_no_form(instance: Any, **_: object) -> None:
    instance.get_data = instance.post_data = ""
