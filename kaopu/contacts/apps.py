"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Emergency contacts: nomination to withdrawal, trust, reach, network, episodes."""

    name = "kaopu.contacts"
    label = "contacts"

    def ready(self) -> None:
        """Say what permits must know of a contact; name the sealed column, so that a rotation of keys reaches it."""
        from kaopu.conduct import sources
        from kaopu.contacts.person_source import contact_facts
        from kaopu.kernel.actions import rotate_keys

        sources.register("person", contact_facts)
        rotate_keys.register("contacts_complaint", "words_sealed", "reference")
