"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ConductConfig(AppConfig):
    """The rulebook, permits, attempts and refusals."""

    name = "kaopu.conduct"
    label = "conduct"
