"""A safe relay: a neutral link that a contact forwards, so that nobody has to give anybody's number away.

The token is random and says nothing; the table holds its digest. A page under it (the contact site's) shows "please get
in touch" and no more, to whoever opens it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core import signing
from django.db import transaction

from kaopu.kernel import events
from kaopu.outreach import store
from kaopu.outreach.core.value import Kind, Value
from kaopu.outreach.models import RelayLink

if TYPE_CHECKING:
    from datetime import datetime

LASTS = timedelta(days=30)
_signer = signing.Signer(salt="kaopu.outreach.relay", sep=".")


@dataclass(frozen=True, slots=True)
class RelayPage:
    """All that the page of a relay link may show: who would like to be called, and on which number."""

    lender: str
    lender_phone: str


def make_relay_link(person: str, *, now: datetime, episode: str = "") -> Value:
    """A link for `person`, ready to be a value of a template."""
    token = _signer.sign(secrets.token_urlsafe(16))
    RelayLink.objects.create(
        token_sha256=sha256(token.encode()).digest(), person=person, episode=episode, made_at=now,
        expires_at=now + LASTS,
    )  # fmt: skip
    return Value(Kind.LINK, f"{store.house().origin.rstrip('/')}/r/{token}")


def open_relay_link(token: str, *, now: datetime) -> RelayPage | None:
    """The page behind a token; None for one that is not ours or whose time is over. The first opening is told above."""
    try:
        _signer.unsign(token)
    except signing.BadSignature:
        return None
    with transaction.atomic():
        rows = RelayLink.objects.select_for_update()
        row = rows.filter(token_sha256=sha256(token.encode()).digest(), expires_at__gt=now).first()
        if row is None:
            return None
        if row.opened_at is None:
            row.opened_at = now
            row.save(update_fields=["opened_at"])
            # Somebody opened it: that is no proof of who, so nothing more is claimed.
            events.emit("outreach.relay_opened", {"person": row.person, "episode": row.episode}, now)
    house = store.house()
    return RelayPage(house.lender, house.lender_phone)
