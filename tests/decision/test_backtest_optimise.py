"""Cut-offs beside a search of everything."""

from __future__ import annotations

import itertools
import random

import pytest

from kaopu.decision.core.optimise.bands import Band, Choice, Limits
from kaopu.decision.core.optimise.cut_off import best, keeps, outcome_of


def bands(seed: int) -> list[Band]:
    draw = random.Random(seed)
    return [
        Band(segment, group, score, draw.randint(1, 50), draw.randint(0, 400), draw.randint(-900, 700 + 100 * score))
        for segment in "xyz"
        for group in "ab"
        for score in range(1, 5)
    ]


def search(given: list[Band], limits: Limits, *, per_segment: bool) -> Choice | None:
    """Every combination of cut-offs."""
    cuts = [None, 1, 2, 3, 4]
    combined = itertools.product(cuts, repeat=3) if per_segment else [(cut,) * 3 for cut in cuts]
    found = [outcome_of(given, dict(zip("xyz", each, strict=True))) for each in combined]
    return max((each for each in found if keeps(each, limits)), key=lambda each: each.profit or 0, default=None)


@pytest.mark.parametrize("per_segment", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_as_good_as_a_search_of_everything(seed: int, per_segment: bool) -> None:
    given = bands(seed)
    all_loss = sum(band.loss for band in given)
    for limits in (
        Limits(),
        Limits(loss_ceiling=all_loss * 0.4),
        Limits(approval_floor=0.5, impact_floor=0.8),
        Limits(loss_ceiling=all_loss * 0.7, approval_floor=0.45, impact_floor=0.9),
    ):
        found, expected = best(given, limits, per_segment=per_segment), search(given, limits, per_segment=per_segment)
        if expected is None:
            assert found.conflicts
            assert found.cut_offs == {}
        else:
            assert found.conflicts == ()
            assert found.profit == pytest.approx(expected.profit)
            assert keeps(found, limits)


def test_what_conflicts_is_named() -> None:
    given = [Band("s", "a", score, 10, 100, 50) for score in range(1, 4)]
    for per_segment in (False, True):
        found = best(given, Limits(loss_ceiling=100, approval_floor=0.9, impact_floor=0.5), per_segment=per_segment)
        assert found.conflicts == ("loss_ceiling", "approval_floor")
