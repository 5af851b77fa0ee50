"""End a key at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput
from kaopu.web.models import ApiKey

if TYPE_CHECKING:
    from datetime import datetime


def revoke_api_key(key_id: str, actor: str, now: datetime) -> None:
    """From now on the key opens nothing. Revoking it again changes nothing."""
    with transaction.atomic():
        row = ApiKey.objects.select_for_update().filter(key_id=key_id).first()
        if row is None:
            raise BadInput(f"key: {key_id!r} given, expected the id of a key, see `kaopu api-key list`")
        if row.revoked_at is None:
            row.revoked_at = now
            row.save(update_fields=["revoked_at"])
            audit.record(act="revoke_api_key", subject=f"key:{key_id}", actor=actor, at=now)
