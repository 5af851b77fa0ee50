"""How each nomination went: opened, accepted, verified, refused, withdrawn; and how long the two stay in touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.draws import office_hours, picked, waits
from kaopu.twin.core.nomination_kinds import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.names import Names
    from kaopu.twin.core.world import World

STATES = ("nominated", "opened", "accepted", "verified", "refused", "withdrawn", "expired")
LINK_LASTS_DAYS = 14
FAKES_ACCEPT = 0.97
ONE_MINUTE = 1 / 1440


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """One entry a nomination. Days from the start of the run; infinity is never within the run."""

    nominated: NDArray[np.float64]
    opened: NDArray[np.float64]
    accepted: NDArray[np.float64]
    verified: NDArray[np.float64]
    refused: NDArray[np.float64]
    withdrawn: NDArray[np.float64]
    in_touch_to: NDArray[np.float64]
    state: NDArray[np.int8]


def draw_process(
    rng: np.random.Generator, world: World, names: Names, applied: NDArray[np.float64], days: int
) -> Process:
    """What became of each nomination by the end of the run; `applied` is the day of each borrower's application."""
    count, honest = len(names.source), world.honest
    genuine, invented = names.kind < Kind.RING, names.kind == Kind.INVENTED

    def happens(share: float, fakes: float) -> NDArray[np.bool_]:
        return picked(rng, np.where(genuine, share, np.where(invented, 0.0, fakes)), count)

    def after(start: NDArray[np.float64], mean_days: float, when: NDArray[np.bool_]) -> NDArray[np.float64]:
        # Fakes are quick: nobody has to be found.
        wait = rng.standard_exponential(count) * np.where(genuine, mean_days, mean_days / 10)
        # Bringing an evening into office hours must not bring it before what it follows.
        day = np.maximum(office_hours(start + wait), start + ONE_MINUTE)
        return np.where(when & (day < days), day, np.inf)

    nominated = np.minimum(applied[names.source] + 1 / 48, days)
    opened = after(nominated, 1.0, happens(honest.opened, FAKES_ACCEPT))
    accepts = happens(honest.accepted, 1.0)
    accepted = after(opened, 0.3, accepts & np.isfinite(opened))
    refuses = ~accepts & picked(rng, min(honest.refused / max(1 - honest.accepted, 1e-9), 1.0), count)
    refused = after(opened, 0.3, refuses & np.isfinite(opened))
    verifies = happens(honest.second_channel, world.fakes.second_channel)
    verified = after(accepted, 3.0, verifies & np.isfinite(accepted))
    withdraws = accepted + waits(rng, np.where(genuine, honest.withdraws_per_year, 0.0), count)
    withdrawn = np.where(withdraws < days, withdraws, np.inf)
    verified = np.where(verified < withdrawn, verified, np.inf)
    in_touch_to = nominated + waits(rng, np.where(genuine, honest.falls_out_per_year, 0.0), count)
    reached = (opened, accepted, verified, refused, withdrawn)
    return Process(nominated, *reached, in_touch_to, _states(nominated + LINK_LASTS_DAYS < days, reached))


def _states(old: NDArray[np.bool_], reached: tuple[NDArray[np.float64], ...]) -> NDArray[np.int8]:
    """The furthest state that each came to; links that nobody finished with have expired."""
    state = np.zeros(len(old), np.int8)
    for code, day in enumerate(reached, start=1):
        state[np.isfinite(day)] = code
    state[(state <= 1) & old] = STATES.index("expired")
    return state
