"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Emergency contacts: nomination to withdrawal, trust, reach, network, episodes."""

    name = "kaopu.contacts"
    label = "contacts"
