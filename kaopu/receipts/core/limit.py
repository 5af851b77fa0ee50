"""How much one person may send back alone."""

from __future__ import annotations

from kaopu.kernel.core.money import exponent

# Major units of any currency; above it a second person agrees first. Dated like every rule of money.
ALONE_MOST_MAJOR = 1_000
VALID_FROM = "2026-11-25"


def needs_second_person(amount: int, currency: str) -> bool:
    """Whether a return of `amount` minor units needs four eyes."""
    return amount > int(ALONE_MOST_MAJOR * 10 ** exponent(currency))
