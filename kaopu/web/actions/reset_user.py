"""A new password for somebody who lost theirs, and the way in again after failed sign-ins or a lost phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db import transaction

from kaopu.kernel import audit
from kaopu.web import staff_accounts

if TYPE_CHECKING:
    from datetime import datetime


def reset_user(email: str, actor: str, now: datetime, *, two_step: bool = False) -> str:
    """A password that is kept nowhere. Sessions end, a lock-out is lifted; `two_step` forgets the second step too."""
    password = staff_accounts.new_password()
    with transaction.atomic():
        user = staff_accounts.account(email)
        user.set_password(password)
        user.save(update_fields=["password"])
        AccessAttempt.objects.filter(username=f"staff:{user.pk}").delete()
        if two_step:
            Authenticator.objects.filter(user=user).delete()
        staff_accounts.end_sessions(user)
        details: dict[str, object] = {"two_step": two_step}
        audit.record(act="user.reset", subject=f"user:{user.pk}", actor=actor, at=now, details=details)
    return password
