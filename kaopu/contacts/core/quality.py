"""Quality of all contacts at once: how trust is spread, why it is low, and groups to look at by the loss at stake."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.contacts.core.network import network
from kaopu.contacts.core.rings import circle_numbers
from kaopu.contacts.core.trust import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from kaopu.contacts.core.nomination_columns import Nominations
    from kaopu.contacts.core.trust import Scores

BIN_WIDTH = 10
GROUPS_MAX, LOW_MAX = 500, 200
CIRCLE, SHARED = "circle_of_strangers", "strangers_naming"


class GroupKind(StrEnum):
    """What holds a group together."""

    CIRCLE = "circle"  # users who name one another in a circle
    SHARED = "shared"  # one contact, named by users who have nothing to do with one another


@dataclass(frozen=True, slots=True)
class Group:
    """People to look at together. `code` stays the same while the people are the same."""

    code: str
    kind: GroupKind
    people: tuple[int, ...]
    edges: tuple[tuple[int, int], ...]
    exposure_minor: int


@dataclass(frozen=True, slots=True)
class LowContact:
    """A contact whose score asks for another one or for a look."""

    contact_id: int
    score: int
    outcome: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """All of it. `bins`: how many contacts score 0 to 9, 10 to 19 … 90 to 100."""

    version: str
    ask_another_below: int
    scored: int
    outcomes: dict[str, int]
    bins: tuple[int, ...]
    reasons: dict[str, int]  # by signal, of contacts that are asked for again or looked at
    groups: tuple[Group, ...]
    groups_in_all: int
    low: tuple[LowContact, ...]


def quality(
    given: Nominations,
    contact_ids: Sequence[int],
    facts: Mapping[str, NDArray[np.float64]],
    scores: Scores,
    exposure_minor: Mapping[int, int],
) -> Quality:
    """What a page shows of scored nominations. `exposure_minor` is by borrower, in minor units."""
    flagged = np.isin(scores.outcome, (Outcome.ASK_ANOTHER.value, Outcome.REVIEW.value))
    counted = Counter(scores.outcome.tolist())
    bins = np.bincount(np.minimum(scores.score // BIN_WIDTH, 9), minlength=10)
    groups = _groups(given, facts, scores, exposure_minor)
    return Quality(
        version=scores.weights.version,
        ask_another_below=scores.weights.ask_another_below,
        scored=len(given),
        outcomes={outcome.value: counted[outcome.value] for outcome in Outcome},
        bins=tuple(bins.tolist()),
        reasons=_reasons(scores, flagged),
        groups=groups[:GROUPS_MAX],
        groups_in_all=len(groups),
        low=_low(contact_ids, scores, flagged),
    )


def _reasons(scores: Scores, flagged: NDArray[np.bool_]) -> dict[str, int]:
    counts = scores.counted[flagged].sum(axis=0).tolist()
    against = [
        (each.name, count) for each, count in zip(scores.weights.signals, counts, strict=True) if each.points < 0
    ]
    return {name: count for name, count in sorted(against, key=lambda pair: (-pair[1], pair[0])) if count}


def _low(contact_ids: Sequence[int], scores: Scores, flagged: NDArray[np.bool_]) -> tuple[LowContact, ...]:
    rows = sorted(np.flatnonzero(flagged).tolist(), key=lambda row: (scores.score[row], contact_ids[row]))[:LOW_MAX]
    return tuple(_low_contact(contact_ids[row], scores, row) for row in rows)


def _low_contact(contact_id: int, scores: Scores, row: int) -> LowContact:
    found = scores.one(row)
    reasons = tuple(each.name for each in found.reasons if each.points < 0)
    return LowContact(contact_id, found.score, found.outcome.value, reasons)


def _groups(
    given: Nominations, facts: Mapping[str, NDArray[np.float64]], scores: Scores, exposure: Mapping[int, int]
) -> tuple[Group, ...]:
    """Circles and shared contacts that a group signal counts for; the most at stake first."""
    source, target = given.edges.source, given.edges.target
    numbers, _sizes = circle_numbers(network(given.edges))
    found: list[Group] = []
    for kind, fact, key in ((GroupKind.CIRCLE, CIRCLE, numbers[source]), (GroupKind.SHARED, SHARED, target)):
        rows = np.flatnonzero(_counts_for(scores, fact) & (facts[fact] > 0))
        groups = _split(rows, key[rows])
        found += [_group(kind, given.edges.ids, source[each], target[each], exposure) for each in groups]
    return tuple(sorted(found, key=lambda group: (-group.exposure_minor, -len(group.people), group.code)))


def _counts_for(scores: Scores, fact: str) -> NDArray[np.bool_]:
    wanted = np.array([each.fact == fact and each.group for each in scores.weights.signals])
    found: NDArray[np.bool_] = (scores.counted & wanted).any(axis=1)
    return found


def _split(rows: NDArray[np.int64], key: NDArray[np.int32]) -> list[NDArray[np.int64]]:
    order = np.argsort(key, kind="stable")
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    return np.split(rows[order], cuts) if len(rows) else []


def _group(
    kind: GroupKind, ids: Any, source: NDArray[np.int32], target: NDArray[np.int32], exposure: Mapping[int, int]
) -> Group:
    edges = sorted(
        {(ids[int(one)].as_py(), ids[int(other)].as_py()) for one, other in zip(source, target, strict=True)}
    )
    people = sorted({person for edge in edges for person in edge})
    owed = sum(exposure.get(person, 0) for person in people)
    digest = hashlib.sha256(",".join(map(str, people)).encode()).hexdigest()[:6].upper()
    return Group(f"{'R' if kind is GroupKind.CIRCLE else 'H'}-{digest}", kind, tuple(people), tuple(edges), owed)
