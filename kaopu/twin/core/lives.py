"""Lives of numbers, mailboxes, accounts and addresses: how long they reach their holder, and when strangers answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.draws import picked, waits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.persons import Persons
    from kaopu.twin.core.world import World
    from kaopu.twin.core.world_sections import Churn

KINDS = ("phone", "email", "app", "address")
ENDINGS = ("churn", "shock", "moved", "died")
# A number in quarantine is given out again after this many days more, on average.
GIVEN_OUT_AFTER_DAYS = 60


class PointKind(IntEnum):
    """Codes of KINDS."""

    PHONE = 0
    EMAIL = 1
    APP = 2
    ADDRESS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """One entry a value. It reaches its holder from `born` to `down`, and again from `back` to `down_again`."""

    kind: NDArray[np.int8]
    holder: NDArray[np.int64]
    virtual: NDArray[np.bool_]
    born: NDArray[np.float64]
    down: NDArray[np.float64]
    back: NDArray[np.float64]
    down_again: NDArray[np.float64]
    stranger: NDArray[np.float64]  # somebody else's from this day on
    ending: NDArray[np.int8]  # of ENDINGS, what ended it first


def draw_lives(
    rng: np.random.Generator,
    world: World,
    persons: Persons,
    *,
    kind: NDArray[np.int8],
    holder: NDArray[np.int64],
    virtual: NDArray[np.bool_],
    born: NDArray[np.float64],
) -> Lives:
    """The lives of values that begin on `born`. Days from the start of the run; infinity is never."""
    count, churn = len(kind), world.churn
    rates = _rates(rng, churn, kind, virtual)
    ends = np.stack(
        [
            born + waits(rng, rates, count),
            _shocks(rng, churn, persons.shock[holder], born),
            _moves(rng, churn, persons.moved[holder], born, kind),
            np.maximum(persons.died[holder], born),
        ]
    )
    ending = np.argmin(ends, axis=0).astype(np.int8)
    down = ends.min(axis=0)
    back, stranger = _afterwards(rng, churn, kind, ending, down)
    back = np.where(back < persons.died[holder], back, np.inf)
    again = np.minimum(back + waits(rng, rates, count), persons.died[holder])
    return Lives(kind, holder, virtual, born, down, back, np.where(np.isfinite(back), again, np.inf), stranger, ending)


def _rates(
    rng: np.random.Generator, churn: Churn, kind: NDArray[np.int8], virtual: NDArray[np.bool_]
) -> NDArray[np.float64]:
    # Addresses end when their holder moves, and in no other way.
    rates = np.array([churn.phone_per_year, churn.email_per_year, churn.app_per_year, 0.0])[kind]
    if churn.frailty_variance:
        rates = rates * rng.gamma(1 / churn.frailty_variance, churn.frailty_variance, len(kind))
    return np.where(virtual, rates * churn.virtual_factor, rates)


def _shocks(
    rng: np.random.Generator, churn: Churn, shock: NDArray[np.float64], born: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.where((shock > born) & picked(rng, churn.shock_ends_share, len(born)), shock, np.inf)


def _moves(
    rng: np.random.Generator,
    churn: Churn,
    moved: NDArray[np.float64],
    born: NDArray[np.float64],
    kind: NDArray[np.int8],
) -> NDArray[np.float64]:
    share = np.array([churn.move_ends_phone_share, 0.0, 0.0, 1.0])[kind]
    return np.where((moved > born) & picked(rng, share, len(born)), moved, np.inf)


def _afterwards(
    rng: np.random.Generator, churn: Churn, kind: NDArray[np.int8], ending: NDArray[np.int8], down: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When what ended comes back, or else when its number is a stranger's."""
    count = len(down)
    back = np.where(
        (ending == 0) & (kind != PointKind.ADDRESS), down + waits(rng, churn.returns_per_year, count), np.inf
    )
    given_out = down + churn.quarantine_days + rng.standard_exponential(count) * GIVEN_OUT_AFTER_DAYS
    goes = (kind == PointKind.PHONE) & picked(rng, churn.reassigned_share, count)
    stranger = np.where(goes & (given_out < back), given_out, np.inf)
    return np.where(np.isfinite(stranger), np.inf, back), stranger


def lives_at(lives: Lives, value: NDArray[np.int64], day: NDArray[np.float64] | float) -> NDArray[np.bool_]:
    """Whether each value reaches its holder at its instant."""
    first = (day >= lives.born[value]) & (day < lives.down[value])
    return first | ((day >= lives.back[value]) & (day < lives.down_again[value]))


def joined(lives: Lives, more: Lives) -> Lives:
    """Both, `more` behind."""
    return Lives(*(np.concatenate([getattr(lives, name), getattr(more, name)]) for name in Lives.__slots__))
