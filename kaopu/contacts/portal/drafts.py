"""What a person typed so far, in their own browser and nowhere else: sealed, for their link, gone in half an hour."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from kaopu.kernel import vault

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link

DRAFT_SECONDS = 1_800
UNDO_SECONDS = 600
DEVICE_SECONDS = 31_536_000
DRAFT, UNDO, DEVICE = "kaopu_draft", "kaopu_undo", "kaopu_device"


def load(request: HttpRequest, link: Link, cookie: str = DRAFT) -> dict[str, Any]:
    """The draft of this link; empty where there is none, or none of this house."""
    return _opened(request.COOKIES.get(cookie, ""), cookie, link.pk)


def save(response: HttpResponse, request: HttpRequest, link: Link, draft: dict[str, Any], cookie: str = DRAFT) -> None:
    """Give the browser its draft to keep. It goes back to the pages of this link alone."""
    seconds = UNDO_SECONDS if cookie == UNDO else DRAFT_SECONDS
    response.set_cookie(cookie, _sealed(draft, cookie, link.pk), max_age=seconds, **_kept(request, _path(request)))


def clear(response: HttpResponse, request: HttpRequest) -> None:
    """Take the draft away."""
    response.delete_cookie(DRAFT, path=_path(request), samesite="Lax")


def mark_device(response: HttpResponse, request: HttpRequest, borrower_id: int) -> None:
    """This browser showed a borrower's own page: a contact who later agrees from it may be the borrower."""
    sealed = _sealed({"borrower": borrower_id}, DEVICE, 0)
    response.set_cookie(DEVICE, sealed, max_age=DEVICE_SECONDS, **_kept(request, "/c/"))


def is_device_of(request: HttpRequest, borrower_id: int) -> bool:
    """Whether this browser showed the borrower's own page before."""
    return _opened(request.COOKIES.get(DEVICE, ""), DEVICE, 0).get("borrower") == borrower_id


def _kept(request: HttpRequest, path: str) -> dict[str, Any]:
    return {"path": path, "httponly": True, "samesite": "Lax", "secure": request.is_secure()}


def _path(request: HttpRequest) -> str:
    site, token = request.path.split("/")[1:3]
    return f"/{site}/{token}/"


def _sealed(draft: dict[str, Any], cookie: str, row_id: int) -> str:
    sealed = vault.ring().seal(json.dumps(draft), "contacts_link", cookie, row_id)
    return base64.urlsafe_b64encode(sealed).decode()


def _opened(text: str, cookie: str, row_id: int) -> dict[str, Any]:
    try:
        opened: dict[str, Any] = json.loads(
            vault.ring().open(base64.urlsafe_b64decode(text), "contacts_link", cookie, row_id)
        )
    except (ValueError, vault.CannotOpen):
        return {}
    return opened
