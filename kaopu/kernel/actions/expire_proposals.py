"""Close proposals that nobody decided in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.kernel.models import Approval

if TYPE_CHECKING:
    from datetime import datetime


def expire(now: datetime) -> int:
    """Mark what ran out; how many. A decision after the hour is refused even before this has run."""
    with transaction.atomic():
        rows = Approval.objects.select_for_update(skip_locked=True).filter(state="proposed", expires_at__lte=now)
        late = list(rows)
        for row in late:
            row.state = "expired"
            row.save(update_fields=["state"])
            audit.record(act="approval.expired", subject=f"approval:{row.pk}", actor="system", at=now)
    return len(late)
