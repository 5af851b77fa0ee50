"""Give a member of staff other roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.roles import Role
from kaopu.web import staff_accounts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def change_roles(email: str, roles: Sequence[Role], actor: str, now: datetime) -> list[Role]:
    """Exactly `roles` from now on; those of before. The last administrator stays one."""
    if not roles:
        raise BadInput("role: none given, expected at least one; `kaopu user disable` closes an account")
    with transaction.atomic():
        user = staff_accounts.account(email)
        before = staff_accounts.roles_of(user)
        if Role.ADMINISTRATOR not in roles:
            staff_accounts.keep_an_administrator(user)
        staff_accounts.give_roles(user, roles)
        details: dict[str, object] = {
            "before": [staff_accounts.code(role) for role in before],
            "roles": [staff_accounts.code(role) for role in roles],
        }
        audit.record(act="user.roles_changed", subject=f"user:{user.pk}", actor=actor, at=now, details=details)
    return before
