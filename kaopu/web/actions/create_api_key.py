"""Make a key for a program."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput
from kaopu.web.models import ApiKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def create_api_key(
    name: str, scopes: Sequence[str], expires_at: datetime | None, actor: str, now: datetime
) -> tuple[str, str]:
    """The id of the new key and its token, which is kept nowhere."""
    if not name.strip() or len(name) > 80:
        raise BadInput(f"name: {name!r} given, expected 1 to 80 characters that say what the key is for")
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with transaction.atomic():
        ApiKey.objects.create(
            key_id=key_id,
            secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
            name=name,
            scopes=list(scopes),
            created_by=actor,
            expires_at=expires_at,
        )
        audit.record(
            act="create_api_key", subject=f"key:{key_id}", actor=actor, at=now, details={"scopes": list(scopes)}
        )
    return key_id, f"{key_id}.{secret}"
