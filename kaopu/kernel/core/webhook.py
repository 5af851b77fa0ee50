"""Where webhooks may go, which events an endpoint wants, and when a failed delivery is tried again."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

URL_LENGTH_MAX = 500
# After each failed attempt, as the Standard Webhooks specification advises: soon at first, over a day in all.
WAITS = tuple(timedelta(seconds=each) for each in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000))


def checked_url(url: str) -> str:
    """The address, if it may be told anything: https, or http on this machine. Raises `BadInput` that says why not."""
    parts = urlsplit(url)
    if len(url) > URL_LENGTH_MAX or not parts.hostname or parts.scheme not in ("https", "http"):
        raise BadInput(f"url: {url!r} given, expected https://host/path of at most {URL_LENGTH_MAX} characters")
    if parts.username or parts.password:
        raise BadInput("url: a name or password in it would be stored and logged; expected an address without")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise BadInput(f"url: {parts.scheme}://{parts.hostname} given, expected https (http on this machine alone)")
    return url


def wants(topics: Sequence[str], name: str) -> bool:
    """Whether topics take `name` in: a topic is a whole name, or its beginning up to a dot; none at all is all."""
    return not topics or any(name == topic or name.startswith(f"{topic.rstrip('.')}.") for topic in topics)


def wait_after(attempts: int) -> timedelta | None:
    """How long until the next attempt after so many failed ones; None: no more."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
