"""Hazards and likelihoods estimated from evidence alone: expectation and maximisation, no truth needed.

What a sign tells is estimated given how it came about (`via`), so that it does not matter how often each way is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from kaopu.contacts.core.evidence import CONFIRMING, EVIDENCE_KINDS, POINT_KINDS, VIAS, EvidenceKind
from kaopu.contacts.core.hazard import HAZARDS, Hazard
from kaopu.contacts.core.hazard_fit_kernel import STEP_BINS, expect
from kaopu.contacts.core.reach_step import after
from kaopu.contacts.core.reach_tables import tables_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

KINDS, WAYS, SIGNS = len(POINT_KINDS), len(VIAS), len(EVIDENCE_KINDS)
PRIOR_MOST, PRIOR_LEAST = 0.995, 0.5
# Where a share of repetition begins, so that it can be found: from 0 expectation and maximisation never leave it.
REPEATS_FIRST, REPEATS_MOST = 0.1, 0.9
# A kind or a way with fewer signs keeps what it had: too few to say anything.
ENOUGH_SIGNS = 200
# One made-up sign of each word in each state: a word never seen in a state is rare there, not impossible.
PSEUDO = 0.5
_BEGINNINGS = [EVIDENCE_KINDS.index(each) for each in (*CONFIRMING, EvidenceKind.APP_SESSION, EvidenceKind.RECORDED)]
_RECORDED = EVIDENCE_KINDS.index(EvidenceKind.RECORDED)
# How far, in logarithms, a rate may be from its start before the data must insist.
RATE_SPREAD = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Signs in rows, by point and then by time. `starts` has one entry a point, and the number of rows at its end."""

    starts: NDArray[np.int64]
    years: NDArray[np.float64]
    kind: NDArray[np.uint8]
    via: NDArray[np.uint8]
    sign: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class _Expected:
    log_likelihood: float
    seen: NDArray[np.float64]
    moved: NDArray[np.float64]
    steps: NDArray[np.float64]
    began: NDArray[np.float64]
    came_again: NDArray[np.float64]


def fit(
    histories: Histories,
    start: Mapping[str, Hazard] = HAZARDS,
    rounds: int = 100,
    told: Callable[[int, float], None] = lambda _round, _likelihood: None,
) -> dict[str, Hazard]:
    """Hazards under which the evidence is likeliest, near `start`. `told` hears each round's log likelihood."""
    tables = tables_of(start)
    at_first = likelihoods = _normal(tables.likelihoods, histories)
    rates = tables.rates.copy()
    rates[:, 3] = np.maximum(rates[:, 3], REPEATS_FIRST)
    before = -np.inf
    for number in range(rounds):
        found = _expect(histories, at_first, likelihoods, rates)
        told(number, found.log_likelihood)
        likelihoods, rates = _likeliest(found, likelihoods), _rates(found, rates, tables.rates)
        if found.log_likelihood - before < 3e-7 * abs(found.log_likelihood):
            break
        before = found.log_likelihood
    found = _expect(histories, at_first, likelihoods, rates)
    return {kind: _hazard(place, found, likelihoods, rates, start[kind]) for place, kind in enumerate(POINT_KINDS)}


def _expect(
    histories: Histories, at_first: NDArray[np.float64], likelihoods: NDArray[np.float64], rates: NDArray[np.float64]
) -> _Expected:
    longest = int(np.diff(histories.starts).max(initial=1))
    seen, moved = np.zeros((KINDS, WAYS, SIGNS, 2)), np.zeros((KINDS, STEP_BINS, 2, 2))
    steps, began, room = np.zeros((KINDS, STEP_BINS, 2)), np.zeros((KINDS, 2)), np.zeros((7, longest))
    came_again = np.zeros((KINDS, 2))
    total = expect(
        histories.starts, histories.years, histories.kind, histories.via, histories.sign, at_first, likelihoods,
        _set_apart(histories), rates, seen, moved, steps, began, came_again, room,
    )  # fmt: skip
    return _Expected(total, seen, moved, steps, began, came_again)


def _set_apart(histories: Histories) -> NDArray[np.uint8]:
    """Kinds whose points come on record by a confirmation: that first sign was no attempt that might have failed."""
    first = histories.starts[:-1]
    kind, confirms = histories.kind[first], np.isin(histories.sign[first], _BEGINNINGS)
    return np.array([(kind == each).any() and confirms[kind == each].mean() > 0.9 for each in range(KINDS)], np.uint8)


def _normal(likelihoods: NDArray[np.float64], histories: Histories) -> NDArray[np.float64]:
    """The start as chances over the words that each kind and way has at all."""
    there = np.zeros((KINDS, WAYS, SIGNS, 1), bool)
    there[histories.kind, histories.via, histories.sign] = True
    there[:, :, _RECORDED] = False  # no attempt: it would take a share of the chances of all others
    held = np.where(there, likelihoods, 0.0)
    sums = held.sum(axis=2, keepdims=True)
    found = np.where(sums > 0, held / np.where(sums > 0, sums, 1.0), likelihoods)
    found[:, :, _RECORDED] = 1.0
    return np.ascontiguousarray(found)


def _likeliest(found: _Expected, before: NDArray[np.float64]) -> NDArray[np.float64]:
    there = found.seen.sum(axis=3, keepdims=True) > 0
    there[:, :, _RECORDED] = False
    counts = np.where(there, found.seen + PSEUDO, 0.0)
    sums = counts.sum(axis=2, keepdims=True)
    enough = found.seen.sum(axis=(2, 3), keepdims=True) >= ENOUGH_SIGNS
    # A word that only ever began histories keeps its place, but tells no more than before.
    fitted = np.where(there, counts / np.where(sums > 0, sums, 1.0), before)
    return np.ascontiguousarray(np.where(enough, fitted, before))


def _rates(found: _Expected, before: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    rates = before.copy()
    for kind in range(KINDS):
        if found.steps[kind, :, 1].sum() < ENOUGH_SIGNS:
            continue
        rates[kind, :2] = _likeliest_rates(found.moved[kind], found.steps[kind], before[kind], start[kind])
        alive = found.began[kind, 0] / found.began[kind].sum()
        rates[kind, 2] = min(max(alive, PRIOR_LEAST), PRIOR_MOST)
        rates[kind, 3] = min(found.came_again[kind, 0] / max(found.came_again[kind, 1], 1.0), REPEATS_MOST)
    return rates


def _likeliest_rates(
    moved: NDArray[np.float64], steps: NDArray[np.float64], before: NDArray[np.float64], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    held = steps[:, 1] > 0
    years, counts = steps[held, 0] / steps[held, 1], moved[held]
    anchors = np.log(np.maximum(start[:2], 1e-3))

    def unlikely(logs: NDArray[np.float64]) -> float:
        churn, back = np.exp(logs)
        rows = np.array([(after(1.0, each, churn, back), after(0.0, each, churn, back)) for each in years])
        rows = np.clip(rows, 1e-12, 1 - 1e-12)
        told = counts[:, :, 0] * np.log(rows) + counts[:, :, 1] * np.log1p(-rows)
        return float(-told.sum() + ((logs - anchors) ** 2).sum() / (2 * RATE_SPREAD**2))

    found = minimize(unlikely, np.log(np.maximum(before[:2], 1e-3)), method="L-BFGS-B", bounds=[(-7, 3)] * 2)
    return np.exp(np.asarray(found.x, np.float64))


def _hazard(
    place: int, found: _Expected, likelihoods: NDArray[np.float64], rates: NDArray[np.float64], start: Hazard
) -> Hazard:
    seen = found.seen[place].copy()
    seen[:, _RECORDED] = 0.0  # no attempt, so no chance of one
    by_via = {
        (VIAS[way], EVIDENCE_KINDS[sign]): _pair(likelihoods[place, way, sign])
        for way in range(1, WAYS)
        if seen[way].sum() >= ENOUGH_SIGNS
        for sign in np.flatnonzero(seen[way].sum(axis=1) > 0)
    }
    whole = seen.sum(axis=0) + PSEUDO
    # A word seen seldom keeps its start: the ratio of two made-up signs would say that it tells nothing.
    known = np.flatnonzero(seen.sum(axis=(0, 2)) >= ENOUGH_SIGNS)
    pooled = {EVIDENCE_KINDS[sign]: _pair(whole[sign] / whole.sum(axis=0)) for sign in known}
    enough = seen.sum() >= ENOUGH_SIGNS
    if not enough:
        return start
    churn, back, prior, repeats = (float(each) for each in rates[place])
    return Hazard(churn, back, prior, {**start.likelihoods, **pooled}, by_via, repeats)


def _pair(chances: NDArray[np.float64]) -> tuple[float, float]:
    alive, dead = (float(min(max(each, 1e-6), 1.0)) for each in chances)
    return alive, dead
