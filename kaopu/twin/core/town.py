"""The town: everything that is true of it, and how it answers when points are re-checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kaopu.kernel.core.errors import BadInput
from kaopu.twin.core.draws import Part, generator, picked
from kaopu.twin.core.emissions import EVIDENCE, VIA
from kaopu.twin.core.lives import PointKind, draw_lives, joined
from kaopu.twin.core.states import state_of
from kaopu.twin.core.truth import alive, reachable_otherwise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kaopu.twin.core.borrowers import Borrowers
    from kaopu.twin.core.lives import Lives
    from kaopu.twin.core.names import Names
    from kaopu.twin.core.persons import Persons
    from kaopu.twin.core.points import Points
    from kaopu.twin.core.process import Process
    from kaopu.twin.core.signals import Signals
    from kaopu.twin.core.world import World

CONFIRMED = EVIDENCE.index("code_confirmed")
SIGNS_OF_LIFE = np.isin(EVIDENCE, ("code_confirmed", "app_session"))
# How each kind of point is re-checked; a phone's status is asked first.
CHECKED_VIA = {PointKind.PHONE: "code", PointKind.EMAIL: "code", PointKind.APP: "session", PointKind.ADDRESS: "letter"}


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """A whole town. Persons, points and nominations are counted from 0 here; ids in files are one higher."""

    world: World
    seed: int
    days: int
    borrowers: Borrowers
    names: Names
    process: Process
    signals: Signals
    persons: Persons
    points: Points
    lives: Lives
    outages: NDArray[np.bool_]  # [via, day]


@dataclass(frozen=True, slots=True, eq=False)
class Rechecked:
    """What a re-check told: rows of evidence, the points that were renewed, and the town after it."""

    point_id: NDArray[np.int64]
    evidence: NDArray[np.str_]
    via: NDArray[np.str_]
    renewed: NDArray[np.int64]  # point ids
    cost_minor: int
    town: Town


def recheck(town: Town, point_ids: Sequence[int] | NDArray[np.int64], day: float, seed: int) -> Rechecked:
    """Re-check points on a day: status of phones, then a code, an app message or a letter.

    A point that gives no sign of life and is dead is renewed in `points.renewed_share` of cases where its borrower can
    be reached in another way and does not hide: the record then holds a new number, which has just confirmed a code.
    """
    chosen = _indices(town, point_ids, day)
    rng = generator(town.seed, Part.RECHECKED, int(day), seed)
    phones = chosen[town.points.kind[chosen] == PointKind.PHONE]
    status = _tried(rng, town, phones, np.full(len(phones), VIA.index("status"), np.int8), day)
    via = np.array([VIA.index(CHECKED_VIA[kind]) for kind in PointKind], np.int8)[town.points.kind[chosen]]
    answer = _tried(rng, town, chosen, via, day)
    renewed = _renewed(rng, town, chosen[~SIGNS_OF_LIFE[answer]], day)
    rows = np.concatenate([phones, chosen, renewed])
    codes = np.concatenate([status, answer, np.full(len(renewed), CONFIRMED, np.int8)])
    by = np.concatenate([np.full(len(phones), VIA.index("status")), via, np.zeros(len(renewed), np.int64)])
    order = np.argsort(rows, kind="stable")
    return Rechecked(
        rows[order] + 1,
        np.array(EVIDENCE)[codes[order]],
        np.array(VIA)[by[order]],
        renewed + 1,
        int(recheck_costs(town)[chosen].sum()),
        _with_new_numbers(rng, town, renewed, day),
    )


def recheck_costs(town: Town) -> NDArray[np.int64]:
    """What one re-check of each point costs, in minor units."""
    points = town.world.points
    costs = (
        points.recheck_phone_minor,
        points.recheck_email_minor,
        points.recheck_app_minor,
        points.recheck_address_minor,
    )
    return np.rint(costs).astype(np.int64)[town.points.kind]


def _indices(town: Town, point_ids: Sequence[int] | NDArray[np.int64], day: float) -> NDArray[np.int64]:
    chosen = np.unique(np.asarray(point_ids, np.int64)) - 1
    outside = chosen[(chosen < 0) | (chosen >= len(town.points.kind))]
    if len(outside):
        raise BadInput(f"point {outside[0] + 1}: not in this town, expected 1 to {len(town.points.kind)}")
    known = (town.points.created[chosen] <= day) & (day < town.points.consent_ended[chosen])
    if not known.all():
        raise BadInput(f"point {chosen[~known][0] + 1}: not known to the lender, or withdrawn, on day {day:g}")
    return chosen


def _tried(
    rng: np.random.Generator, town: Town, points: NDArray[np.int64], via: NDArray[np.int8], day: float
) -> NDArray[np.int8]:
    state = state_of(town, points, np.full(len(points), float(day)), via)
    return town.world.emissions.draw(via, state, rng.random(len(points)))


def _renewed(rng: np.random.Generator, town: Town, quiet: NDArray[np.int64], day: float) -> NDArray[np.int64]:
    dead = quiet[~alive(town, day)[quiet]]
    owner = town.points.borrower[dead]
    hides = town.borrowers.evasive[owner] & (day >= town.borrowers.late_from[owner])
    gone = day >= town.persons.died[town.lives.holder[town.points.value[dead]]]
    asked = reachable_otherwise(town, day)[owner] & ~hides & ~gone
    return dead[asked & picked(rng, town.world.points.renewed_share, len(dead))]


def _with_new_numbers(rng: np.random.Generator, town: Town, renewed: NDArray[np.int64], day: float) -> Town:
    points, lives = town.points, town.lives
    old = points.value[renewed]
    born = np.full(len(renewed), float(day))
    plain = np.zeros(len(old), np.bool_)
    fresh = draw_lives(
        rng, town.world, town.persons, kind=lives.kind[old], holder=lives.holder[old], virtual=plain, born=born
    )
    value = points.value.copy()
    value[renewed] = len(lives.kind) + np.arange(len(renewed))
    return replace(town, points=replace(points, value=value), lives=joined(lives, fresh))
