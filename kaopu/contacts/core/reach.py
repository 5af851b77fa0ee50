"""The chance that a contact point still reaches its person: a two-state hidden Markov filter in continuous time.

Plain Python, one point: the oracle of the kernel, and what explains a figure sign by sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.contacts.core.evidence import CONFIRMING, OF_A_STRANGER, Evidence, evidence_of, instant
from kaopu.contacts.core.hazard import Hazard
from kaopu.contacts.core.reach_step import SECONDS_IN_YEAR, after, again, seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from kaopu.contacts.core.evidence import EvidenceKind, Via


@dataclass(frozen=True, slots=True)
class Step:
    """What one sign changed: the chance before it (time passed), its two likelihoods, the chance after it."""

    evidence: Evidence
    before: float
    if_alive: float
    if_dead: float
    after: float


@dataclass(frozen=True, slots=True)
class PointReach:
    """A point at a date. `suppress`: somebody else holds it as far as is known, so nothing may be sent there."""

    reach: float
    suppress: bool
    confirmed_at: datetime | None
    steps: tuple[Step, ...]


def filter_point(
    evidence: Iterable[Evidence | Mapping[str, Any]], hazard: Hazard | float, as_of: datetime | str
) -> float:
    """The chance, 0 to 1, that the point reaches its person at `as_of`.

    Evidence: values, or rows as in the file (`at`, `evidence`, `via`). Hazard: of the kind of point, or its churn a
    year alone, with the likelihoods of a phone. Signs are taken in the order of their dates; those after `as_of` are
    not known yet. Without any sign the point stands at the prior: from the first one on it is also worn by time.
    """
    return explain_point(evidence, hazard, as_of).reach


def explain_point(
    evidence: Iterable[Evidence | Mapping[str, Any]], hazard: Hazard | float, as_of: datetime | str
) -> PointReach:
    """As `filter_point`, with every step that led there, the last confirmation, and whether content is suppressed."""
    hazard, as_of = hazard if isinstance(hazard, Hazard) else Hazard(hazard), instant(as_of)
    known = in_order(each for each in map(evidence_of, evidence) if each.at <= as_of)
    alive, at, steps = hazard.prior, known[0].at if known else as_of, []
    last: dict[Via, EvidenceKind] = {}
    for each in known:
        before = after(alive, years(at, each.at), hazard.churn_per_year, hazard.return_per_year)
        if_alive, if_dead = hazard.likelihood(each.kind, each.via)
        if last.get(each.via) is each.kind:
            if_alive, if_dead = again(if_alive, hazard.repeats), again(if_dead, hazard.repeats)
        last[each.via] = each.kind
        alive, at = seen(before, if_alive, if_dead), each.at
        steps.append(Step(each, before, if_alive, if_dead, alive))
    reach = after(alive, years(at, as_of), hazard.churn_per_year, hazard.return_per_year)
    return PointReach(reach, is_suppressed(known), confirmed_at(known), tuple(steps))


def in_order(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """By date. Signs of one instant may stand in any order: Bayes gives the same."""
    return tuple(sorted(evidence, key=lambda each: each.at))


def is_suppressed(known: Iterable[Evidence]) -> bool:
    """Whether a stranger has held the point since its person last confirmed it; of one instant bad news counts."""
    known = tuple(known)
    stranger = max((each.at for each in known if each.kind in OF_A_STRANGER), default=None)
    confirmed = confirmed_at(known)
    return stranger is not None and (confirmed is None or stranger >= confirmed)


def confirmed_at(known: Iterable[Evidence]) -> datetime | None:
    """When the person last showed that the point is theirs."""
    return max((each.at for each in known if each.kind in CONFIRMING), default=None)


def years(start: datetime, stop: datetime) -> float:
    """Years of 365.25 days between two instants."""
    return (stop - start).total_seconds() / SECONDS_IN_YEAR
