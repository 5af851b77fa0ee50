"""How much a message may reveal: none, less than a relayed request, less than a payment, less than the debt."""

from __future__ import annotations

LEVELS = ("none", "relay", "payment", "debt")


def above(level: str, other: str) -> bool:
    """Whether `level` reveals more than `other`. A word that is no level is above every other."""
    return _rank(level) > _rank(other) if other in LEVELS else True


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)
