"""Who borrows: families, employers, when they came, who is late or hides, and who names fakes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.draws import Part, generator, office_hours, picked, waits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.world import World
    from kaopu.twin.core.world_sections import Fakes, People

PERSONS_PER_EMPLOYER = 50
RING_APPLIES_WITHIN_DAYS = 20


class Scheme(IntEnum):
    """How a borrower fills the contact field."""

    HONEST = 0
    RING = 1
    SELF = 2
    HUB = 3
    INVENTED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Borrowers:
    """One entry a borrower. Days count from the start of the run, infinity is never, -1 is no group."""

    family: NDArray[np.int64]
    family_size: NDArray[np.int64]  # borrowers in the family
    employer: NDArray[np.int64]
    age: NDArray[np.int64]
    twin: NDArray[np.int64]  # the borrower who was born on the same day of the same mother; -1: none
    scheme: NDArray[np.int8]
    group: NDArray[np.int64]  # the ring or the hub
    created: NDArray[np.float64]
    evasive: NDArray[np.bool_]
    late_from: NDArray[np.float64]
    late_to: NDArray[np.float64]
    exposure_minor: NDArray[np.int64]


def draw_borrowers(world: World, count: int, days: int, seed: int) -> Borrowers:
    """All borrowers, in no order that tells anything."""
    rng = generator(seed, Part.BORROWERS)
    family, size = _families(rng, world.people, count)
    scheme, group = _schemes(rng, world.fakes, count)
    created = _created(rng, world.people, group, count, days)
    evasive = picked(rng, world.people.evasive_share, count)
    late = picked(rng, world.people.late_share, count) | evasive
    late_from = np.where(late, created + rng.random(count) * np.maximum(days - created, 1), np.inf)
    lasts = waits(rng, 365 / max(world.people.late_days, 1e-9), count)
    spread = np.exp(rng.standard_normal(count) * world.people.exposure_spread)
    twin = _twins(rng, family, size, world.records.twin_share)
    ages = _ages(rng, family, count)
    return Borrowers(
        family,
        size,
        rng.integers(0, max(count // PERSONS_PER_EMPLOYER, 1), count),
        np.where(twin > np.arange(count), ages[twin], ages),
        twin,
        scheme,
        group,
        created,
        evasive,
        late_from,
        np.where(evasive, np.inf, late_from + lasts),
        np.rint(world.people.exposure_median_minor * spread).astype(np.int64),
    )


def _families(rng: np.random.Generator, people: People, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    bounds = np.cumsum([people.family_of_two, people.family_of_three, people.family_of_four])
    sizes = np.array([2, 3, 4, 1])[np.searchsorted(bounds, rng.random(count), side="right")]
    in_order = np.repeat(np.arange(count), sizes)[:count]
    family = in_order[rng.permutation(count)]
    return family, np.bincount(family, minlength=count)[family]


def _schemes(rng: np.random.Generator, fakes: Fakes, count: int) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    shares = [fakes.ring_share, fakes.self_share, fakes.hub_share, fakes.invented_share]
    ends = np.rint(np.cumsum(shares) * count).astype(np.int64)
    order = rng.permutation(count)
    scheme = np.zeros(count, np.int8)
    group = np.full(count, -1, np.int64)
    for kind, start, end in zip((1, 2, 3, 4), (0, *ends[:-1]), ends, strict=True):
        scheme[order[start:end]] = kind
    rings = _grouped(rng, int(ends[0]), int(fakes.ring_size_min), int(fakes.ring_size_max))
    group[order[: ends[0]]] = rings
    hubs = _grouped(rng, int(ends[2] - ends[1]), max(int(fakes.hub_size / 2), 2), int(fakes.hub_size * 1.5))
    group[order[ends[1] : ends[2]]] = hubs + (rings.max(initial=-1) + 1)
    # One who is left over has nobody to make a ring with.
    alone = (scheme == Scheme.RING) & (np.bincount(group + 1, minlength=1)[group + 1] < 2)
    scheme[alone], group[alone] = Scheme.HONEST, -1
    return scheme, group


def _grouped(rng: np.random.Generator, count: int, smallest: int, largest: int) -> NDArray[np.int64]:
    sizes = rng.integers(smallest, largest + 1, count)
    return np.repeat(np.arange(count), sizes)[:count]


def _created(
    rng: np.random.Generator, people: People, group: NDArray[np.int64], count: int, days: int
) -> NDArray[np.float64]:
    intake = people.intake_share * days
    alone = rng.random(count) * intake
    together = (rng.random(count) * intake)[group] + rng.random(count) * min(RING_APPLIES_WITHIN_DAYS, intake)
    return office_hours(np.minimum(np.where(group >= 0, together, alone), max(days - 1e-3, 0)))


def _ages(rng: np.random.Generator, family: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    of_family = rng.gamma(6, 2.5, count)[family] + 20
    return np.clip(np.rint(of_family + rng.normal(0, 4, count)), 18, 75).astype(np.int64)


def _twins(
    rng: np.random.Generator, family: NDArray[np.int64], size: NDArray[np.int64], share: float
) -> NDArray[np.int64]:
    """The other twin of each borrower. Twins are the first two of families of three and more, as far as these go."""
    order = np.lexsort((np.arange(len(family)), family))
    begins = np.flatnonzero((np.diff(family[order], prepend=-1) != 0) & (size[order] >= 3))
    begins = begins[begins + 1 < len(order)]
    begins = begins[family[order[begins]] == family[order[begins + 1]]]
    wanted = min(share * len(family) / 2 / max(len(begins), 1), 1.0)
    begins = begins[picked(rng, wanted, len(begins))]
    twin = np.full(len(family), -1)
    twin[order[begins]] = order[begins + 1]
    twin[order[begins + 1]] = order[begins]
    return twin
