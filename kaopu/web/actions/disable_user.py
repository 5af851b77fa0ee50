"""Close an account, and open it again. Nothing that the person did is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.web import staff_accounts

if TYPE_CHECKING:
    from datetime import datetime


def disable_user(email: str, actor: str, now: datetime) -> int:
    """The person is signed out everywhere and cannot sign in; how many sessions ended. The last administrator stays."""
    with transaction.atomic():
        user = staff_accounts.account(email)
        if user.is_active:
            staff_accounts.keep_an_administrator(user)
            user.is_active = False
            user.save(update_fields=["is_active"])
            audit.record(act="user.disabled", subject=f"user:{user.pk}", actor=actor, at=now)
        return staff_accounts.end_sessions(user)


def enable_user(email: str, actor: str, now: datetime) -> None:
    """The person may sign in again, with the password and the roles of before."""
    with transaction.atomic():
        user = staff_accounts.account(email)
        if not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
            audit.record(act="user.enabled", subject=f"user:{user.pk}", actor=actor, at=now)
