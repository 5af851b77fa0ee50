"""Make an account for a member of staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput
from kaopu.web import staff_accounts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kaopu.kernel.roles import Role


@dataclass(frozen=True, slots=True)
class Added:
    """The account, and the password that is kept nowhere."""

    user_id: int
    email: str
    password: str


def add_user(email: str, roles: Sequence[Role], actor: str, now: datetime) -> Added:
    """An account with `roles` and a password that is shown once. Raises `BadInput` for an address taken or misspelt."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(f"email: {email} given, expected an e-mail address") from None
    if not roles:
        raise BadInput("role: none given, expected at least one")
    password = staff_accounts.new_password()
    users = get_user_model().objects
    with transaction.atomic():
        if users.filter(email__iexact=email).exists():
            raise BadInput(f"email: {email} given, there is an account of it; see `kaopu user role` and `… enable`")
        try:
            user = users.create_user(username=email, email=email, password=password)
        except IntegrityError:
            raise BadInput(f"email: {email} given, there is an account of that name") from None
        staff_accounts.give_roles(user, roles)
        details: dict[str, object] = {"roles": [staff_accounts.code(role) for role in roles]}
        audit.record(act="user.added", subject=f"user:{user.pk}", actor=actor, at=now, details=details)
    return Added(user.pk, email, password)
