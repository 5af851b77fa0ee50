"""Rights: what a role may do at the console. A page names the right that it needs; a refusal says who can grant it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.kernel.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

EVERY_ROLE = tuple(Role)


@dataclass(frozen=True, slots=True)
class Right:
    """One permission `app.codename`, in words, with the roles that hold it from the start."""

    permission: str
    words: Any
    roles: tuple[Role, ...]

    @property
    def app(self) -> str:
        """Label of the app that the permission belongs to."""
        return self.permission.split(".", 1)[0]

    @property
    def codename(self) -> str:
        """The permission's name inside its app."""
        return self.permission.split(".", 1)[1]


SEE_AUDIT = Right(
    "kernel.see_audit", gettext_lazy("read the audit chain"), (Role.COMPLIANCE, Role.AUDITOR, Role.ADMINISTRATOR)
)

SEE_APPROVALS = Right("kernel.see_approvals", gettext_lazy("see proposals that wait for a second person"), EVERY_ROLE)

MANAGE_WEBHOOKS = Right("kernel.manage_webhooks", gettext_lazy("say who is told of events"), (Role.ADMINISTRATOR,))

ROLE_WORDS = {
    Role.ANALYST: gettext_lazy("analyst"),
    Role.POLICY_MAKER: gettext_lazy("policy maker"),
    Role.CHECKER: gettext_lazy("checker"),
    Role.AGENT: gettext_lazy("agent"),
    Role.COMPLIANCE: gettext_lazy("compliance"),
    Role.TREASURER: gettext_lazy("treasurer"),
    Role.RELATIONSHIP_MANAGER: gettext_lazy("relationship manager"),
    Role.CRISIS_LEAD: gettext_lazy("crisis lead"),
    Role.AUDITOR: gettext_lazy("auditor"),
    Role.ADMINISTRATOR: gettext_lazy("administrator"),
}


@dataclass(frozen=True, slots=True)
class DeniedPage:
    """Why the door is closed and who holds the key."""

    right: str
    roles: str


def denied(request: HttpRequest, right: Right) -> HttpResponse:
    """The refusal as a page: what is missing, which roles hold it, and that an administrator grants it."""
    page = DeniedPage(str(right.words), _(", ").join(str(ROLE_WORDS[role]) for role in right.roles))
    return render(request, "web/denied.html", {"page": page}, status=403)


def needs(right: Right) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that opens to signed-in staff with `right` alone."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(right.permission):
                return denied(request, right)
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined] - a test walks all pages and asks for it
        return guarded

    return wrap


def attach(rights: tuple[Right, ...]) -> None:
    """Make each right's permission and give it to its roles. Safe to run again; what an administrator added stays."""
    from django.contrib.auth.models import Group, Permission
    from django.contrib.contenttypes.models import ContentType

    groups = {role: Group.objects.get_or_create(name=role.value)[0] for role in Role}
    for right in rights:
        kind, _made = ContentType.objects.get_or_create(app_label=right.app, model="right")
        permission, made = Permission.objects.get_or_create(
            content_type=kind, codename=right.codename, defaults={"name": right.permission}
        )
        if made:
            for role in right.roles:
                groups[role].permissions.add(permission)
