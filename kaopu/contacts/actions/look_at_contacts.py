"""Score every agreed contact, find the groups, keep the result for the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.contacts import quality_facts
from kaopu.contacts.core.nomination_columns import nominations_of
from kaopu.contacts.core.quality import quality
from kaopu.contacts.core.trust import scored
from kaopu.contacts.core.trust_facts import trust_facts
from kaopu.contacts.quality_file import Look, write_look
from kaopu.contacts.trust_files import shipped_weights

if TYPE_CHECKING:
    from datetime import datetime


def look_at_contacts(now: datetime) -> Look:
    """Safe to run again: the same contacts give the same result."""
    table = quality_facts.nominations(now)
    exposure, currency = quality_facts.exposures()
    given = nominations_of(table.drop_columns("contact_id"))
    facts = trust_facts(given)
    scores = scored(facts, shipped_weights())
    found = quality(given, table["contact_id"].to_pylist(), facts, scores, exposure)
    look = Look(now, currency, quality_facts.states_of_all(now), found)
    write_look(look)
    return look
