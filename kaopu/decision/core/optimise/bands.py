"""What a cut-off is chosen over: applications of one segment and one group with the same score, summed up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """Applications with the same score. Amounts in minor units, over all of them (expected where not known).

    Args:
        segment: each segment may have a cut-off of its own.
        group: whose approval rates are compared; empty where none is asked for.
        score: higher is better; a cut-off approves `score >= cut_off`.
        rows: how many.
        loss: expected loss if all are approved.
        profit: expected profit if all are approved.
    """

    segment: str
    group: str
    score: float
    rows: int
    loss: float
    profit: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Constraints; None is none.

    Args:
        loss_ceiling: the sum of losses of the approved is not above it, minor units.
        approval_floor: the share approved is not below it.
        impact_floor: the least approval rate of a group over that of any other (0.8: the four fifths rule).
    """

    loss_ceiling: float | None = None
    approval_floor: float | None = None
    impact_floor: float | None = None

    def without(self, name: str) -> Limits:
        """The same but for one."""
        kept = {each: getattr(self, each) for each in NAMES if each != name}
        return Limits(**kept)


NAMES = ("loss_ceiling", "approval_floor", "impact_floor")


@dataclass(frozen=True, slots=True)
class Choice:
    """Cut-offs by segment (None: nobody is approved) and what they give.

    `conflicts`: empty when the limits can be kept; otherwise the limits of which each, left out, makes room, or all
    of them where no single one does. Then there are no cut-offs.
    """

    cut_offs: dict[str, float | None]
    approval_rate: float | None
    loss: float | None
    profit: float | None
    impact_ratio: float | None
    conflicts: tuple[str, ...] = ()
