"""The doors as Django sees them."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _attach_rights(**_: Any) -> None:
    from kaopu.kernel.console.access import attach
    from kaopu.web.rights import RIGHTS

    attach(RIGHTS)


class WebConfig(AppConfig):
    """Console shell, sign-in and the address root."""

    name = "kaopu.web"
    label = "web"

    def ready(self) -> None:
        """Roles get their rights after each migration."""
        post_migrate.connect(_attach_rights, sender=self, dispatch_uid="kaopu.web.rights")
