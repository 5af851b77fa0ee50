"""Which party of the book a decision is about.

A caller's own id may be any text, also a number that is by chance another person's here. So a party of the book is
named in full or not at all: `party:17` is its number, `SOURCE:ID` the id that its source gave it.
"""

from __future__ import annotations

from kaopu.party.models import Party
from kaopu.party.store import by_external_id

BY_NUMBER = "party"
DIGITS_MAX = 18  # within a bigint


def party_named(text: str) -> int | None:
    """The number of the party of the book, or None where the text names none."""
    source, colon, name = text.partition(":")
    if not colon or not name:
        return None
    if source != BY_NUMBER:
        return by_external_id(source, [name]).get(name)
    if not (name.isascii() and name.isdigit() and len(name) <= DIGITS_MAX):
        return None
    number = int(name)
    return number if Party.objects.filter(pk=number).exists() else None
