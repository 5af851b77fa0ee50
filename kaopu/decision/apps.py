"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class DecisionConfig(AppConfig):
    """Features, policies, models, and every decision that was taken with them."""

    name = "kaopu.decision"
    label = "decision"

    def ready(self) -> None:
        """Name the columns that hold ciphertexts."""
        from kaopu.kernel.actions import rotate_keys

        rotate_keys.register("decision_provider_call", "answer_sealed")
        rotate_keys.register("decision_taken", "record_sealed")
