"""What happens to people, whether they borrow or were named: moves, illness, death, blows to several points at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.twin.core.draws import Part, generator, waits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kaopu.twin.core.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """One entry a person, borrowers first. Days from the start of the run; infinity is never."""

    moved: NDArray[np.float64]
    died: NDArray[np.float64]
    ill_from: NDArray[np.float64]
    ill_to: NDArray[np.float64]
    shock: NDArray[np.float64]


def draw_persons(world: World, count: int, seed: int) -> Persons:
    """The first of each that happens to a person after the start."""
    rng = generator(seed, Part.PERSONS)
    ill_from = waits(rng, world.people.illness_per_year, count)
    lasts = rng.standard_exponential(count) * world.people.illness_days
    return Persons(
        moved=waits(rng, world.people.moves_per_year, count),
        died=waits(rng, world.people.deaths_per_year, count),
        ill_from=ill_from,
        ill_to=ill_from + lasts,
        shock=waits(rng, world.churn.shocks_per_year, count),
    )
