"""The ground floor as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Audit, approval and outbox tables."""

    name = "kaopu.kernel"
    label = "kernel"
