"""Whom borrowers name: relatives, friends, colleagues; rings, second numbers, contacts for hire and nobody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.borrowers import Borrowers, Scheme
from kaopu.twin.core.draws import Part, generator, picked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.world import World

    # A part of the nominations: source, target, kind, relation.
    Piece = tuple[NDArray[np.int64], NDArray[np.int64], int, NDArray[np.int8] | int]

RELATIONS = ("spouse", "parent", "child", "sibling", "relative", "friend", "colleague")
SPOUSE, PARENT, CHILD, SIBLING, RELATIVE, FRIEND, COLLEAGUE = range(7)


class Kind(IntEnum):
    """What a named contact is in truth; those from RING on are not genuine."""

    FAMILY = 0
    FRIEND = 1
    COLLEAGUE = 2
    RING = 3
    SELF = 4
    HUB = 5
    INVENTED = 6


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """One entry a nomination, by source, then target. Below `borrowers`, a target is a borrower; others follow."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    kind: NDArray[np.int8]
    relation: NDArray[np.int8]
    group: NDArray[np.int64]  # ring or hub; -1: none
    contacts: int  # persons who are named and do not borrow


# A target from here on is a key: equal keys are one person.
KEYS = 1 << 40


def _key(what: int, number: NDArray[np.int64]) -> NDArray[np.int64]:
    return (np.int64(what) << 41) + KEYS + number


def draw_names(world: World, borrowers: Borrowers, seed: int) -> Names:
    """All nominations. Nobody names the same person twice or, under that name, themselves."""
    rng = generator(seed, Part.NAMES)
    parts = [*_honest(rng, world, borrowers), *_fake(rng, borrowers)]
    source = np.concatenate([part[0] for part in parts])
    target = np.concatenate([part[1] for part in parts])
    kind = np.concatenate([np.full(len(part[0]), part[2], np.int8) for part in parts])
    relation = np.concatenate([np.broadcast_to(np.int8(part[3]), len(part[0])) for part in parts])
    target, contacts = _persons(rng, target, len(borrowers.family))
    order = np.lexsort((target, source))
    again = (np.diff(source[order], prepend=-1) == 0) & (np.diff(target[order], prepend=-1) == 0)
    kept = order[~again & (source[order] != target[order])]
    source, kind = source[kept], kind[kept]
    grouped = (kind == Kind.RING) | (kind == Kind.HUB)
    return Names(source, target[kept], kind, relation[kept], np.where(grouped, borrowers.group[source], -1), contacts)


def _persons(rng: np.random.Generator, target: NDArray[np.int64], borrowers: int) -> tuple[NDArray[np.int64], int]:
    """Persons in place of keys, in an order that does not tell what they are."""
    outside = target >= KEYS
    keys, number = np.unique(target[outside], return_inverse=True)
    found = target.copy()
    found[outside] = borrowers + rng.permutation(len(keys))[number]
    return found, len(keys)


def _honest(rng: np.random.Generator, world: World, borrowers: Borrowers) -> list[Piece]:
    honest = world.honest
    count = len(borrowers.family)
    bounds = np.cumsum([honest.names_nobody, honest.names_two, honest.names_three])
    wanted = np.array([0, 2, 3, 1])[np.searchsorted(bounds, rng.random(count), side="right")]
    beside = picked(rng, world.fakes.genuine_beside, count)
    wanted = np.where(borrowers.scheme == Scheme.HONEST, wanted, np.where(beside, np.minimum(wanted, 1), 0))
    source = np.repeat(np.arange(count), wanted)
    drawn = rng.random(len(source))
    friends, colleagues = honest.friend_share, honest.colleague_share
    return [
        *_relatives(rng, world, borrowers, source[drawn >= friends + colleagues]),
        *_friends(rng, world, borrowers, source[drawn < friends]),
        *_colleagues(rng, world, borrowers, source[(drawn >= friends) & (drawn < friends + colleagues)]),
    ]


def _relatives(rng: np.random.Generator, world: World, borrowers: Borrowers, source: NDArray[np.int64]) -> list[Piece]:
    also_borrows = (borrowers.family_size[source] > 1) & picked(rng, world.honest.family_borrower_share, len(source))
    inside, outside = source[also_borrows], source[~also_borrows]
    relation_inside = np.where(borrowers.family_size[inside] == 2, SPOUSE, SIBLING).astype(np.int8)
    relation = np.array([SPOUSE, PARENT, PARENT, SIBLING, RELATIVE], np.int8)[rng.integers(0, 5, len(outside))]
    # Brothers and sisters share their parents; a spouse or a cousin belongs to one.
    parent = borrowers.family[outside] * 2 + rng.integers(0, 2, len(outside))
    own = outside * len(RELATIONS) + relation
    target = np.where(relation == PARENT, _key(1, parent), _key(2, own))
    return [
        (inside, _another(rng, borrowers.family, inside), Kind.FAMILY, relation_inside),
        (outside, target, Kind.FAMILY, relation),
    ]


def _another(rng: np.random.Generator, groups: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each chosen one, another of the same group."""
    order = np.argsort(groups, kind="stable")
    place = np.empty(len(groups), np.int64)
    place[order] = np.arange(len(groups))
    sizes = np.bincount(groups - groups.min())[groups[chosen] - groups.min()]
    first = np.searchsorted(groups[order], groups[chosen])
    step = 1 + np.floor(rng.random(len(chosen)) * np.maximum(sizes - 1, 1)).astype(np.int64)
    found: NDArray[np.int64] = order[first + (place[chosen] - first + step) % sizes]
    return found


def _friends(rng: np.random.Generator, world: World, borrowers: Borrowers, source: NDArray[np.int64]) -> list[Piece]:
    borrow = picked(rng, world.honest.friend_borrower_share, len(source))
    inside, outside = source[borrow], source[~borrow]
    target = rng.integers(0, len(borrowers.family), len(inside))
    back = picked(rng, world.honest.friend_reciprocal_share, len(inside)) & (borrowers.scheme[target] == Scheme.HONEST)
    return [
        (inside, target, Kind.FRIEND, FRIEND),
        (target[back], inside[back], Kind.FRIEND, FRIEND),
        (outside, _key(3, rng.permutation(len(outside))), Kind.FRIEND, FRIEND),
    ]


def _colleagues(rng: np.random.Generator, world: World, borrowers: Borrowers, source: NDArray[np.int64]) -> list[Piece]:
    foreman = picked(rng, world.honest.foreman_share, len(source))
    return [
        (source[foreman], _key(4, borrowers.employer[source[foreman]]), Kind.COLLEAGUE, COLLEAGUE),
        (source[~foreman], _key(5, np.arange(np.count_nonzero(~foreman))), Kind.COLLEAGUE, COLLEAGUE),
    ]


def _fake(rng: np.random.Generator, borrowers: Borrowers) -> list[Piece]:
    def told(count: int) -> NDArray[np.int8]:
        return rng.integers(0, len(RELATIONS), count).astype(np.int8)

    def of(scheme: Scheme) -> NDArray[np.int64]:
        return np.flatnonzero(borrowers.scheme == scheme)

    ring, own, hub, nobody = of(Scheme.RING), of(Scheme.SELF), of(Scheme.HUB), of(Scheme.INVENTED)
    more = ring[picked(rng, 0.5, len(ring))]
    return [
        (ring, _next_of(borrowers.group, ring), Kind.RING, told(len(ring))),
        (more, _another(rng, borrowers.group, more), Kind.RING, told(len(more))),
        (own, _key(6, own), Kind.SELF, told(len(own))),
        (hub, _key(7, borrowers.group[hub]), Kind.HUB, told(len(hub))),
        (nobody, _key(8, nobody), Kind.INVENTED, told(len(nobody))),
    ]


def _next_of(group: NDArray[np.int64], ring: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each names the next, the last the first: a closed ring."""
    members = ring[np.argsort(group[ring], kind="stable")]
    following = np.roll(members, -1)
    last = np.flatnonzero(np.diff(group[members], append=-2))
    first = np.concatenate([[0], last[:-1] + 1]) if len(last) else last
    following[last] = members[first]
    found = np.empty(len(group), np.int64)
    found[members] = following
    return found[ring]
