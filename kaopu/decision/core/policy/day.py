"""A day as policies write it: text of exactly the form YYYY-MM-DD that is in the calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

LENGTH = len("2026-01-31")


def day_of(value: Any) -> date | None:
    """The day, or None for anything else (`2026-1-5`, `20260105`, `2026-02-30`, a number, null)."""
    if not isinstance(value, str) or len(value) != LENGTH:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if found.isoformat() == value else None  # fromisoformat also reads 2026-W01-1
