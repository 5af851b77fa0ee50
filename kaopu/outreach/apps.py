"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Messages and channels: the only room that sends."""

    name = "kaopu.outreach"
    label = "outreach"

    def ready(self) -> None:
        """Name the sealed columns, so that a rotation of keys reaches them."""
        from kaopu.kernel.actions import rotate_keys

        for table, column in (
            ("outreach_message", "body_sealed"),
            ("outreach_sendrequest", "body_sealed"),
            ("outreach_gateway", "secret_sealed"),
        ):
            rotate_keys.register(table, column)
