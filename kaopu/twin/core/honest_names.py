"""Whom people name who name whom they know: relatives, friends, colleagues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.borrowers import Scheme
from kaopu.twin.core.draws import picked
from kaopu.twin.core.groups import another_of
from kaopu.twin.core.nomination_kinds import (
    COLLEAGUE,
    FRIEND,
    PARENT,
    RELATIONS,
    RELATIVE,
    SIBLING,
    SPOUSE,
    Kind,
    key,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.borrowers import Borrowers
    from kaopu.twin.core.nomination_kinds import Piece
    from kaopu.twin.core.world import World


def honest_names(rng: np.random.Generator, world: World, borrowers: Borrowers) -> list[Piece]:
    """What borrowers say who name whom they know, and what others name beside their fakes."""
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
    target = np.where(relation == PARENT, key(1, parent), key(2, own))
    return [
        (inside, another_of(rng, borrowers.family, inside), Kind.FAMILY, relation_inside),
        (outside, target, Kind.FAMILY, relation),
    ]


def _friends(rng: np.random.Generator, world: World, borrowers: Borrowers, source: NDArray[np.int64]) -> list[Piece]:
    borrow = picked(rng, world.honest.friend_borrower_share, len(source))
    inside, outside = source[borrow], source[~borrow]
    target = rng.integers(0, len(borrowers.family), len(inside))
    back = picked(rng, world.honest.friend_reciprocal_share, len(inside)) & (borrowers.scheme[target] == Scheme.HONEST)
    return [
        (inside, target, Kind.FRIEND, FRIEND),
        (target[back], inside[back], Kind.FRIEND, FRIEND),
        (outside, key(3, rng.permutation(len(outside))), Kind.FRIEND, FRIEND),
    ]


def _colleagues(rng: np.random.Generator, world: World, borrowers: Borrowers, source: NDArray[np.int64]) -> list[Piece]:
    foreman = picked(rng, world.honest.foreman_share, len(source))
    return [
        (source[foreman], key(4, borrowers.employer[source[foreman]]), Kind.COLLEAGUE, COLLEAGUE),
        (source[~foreman], key(5, np.arange(np.count_nonzero(~foreman))), Kind.COLLEAGUE, COLLEAGUE),
    ]
