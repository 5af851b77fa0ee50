"""What the lender sees in some days: attempts at times that depend on nothing, and what comes of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.draws import YEAR, Part, generator, office_hours, picked
from kaopu.twin.core.emissions import EVIDENCE, VIA
from kaopu.twin.core.lives import PointKind
from kaopu.twin.core.points import CONTACT, OWN
from kaopu.twin.core.states import state_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.town import Town

SECONDS_PER_DAY = 86_400
# One attempt is one whole number, point over second over way, so that a plain sort brings all into order.
WAY_BITS, SECOND_BITS = 4, 30
LONGEST_DAYS = (1 << SECOND_BITS) // SECONDS_PER_DAY - 1
# Ways from here on are the confirmation with which a point began: by code, or by the first session.
BEGAN_BY_CODE, BEGAN_BY_SESSION = 8, 9


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Rows of evidence by point, then instant. `second` counts from the start of the run."""

    point: NDArray[np.int64]  # index; ids are one higher
    second: NDArray[np.int64]
    via: NDArray[np.int8]
    evidence: NDArray[np.int8]


def observe(town: Town, from_day: float, to_day: float, seed: int) -> Observed:
    """What is seen from a day (counted) to another (not counted). Equal arguments give equal rows."""
    rng = generator(town.seed, Part.OBSERVED, int(from_day), int(to_day), seed)
    keys = np.concatenate([*_attempts(rng, town, from_day, to_day), _beginnings(town, from_day, to_day)])
    keys.sort()
    point = keys >> (SECOND_BITS + WAY_BITS)
    second = (keys >> WAY_BITS) & ((1 << SECOND_BITS) - 1)
    way = (keys & ((1 << WAY_BITS) - 1)).astype(np.int8)
    del keys
    return Observed(point, second, _via(way), _outcomes(rng, town, point, second, way))


def _via(way: NDArray[np.int8]) -> NDArray[np.int8]:
    names = (*VIA, "code", "session")
    return np.array([VIA.index(name) for name in names], np.int8)[way]


def _keys(point: NDArray[np.int64], day: NDArray[np.float64], way: int) -> NDArray[np.int64]:
    second = np.minimum((day * SECONDS_PER_DAY).astype(np.int64), (1 << SECOND_BITS) - 1)
    return (((point << SECOND_BITS) | second) << WAY_BITS) | way


def _attempts(rng: np.random.Generator, town: Town, from_day: float, to_day: float) -> list[NDArray[np.int64]]:
    points, tried = town.points, town.world.attempts
    own, contact = points.role == OWN, points.role == CONTACT
    phone = own & (points.kind == PointKind.PHONE)
    start = np.maximum(points.created, from_day)
    end = np.minimum(points.consent_ended, to_day)
    late_start = np.maximum(start, town.borrowers.late_from[points.borrower])
    late_end = np.minimum(end, town.borrowers.late_to[points.borrower])
    schedule = (
        ("call", phone, tried.calls, start, end),
        ("call", points.first, tried.calls_while_late, late_start, late_end),
        ("sms", phone, tried.messages, start, end),
        ("code", phone, tried.codes, start, end),
        ("code", contact, tried.contact_codes, start, end),
        ("debit", points.first, tried.debits, start, end),
        ("session", own & (points.kind == PointKind.APP), tried.sessions, start, end),
        ("mail", own & (points.kind == PointKind.EMAIL), tried.mails, start, end),
        ("letter", own & (points.kind == PointKind.ADDRESS), tried.letters, start, end),
        ("status", phone | contact, tried.statuses, start, end),
    )
    return [
        _times(rng, np.flatnonzero(who), rate, start=first, end=last, way=VIA.index(via))
        for via, who, rate, first, last in schedule
    ]


def _times(
    rng: np.random.Generator,
    point: NDArray[np.int64],
    per_year: float,
    *,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    way: int,
) -> NDArray[np.int64]:
    lasts = np.maximum(end[point] - start[point], 0)
    number = rng.poisson(lasts * per_year / YEAR)
    each = np.repeat(point, number)
    day = office_hours(start[each] + rng.random(len(each)) * np.repeat(lasts, number))
    # Office hours end before midnight; what began in the evening is not seen before it began.
    return _keys(each, np.maximum(day, start[each] + 1 / SECONDS_PER_DAY), way)


def _beginnings(town: Town, from_day: float, to_day: float) -> NDArray[np.int64]:
    points = town.points
    begins = (points.created >= from_day) & (points.created < to_day) & (points.kind != PointKind.ADDRESS)
    point = np.flatnonzero(begins)
    by = np.where(points.kind[point] == PointKind.APP, BEGAN_BY_SESSION, BEGAN_BY_CODE)
    return _keys(point, points.created[point], 0) | by


def _outcomes(
    rng: np.random.Generator,
    town: Town,
    point: NDArray[np.int64],
    second: NDArray[np.int64],
    way: NDArray[np.int8],
) -> NDArray[np.int8]:
    via = _via(way)
    state = state_of(town, point, second / SECONDS_PER_DAY, via)
    evidence = town.world.emissions.draw(via, state, rng.random(len(point)))
    repeat = town.world.attempts.repeat_share
    if repeat:
        evidence = evidence[_as_before(picked(rng, repeat, len(point)), point, via, state)]
    evidence[way == BEGAN_BY_CODE] = EVIDENCE.index("code_confirmed")
    evidence[way == BEGAN_BY_SESSION] = EVIDENCE.index("app_session")
    return evidence


def _as_before(
    repeats: NDArray[np.bool_], point: NDArray[np.int64], via: NDArray[np.int8], state: NDArray[np.int8]
) -> NDArray[np.int64]:
    """For each attempt the one whose outcome it has: its own, or the last before it that was not a repetition.

    Only attempts on the same point, by the same way, in the same state repeat each other.
    """
    like = (point * len(VIA) + via) * 8 + state
    order = np.argsort(like, kind="stable")
    another = np.diff(like[order], prepend=-1) != 0
    original = np.where(~repeats[order] | another, np.arange(len(point)), 0)
    found = np.empty(len(point), np.int64)
    found[order] = order[np.maximum.accumulate(original)]
    return found
