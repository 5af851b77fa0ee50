"""Rows of parties as values, and values as rows. Read from here; the files inside are by noun."""

from kaopu.party.core.party import PartyView
from kaopu.party.store.consent_rows import consent, consent_in_force, consents
from kaopu.party.store.fact_rows import person_facts
from kaopu.party.store.linkage_rows import standing_for, surviving
from kaopu.party.store.party_rows import by_external_id, copy_in, find, masked, view
from kaopu.party.store.point_rows import carriers, point, points, points_of, points_with, sharing
from kaopu.party.store.record_rows import (
    addresses,
    documents,
    documents_with,
    employments,
    parties_on_device,
    verifications,
)

__all__ = [
    "PartyView",
    "addresses",
    "by_external_id",
    "carriers",
    "consent",
    "consent_in_force",
    "consents",
    "copy_in",
    "documents",
    "documents_with",
    "employments",
    "find",
    "masked",
    "parties_on_device",
    "person_facts",
    "point",
    "points",
    "points_of",
    "points_with",
    "sharing",
    "standing_for",
    "surviving",
    "verifications",
    "view",
]
