"""Destroy texts whose time of keeping is over; that something was sent, when and under which permit stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.outreach.models import Message, SendRequest

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


def forget_texts(now: datetime) -> int:
    """Empty what may be kept no longer; how many texts. A request's values go with its message."""
    return _destroy(Message.objects.filter(keep_until__lt=now.date()), "outreach:texts", "system", now)


def forget_person(person: str, *, actor: str, now: datetime) -> int:
    """Destroy what was said to a person and by them before its time, for who is erased; how many texts."""
    return _destroy(Message.objects.filter(person=person), person, actor, now)


def _destroy(rows: QuerySet[Message], subject: str, actor: str, now: datetime) -> int:
    with transaction.atomic():
        due = rows.filter(body_sealed__isnull=False)
        requests = list(due.exclude(request=None).values_list("request_id", flat=True))
        gone = due.update(body_sealed=None)
        SendRequest.objects.filter(pk__in=requests).update(body_sealed=None)
        if gone:
            details: dict[str, object] = {"messages": gone}
            audit.record(act="outreach.texts_destroyed", subject=subject, actor=actor, at=now, details=details)
    return gone
