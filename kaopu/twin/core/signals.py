"""What a lender sees of a nomination: devices, networks, how the code was entered, the number, ages, addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.draws import picked
from kaopu.twin.core.nomination_kinds import CHILD, COLLEAGUE, PARENT, SPOUSE, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.borrowers import Borrowers
    from kaopu.twin.core.names import Names
    from kaopu.twin.core.world import World

YOUNG_NUMBER_DAYS = 90
QUICK_SECONDS = 15
HOME_NETWORK_SHARE = 0.6
FARM_SIZE = 10


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """One entry a nomination. Devices and networks are numbers that are equal where the thing is the same."""

    source_device: NDArray[np.int64]
    source_network: NDArray[np.int64]
    target_device: NDArray[np.int64]
    target_network: NDArray[np.int64]
    same_address: NDArray[np.bool_]
    same_employer: NDArray[np.bool_]
    same_surname: NDArray[np.bool_]
    seconds_to_confirm: NDArray[np.int32]
    code_tries: NDArray[np.int8]
    virtual: NDArray[np.bool_]
    number_age_days: NDArray[np.int32]
    source_age: NDArray[np.int16]
    target_age: NDArray[np.int16]  # -1: not told


def draw_signals(rng: np.random.Generator, world: World, borrowers: Borrowers, names: Names) -> Signals:
    """The signals of all nominations."""
    device, network = _borrowers_own(rng, world, borrowers)
    shared = _shared_facts(rng, world, names)
    return Signals(
        device[names.source],
        network[names.source],
        _target_device(rng, world, names, device),
        _target_network(rng, world, names, network, shared[0]),
        *shared,
        *_confirmation(rng, world, names),
        *_number(rng, world, names, len(borrowers.family)),
        borrowers.age[names.source].astype(np.int16),
        _target_age(rng, borrowers, names),
    )


def _borrowers_own(
    rng: np.random.Generator, world: World, borrowers: Borrowers
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Device and network of each application. Families share a line at home; rings and hubs their organiser's."""
    count = len(borrowers.family)
    grouped = borrowers.group >= 0
    together = grouped & picked(rng, world.fakes.group_device, count)
    in_family = (borrowers.family_size > 1) & picked(rng, world.honest.family_device, count)
    device = np.where(in_family, 3 * count + borrowers.family, np.arange(count))
    device = np.where(together, 4 * count + borrowers.group, device)
    home = picked(rng, HOME_NETWORK_SHARE, count)
    network = np.where(home, borrowers.family, count + np.arange(count))
    one_line = grouped & picked(rng, world.fakes.group_network, count)
    return device, np.where(one_line, 4 * count + borrowers.group, network)


def _target_device(
    rng: np.random.Generator, world: World, names: Names, device: NDArray[np.int64]
) -> NDArray[np.int64]:
    borrowers, count = len(device), len(names.source)
    # Numbers of their own lie above those of borrowers (below 5 * borrowers).
    own = np.where(
        names.target < borrowers, device[np.minimum(names.target, borrowers - 1)], 5 * borrowers + names.target
    )
    fake = names.kind >= Kind.RING
    # A farm's devices serve several borrowers who have nothing else in common.
    farms = max(int(np.count_nonzero(fake) / FARM_SIZE), 1)
    farm = 40 * borrowers + rng.integers(0, farms, count)
    own = np.where(fake & picked(rng, world.fakes.farm_device, count), farm, own)
    alike = np.where(names.kind == Kind.SELF, world.fakes.same_device, np.where(fake, 0.0, world.honest.same_device))
    return np.where(picked(rng, alike, count), device[names.source], own)


def _target_network(
    rng: np.random.Generator,
    world: World,
    names: Names,
    network: NDArray[np.int64],
    same_address: NDArray[np.bool_],
) -> NDArray[np.int64]:
    borrowers, count = len(network), len(names.source)
    own = np.where(
        names.target < borrowers, network[np.minimum(names.target, borrowers - 1)], 5 * borrowers + names.target
    )
    honest = np.where(same_address, world.honest.same_network_home, world.honest.same_network_away)
    alike = np.where(names.kind == Kind.SELF, world.fakes.same_network, honest)
    alike = np.where((names.kind == Kind.RING) | (names.kind == Kind.HUB), world.fakes.group_network / 2, alike)
    return np.where(picked(rng, alike, count), network[names.source], own)


def _shared_facts(
    rng: np.random.Generator, world: World, names: Names
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Address, employer and surname as recorded, by what the borrower says the contact is to them."""
    count, told = len(names.source), names.relation
    family = told <= 4
    spouse, colleague = told == SPOUSE, told == COLLEAGUE
    lives_with = np.where(spouse, 0.9, np.where(family, world.honest.same_address, 0.03))
    # Nobody lives anywhere who does not exist: a made-up relative is given the borrower's address now and then.
    lives_with = np.where(names.kind >= Kind.RING, lives_with * 0.5, lives_with)
    surname = np.where(family & ~spouse, 0.7, 0.07)
    surname = np.where(names.kind >= Kind.RING, 0.1, surname)
    firm = np.where(colleague & (names.kind == Kind.COLLEAGUE), 0.95, np.where(colleague, 0.3, 0.02))
    return picked(rng, lives_with, count), picked(rng, firm, count), picked(rng, surname, count)


def _confirmation(rng: np.random.Generator, world: World, names: Names) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    count = len(names.source)
    quick = (names.kind >= Kind.RING) & picked(rng, world.fakes.quick, count)
    median = np.where(quick, QUICK_SECONDS, world.honest.seconds_to_confirm)
    seconds = median * np.exp(rng.standard_normal(count) * np.where(quick, 0.4, 0.8))
    tries = np.where(quick, 1, np.array([1, 2, 3])[np.searchsorted([0.82, 0.96], rng.random(count))])
    return np.clip(seconds, 3, 600).astype(np.int32), tries.astype(np.int8)


def _number(
    rng: np.random.Generator, world: World, names: Names, borrowers: int
) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Segment and age of the contact's number: one draw a person, as a person has one number."""
    persons = borrowers + names.contacts
    fake = np.zeros(persons, np.bool_)
    fake[names.target[names.kind >= Kind.RING]] = True
    virtual = picked(rng, np.where(fake, world.fakes.virtual_segment, world.honest.virtual_segment), persons)
    young = fake & picked(rng, world.fakes.young_number, persons)
    age = rng.standard_exponential(persons) * np.where(young, YOUNG_NUMBER_DAYS, world.honest.number_age_days)
    return virtual[names.target], (age + 1).astype(np.int32)[names.target]


def _target_age(rng: np.random.Generator, borrowers: Borrowers, names: Names) -> NDArray[np.int16]:
    count, told = len(names.source), names.relation
    source = borrowers.age[names.source]
    apart = np.where(told == PARENT, 26.0, np.where(told == CHILD, -26.0, 0.0))
    genuine = source + apart + rng.normal(0, 4, count)
    # Who makes a person up does not think of what fits.
    made_up = np.where(picked(rng, 0.6, count), genuine, rng.uniform(19, 60, count))
    age = np.where(names.kind >= Kind.RING, made_up, genuine)
    borrows = names.target < len(borrowers.family)
    known = borrowers.age[np.minimum(names.target, len(borrowers.family) - 1)]
    age = np.where(borrows, known, np.clip(age, 18, 95))
    return np.where(picked(rng, 0.7, count) | borrows, np.rint(age), -1).astype(np.int16)
