"""Persons and organisations as Django sees them."""

from __future__ import annotations

from django.apps import AppConfig


class PartyConfig(AppConfig):
    """The party table."""

    name = "kaopu.party"
    label = "party"
