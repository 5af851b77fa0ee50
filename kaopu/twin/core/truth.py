"""What is true on a day: which points reach their holder, who is lost, and how much money that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.lives import lives_at
from kaopu.twin.core.nomination_kinds import Kind
from kaopu.twin.core.points import CONTACT, OWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.town import Town


def alive(town: Town, day: float) -> NDArray[np.bool_]:
    """Whether each point is known to the lender on that day and reaches its holder then."""
    return (town.points.created <= day) & lives_at(town.lives, town.points.value, day)


def helps(town: Town, day: float) -> NDArray[np.bool_]:
    """Whether a contact's point leads to the borrower: genuine, agreed, in touch and alive. False for own points."""
    points = town.points
    named = np.maximum(points.nomination, 0)
    if not len(town.names.kind):
        return np.zeros(len(points.kind), np.bool_)
    real = (town.names.kind[named] < Kind.RING) & (day < town.process.in_touch_to[named])
    agreed = (points.consented <= day) & (day < points.consent_ended)
    found: NDArray[np.bool_] = (points.role == CONTACT) & real & agreed & alive(town, day)
    return found


def reached_by_own(town: Town, day: float) -> NDArray[np.bool_]:
    """Whether an own point reaches each borrower."""
    found = alive(town, day) & (town.points.role == OWN)
    return np.bincount(town.points.borrower[found], minlength=len(town.borrowers.family)) > 0


def reachable_otherwise(town: Town, day: float) -> NDArray[np.bool_]:
    """Whether each borrower can be reached at all: by an own point or through a contact who helps."""
    through = np.bincount(town.points.borrower[helps(town, day)], minlength=len(town.borrowers.family)) > 0
    return reached_by_own(town, day) | through


def lost(town: Town, day: float) -> NDArray[np.bool_]:
    """Borrowers, living and known to the lender, whom nothing on record reaches."""
    count = len(town.borrowers.family)
    known = (town.borrowers.created <= day) & (day < town.persons.died[:count])
    return known & ~reachable_otherwise(town, day)


def lost_exposure_minor(town: Town, day: float) -> int:
    """Exposure of the borrowers who are lost on that day, in minor units."""
    return int(town.borrowers.exposure_minor[lost(town, day)].sum())
