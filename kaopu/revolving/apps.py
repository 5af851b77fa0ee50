"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class RevolvingConfig(AppConfig):
    """Revolving accounts: terms, postings and the monthly statements that follow from them."""

    name = "kaopu.revolving"
    label = "revolving"
