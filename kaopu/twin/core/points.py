"""Points as a lender records them: a borrower's own, and the phones of contacts who accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.draws import picked
from kaopu.twin.core.lives import PointKind, draw_lives
from kaopu.twin.core.nomination_kinds import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.borrowers import Borrowers
    from kaopu.twin.core.lives import Lives
    from kaopu.twin.core.names import Names
    from kaopu.twin.core.persons import Persons
    from kaopu.twin.core.process import Process
    from kaopu.twin.core.signals import Signals
    from kaopu.twin.core.world import World

ROLES = ("own", "contact")
OWN, CONTACT = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """One entry a point, by borrower. Days from the start; infinity is never."""

    borrower: NDArray[np.int64]
    holder: NDArray[np.int64]  # the person it is recorded for
    role: NDArray[np.int8]
    kind: NDArray[np.int8]
    value: NDArray[np.int64]  # index of its life
    created: NDArray[np.float64]
    consented: NDArray[np.float64]
    consent_ended: NDArray[np.float64]
    first: NDArray[np.bool_]  # the borrower's first phone: the bank knows it
    nomination: NDArray[np.int64]  # -1: an own point


def draw_points(
    rng: np.random.Generator,
    world: World,
    borrowers: Borrowers,
    *,
    names: Names,
    process: Process,
    signals: Signals,
    persons: Persons,
) -> tuple[Points, Lives]:
    """All points of a run, and the lives of their numbers. A number that several recorded is one life."""
    own = _own(rng, world, borrowers)
    accepted = np.flatnonzero(np.isfinite(process.accepted))
    count = len(borrowers.family)
    kind = np.concatenate([own[1], np.zeros(names.contacts, np.int8)])
    holder = np.concatenate([own[0], np.arange(count, count + names.contacts)])
    born = np.concatenate([borrowers.created[own[0]], _first_seen(names, process, count)])
    virtual = _virtual(rng, world, names, signals, borrowers=count, own=own[1])
    held_by = _true_holder(borrowers, names, holder)
    lives = draw_lives(rng, world, persons, kind=kind, holder=held_by, virtual=virtual, born=born)
    return _recorded(borrowers, names, process, own, accepted), lives


def _own(rng: np.random.Generator, world: World, borrowers: Borrowers) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Holder and kind of own points; the first phones first, in the order of borrowers: value number = borrower."""
    count, points = len(borrowers.family), world.points
    shares = (
        (PointKind.PHONE, points.second_phone_share),
        (PointKind.EMAIL, points.email_share),
        (PointKind.APP, points.app_share),
        (PointKind.ADDRESS, points.address_share),
    )
    holders = [np.arange(count)] + [np.flatnonzero(picked(rng, share, count)) for _, share in shares]
    kinds = (PointKind.PHONE, *(kind for kind, _ in shares))
    of_kind = [np.full(len(who), kind, np.int8) for who, kind in zip(holders, kinds, strict=True)]
    return np.concatenate(holders), np.concatenate(of_kind)


def _first_seen(names: Names, process: Process, borrowers: int) -> NDArray[np.float64]:
    """The day on which each contact's number is first confirmed; never where nobody accepted."""
    seen = np.full(borrowers + names.contacts, np.inf)
    np.minimum.at(seen, names.target, process.accepted)
    return seen[borrowers:]


def _virtual(
    rng: np.random.Generator, world: World, names: Names, signals: Signals, *, borrowers: int, own: NDArray[np.int8]
) -> NDArray[np.bool_]:
    """Numbers of virtual operators. A person has one first number, whose segment the nominations say."""
    rate, others = world.honest.virtual_segment, len(own) - borrowers
    of_person = picked(rng, rate, borrowers + names.contacts)
    of_person[names.target] = signals.virtual
    further = (own[borrowers:] == PointKind.PHONE) & picked(rng, rate, others)
    return np.concatenate([of_person[:borrowers], further, of_person[borrowers:]])


def _true_holder(borrowers: Borrowers, names: Names, holder: NDArray[np.int64]) -> NDArray[np.int64]:
    """Who has the number in truth: the second numbers of borrowers who named themselves are theirs."""
    of_person = np.arange(len(borrowers.family) + names.contacts)
    own = names.kind == Kind.SELF
    of_person[names.target[own]] = names.source[own]
    return of_person[holder]


def _recorded(
    borrowers: Borrowers,
    names: Names,
    process: Process,
    own: tuple[NDArray[np.int64], NDArray[np.int8]],
    accepted: NDArray[np.int64],
) -> Points:
    count, owned = len(borrowers.family), len(own[0])
    target = names.target[accepted]
    value = np.where(target < count, target, owned + target - count)
    borrower = np.concatenate([own[0], names.source[accepted]])
    created = np.concatenate([borrowers.created[own[0]], process.accepted[accepted]])
    nothing = np.full(owned, np.inf)
    columns = {
        "borrower": borrower,
        "holder": np.concatenate([own[0], target]),
        "role": np.repeat(np.array([OWN, CONTACT], np.int8), [owned, len(accepted)]),
        "kind": np.concatenate([own[1], np.zeros(len(accepted), np.int8)]),
        "value": np.concatenate([np.arange(owned), value]),
        "created": created,
        "consented": created,
        "consent_ended": np.concatenate([nothing, process.withdrawn[accepted]]),
        "first": np.arange(len(borrower)) < count,
        "nomination": np.concatenate([np.full(owned, -1), accepted]),
    }
    order = np.argsort(borrower, kind="stable")
    return Points(**{name: column[order] for name, column in columns.items()})
