"""Persons and organisations as Django sees them."""

from __future__ import annotations

from django.apps import AppConfig


class PartyConfig(AppConfig):
    """The tables of parties."""

    name = "kaopu.party"
    label = "party"

    def ready(self) -> None:
        """Name the sealed columns, so that a rotation of keys reaches them.

        Of what the keys of parties seal only those keys themselves rotate: they are the only part under the ring.
        """
        from kaopu.kernel.actions import rotate_keys

        for column in ("name_sealed", "phone_sealed"):
            rotate_keys.register("party_party", column)
        rotate_keys.register("party_key", "key_sealed")
