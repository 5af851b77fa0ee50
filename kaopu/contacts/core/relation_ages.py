"""Whether two ages fit what a borrower says a contact is to them. Rough on purpose: only the implausible is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Years by which the contact is older than the borrower, both ends counted. A parent of 14 and one of 60 are rare but
# real; adoptive and step families are why this asks for a second look at most.
YEARS_OLDER = {
    "parent": (14, 60),
    "child": (-60, -14),
    "spouse": (-25, 25),
    "sibling": (-25, 25),
}
LEAST_AGE = 14  # below it nobody is asked to stand as a contact


def age_fits(
    relation: NDArray[np.str_], own_age: NDArray[np.float64], their_age: NDArray[np.float64]
) -> NDArray[np.float64]:
    """1 where the ages fit, 0 where they do not, NaN where an age is unknown. Ages in whole years."""
    older = their_age - own_age
    fits = np.where(np.isnan(older), np.nan, 1.0)
    for kind, (least, most) in YEARS_OLDER.items():
        fits[(relation == kind) & ((older < least) | (older > most))] = 0.0
    fits[their_age < LEAST_AGE] = 0.0
    return fits
