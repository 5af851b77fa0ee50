"""Destroy texts whose time of keeping is over; that something was sent, when and under which permit stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.outreach.models import Message, SendRequest

if TYPE_CHECKING:
    from datetime import datetime


def forget_texts(now: datetime) -> int:
    """Empty what may be kept no longer; how many texts. A request's values go with its message."""
    with transaction.atomic():
        due = Message.objects.filter(keep_until__lt=now.date(), body_sealed__isnull=False)
        requests = list(due.exclude(request=None).values_list("request_id", flat=True))
        gone = due.update(body_sealed=None)
        SendRequest.objects.filter(pk__in=requests).update(body_sealed=None)
        if gone:
            audit.record(
                act="outreach.texts_destroyed", subject="outreach:texts", actor="system", at=now,
                details={"messages": gone},
            )  # fmt: skip
    return gone
