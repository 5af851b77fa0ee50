"""The files of a run that no lender could have: what is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kaopu.twin.columns import days, known, words
from kaopu.twin.core.lives import ENDINGS
from kaopu.twin.core.nomination_kinds import Kind
from kaopu.twin.core.truth import lost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.asks import Asks
    from kaopu.twin.core.town import Town

CONTACT_KINDS = tuple(kind.name.lower() for kind in Kind)


def points_truth(town: Town) -> pa.Table:
    """A row for each spell in which a point reaches its holder. Nothing is said of what lies after the run."""
    points, lives = town.points, town.lives
    count, value = len(points.kind), points.value
    again = np.flatnonzero(lives.back[value] < town.days)
    point = np.concatenate([np.arange(count), again])
    start = np.concatenate([lives.born[value], lives.back[value[again]]])
    end = np.concatenate([lives.down[value], lives.down_again[value[again]]])
    ended = np.concatenate([lives.ending[value], np.where(end[count:] < town.days, 0, -1)])
    order = np.lexsort((start, point))
    point, end = point[order], end[order]
    within = end < town.days
    stranger = lives.stranger[value[point]]
    begin = town.world.start
    return pa.table(
        {
            "point_id": point + 1,
            "borrower_id": points.borrower[point] + 1,
            "alive_from": days(begin, start[order]),
            "alive_to": days(begin, np.where(within, end, np.inf)),
            "ended_by": words(np.where(within, ended[order], -1), ENDINGS),
            "reassigned_at": days(begin, np.where(stranger < town.days, stranger, np.inf)),
        }
    )


def contacts_truth(town: Town) -> pa.Table:
    """What each named contact is."""
    names, touch = town.names, town.process.in_touch_to
    return pa.table(
        {
            "source": names.source + 1,
            "target": names.target + 1,
            "genuine": names.kind < Kind.RING,
            "kind": words(names.kind, CONTACT_KINDS),
            "group_id": _groups(town),
            "in_touch_to": days(town.world.start, np.where(touch < town.days, touch, np.inf)),
        }
    )


def _groups(town: Town) -> pa.Array:
    """The family of relatives; the ring or the hub of fakes, counted behind the families."""
    names, families = town.names, len(town.borrowers.family)
    family = names.kind == Kind.FAMILY
    group = np.where(family, town.borrowers.family[names.source], families + names.group)
    return known(group + 1, family | (names.group >= 0))


def borrowers_truth(town: Town) -> pa.Table:
    """What happened to each borrower within the run."""
    people, persons, count = town.borrowers, town.persons, len(town.borrowers.family)

    def within(day: NDArray[np.float64]) -> pa.Array:
        return days(town.world.start, np.where(day < town.days, day, np.inf))

    return pa.table(
        {
            "borrower_id": np.arange(1, count + 1),
            "family_id": people.family + 1,
            "created_at": days(town.world.start, people.created),
            "evasive": people.evasive,
            "late_from": within(people.late_from),
            "late_to": within(people.late_to),
            "ill_from": within(persons.ill_from[:count]),
            "ill_to": within(persons.ill_to[:count]),
            "moved_at": within(persons.moved[:count]),
            "died_at": within(persons.died[:count]),
            "lost_at_end": lost(town, town.days),
        }
    )


def asks_truth(asks: Asks) -> pa.Table:
    """The planted chances."""
    return pa.table(
        {
            "episode_id": np.arange(1, len(asks.asked) + 1),
            "risk_not_asked": asks.risk_not_asked,
            "risk_asked": asks.risk_asked,
        }
    )
