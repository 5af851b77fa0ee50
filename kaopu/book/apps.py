"""The book as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class BookConfig(AppConfig):
    """Products, debts, schedule versions, events, closes and their positions."""

    name = "kaopu.book"
    label = "book"
