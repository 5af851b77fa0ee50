"""Signed addresses: a random number and its signature under the house's key, which no table holds."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import TYPE_CHECKING

from kaopu.contacts.core import invitation
from kaopu.contacts.core.invitation import LinkKind, LinkState
from kaopu.contacts.models import Link
from kaopu.kernel import vault

if TYPE_CHECKING:
    from datetime import datetime

NONCE_BYTES, SIGNATURE_BYTES = 9, 15  # 72 bits to find the row, 120 bits that nobody without the key can make


def make_link(kind: LinkKind, now: datetime, *, contact_id: int | None = None, borrower_id: int | None = None) -> Link:
    """A link that opens from now until its kind's life is over."""
    return Link.objects.create(
        kind=kind, contact_id=contact_id, borrower_id=borrower_id, nonce=secrets.token_bytes(NONCE_BYTES), made_at=now,
        expires_at=invitation.expires_at(kind, now),
    )  # fmt: skip


def token(link: Link) -> str:
    """What stands in the address: 32 signs."""
    nonce = bytes(link.nonce)
    return base64.urlsafe_b64encode(nonce + _signature(nonce)).decode()


def find(text: str) -> Link | None:
    """The link of an address; None for one that this house did not sign."""
    try:
        raw = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    nonce, signature = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
    if len(raw) != NONCE_BYTES + SIGNATURE_BYTES or not hmac.compare_digest(signature, _signature(nonce)):
        return None
    return Link.objects.filter(nonce=nonce).first()


def state(link: Link | None, at: datetime) -> LinkState:
    """Whether a link opens."""
    if link is None:
        return LinkState.UNKNOWN
    return invitation.link_state(
        invitation.Link(LinkKind(link.kind), link.made_at, link.expires_at, link.used_at, link.ended_at), at
    )


def end_links(contact_id: int, now: datetime, *kinds: LinkKind) -> None:
    """End the open links of a contact, of these kinds."""
    Link.objects.filter(contact_id=contact_id, kind__in=kinds, ended_at=None).update(ended_at=now)


def newest(contact_id: int, kind: LinkKind) -> Link | None:
    """The newest link of a kind that has not been ended."""
    return Link.objects.filter(contact_id=contact_id, kind=kind, ended_at=None).order_by("-pk").first()


def _signature(nonce: bytes) -> bytes:
    return vault.ring().blind_index("link", nonce.hex())[:SIGNATURE_BYTES]
