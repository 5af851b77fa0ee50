"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class DecisionConfig(AppConfig):
    """Features, policies, models, and every decision that was taken with them."""

    name = "kaopu.decision"
    label = "decision"
