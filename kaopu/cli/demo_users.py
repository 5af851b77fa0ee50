"""One demo user for each role of staff, made once, with passwords that are shown once and kept nowhere."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from kaopu.kernel import audit
from kaopu.kernel.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

DOMAIN = "kaopu.example"  # RFC 2606: belongs to nobody


def create_if_none(actor: str, now: datetime) -> dict[str, str]:
    """E-mail and password of each new user; nothing where anybody has an account already."""
    users = get_user_model().objects
    made = {}
    with transaction.atomic():
        if users.exists():
            return {}
        for role in Role:
            name = role.value.replace(" ", "-")
            password = secrets.token_urlsafe(12)
            is_administrator = role is Role.ADMINISTRATOR
            user = users.create_user(
                username=name,
                email=f"{name}@{DOMAIN}",
                password=password,
                is_staff=is_administrator,
                is_superuser=is_administrator,
            )
            user.groups.add(Group.objects.get(name=str(role)))
            audit.record(act="demo_user.created", subject=f"user:{user.pk}", actor=actor, at=now)
            made[user.email] = password
    return made
