"""Who a contact is to the borrower, as the borrower says it. Never a reason to reach them, nor to score anybody."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """The borrower's own word; few, so that it says no more than is needed."""

    PARTNER = "partner"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    RELATIVE = "relative"
    FRIEND = "friend"
    COLLEAGUE = "colleague"
    OTHER = "other"
