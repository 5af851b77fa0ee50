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
        from kaopu.contacts import code_source, episode_handlers, handlers, help_received  # noqa: F401 - importing them makes them heard
        from kaopu.contacts.episode_source import open_episode_facts
        from kaopu.contacts.obligor_source import debtor_facts, obligor_facts
        from kaopu.contacts.person_source import contact_facts
        from kaopu.kernel.actions import rotate_keys
        from kaopu.outreach import addresses

        for source in (contact_facts, obligor_facts, code_source.asker_facts):
            sources.register("person", source)
        for source in (debtor_facts, code_source.nobody_owes):
            sources.register("debtor", source)
        for source in (open_episode_facts, code_source.no_episode):
            sources.register("episode", source)
        addresses.register(code_source.POINT, code_source.typed_address)
        rotate_keys.register("contacts_complaint", "words_sealed", "reference")
