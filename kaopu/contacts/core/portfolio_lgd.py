"""What reachable borrowers are worth to a reserve: loss given default of a whole portfolio, never of one borrower.

Contacts must never price, limit or refuse a person, so this takes groups and refuses small ones; nothing in
`kaopu.decision` may read it (tests/laws/test_contacts_never_price.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

# A group from which no single borrower's figure can be read back.
BORROWERS_LEAST = 100
SHARE_MOST = 0.25


@dataclass(frozen=True, slots=True)
class PortfolioLgd:
    """Loss given default by exposure, as a fraction, and what of it is due to borrowers who cannot be found."""

    lgd: float
    due_to_lost: float
    exposure_at_risk_minor: float
    borrowers: int


def portfolio_lgd(lost_and_exposure: Iterable[tuple[float, int]], lgd_found: float, lgd_lost: float) -> PortfolioLgd:
    """Weighed by exposure in minor units; LGDs are fractions for borrowers who can and who cannot be found.

    Raises `BadInput` for fewer than 100 borrowers, one with more than a quarter of the exposure, and LGDs out of range.
    """
    known = list(lost_and_exposure)
    total = sum(exposure for _, exposure in known)
    if len(known) < BORROWERS_LEAST:
        raise BadInput(
            f"portfolio: {len(known)} borrowers, expected {BORROWERS_LEAST} or more: not a figure of persons"
        )
    if total <= 0 or max(exposure for _, exposure in known) > SHARE_MOST * total:
        raise BadInput("portfolio: one borrower holds more than a quarter of the exposure, or there is none")
    if not 0 <= lgd_found <= lgd_lost <= 1:
        raise BadInput(f"LGD found {lgd_found}, lost {lgd_lost}: expected 0 to 1, and no less for the lost")
    at_risk = sum(lost * exposure for lost, exposure in known)
    added = (lgd_lost - lgd_found) * at_risk / total
    return PortfolioLgd(lgd_found + added, added, at_risk, len(known))
