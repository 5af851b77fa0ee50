"""The ground floor as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Audit, approval, outbox and webhook tables."""

    name = "kaopu.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Hear every event for webhooks, and name the sealed column, so that a rotation of keys reaches it."""
        from kaopu.kernel import webhooks
        from kaopu.kernel.actions import rotate_keys

        rotate_keys.register(webhooks.TABLE, webhooks.COLUMN)
