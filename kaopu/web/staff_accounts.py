"""Accounts of staff: found by e-mail, their roles, and the rule that one administrator is always left."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ADMINISTRATORS_LOCK = 0x6B616F7002  # who may lose the last administrator waits here


def account(email: str) -> Any:
    """The account of an e-mail address, locked until the transaction ends, or `BadInput`."""
    found = get_user_model().objects.select_for_update().filter(email__iexact=email.strip()).first()
    if found is None:
        raise BadInput(f"user: {email} given, expected the e-mail of an account, see `kaopu user list`")
    return found


def roles_named(words: Iterable[str]) -> list[Role]:
    """Roles as typed, blanks or hyphens between their words."""
    found = []
    for word in words:
        try:
            found.append(Role(word.strip().lower().replace("-", " ")))
        except ValueError:
            known = ", ".join(code(role) for role in Role)
            raise BadInput(f"role: {word} given, expected one of {known}") from None
    return sorted(set(found), key=list(Role).index)


def code(role: Role) -> str:
    """A role as it is typed and as audit rows hold it."""
    return role.value.replace(" ", "-")


def roles_of(user: Any) -> list[Role]:
    """The roles an account has, in their order."""
    names = {group.name for group in user.groups.all()}
    return [role for role in Role if role.value in names]


def give_roles(user: Any, roles: Sequence[Role]) -> None:
    """Put an account into the groups of `roles` and of no other role. Administrators also reach the records."""
    user.groups.remove(*Group.objects.filter(name__in=[role.value for role in Role]))
    user.groups.add(*(Group.objects.get(name=role.value) for role in roles))
    user.is_staff = user.is_superuser = Role.ADMINISTRATOR in roles
    user.save(update_fields=["is_staff", "is_superuser"])


def keep_an_administrator(user: Any) -> None:
    """Refuse to take the last active administrator away; two who try at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADMINISTRATORS_LOCK])
    others = get_user_model().objects.filter(is_active=True, groups__name=Role.ADMINISTRATOR.value)
    if Role.ADMINISTRATOR in roles_of(user) and not others.exclude(pk=user.pk).exists():
        raise BadInput("user: this is the last administrator; give another account the role first")


def end_sessions(user: Any) -> int:
    """Sign the person out everywhere, at once; how many sessions there were."""
    ended = [row.pk for row in Session.objects.iterator() if row.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=ended).delete()
    return len(ended)


def new_password() -> str:
    """A password to be shown once and changed by the person."""
    return secrets.token_urlsafe(15)
