"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ConductConfig(AppConfig):
    """The rulebook, permits, attempts and refusals."""

    name = "kaopu.conduct"
    label = "conduct"

    def ready(self) -> None:
        """Name the sealed column, so that a rotation of keys reaches it."""
        from kaopu.kernel.actions import rotate_keys

        rotate_keys.register("conduct_judgement", "facts_sealed")
