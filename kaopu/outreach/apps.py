"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Messages and channels: the only room that sends."""

    name = "kaopu.outreach"
    label = "outreach"
