"""How a model is to be fitted: everything that is chosen before the rows are looked at."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.scores.binning import MONOTONE
from kaopu.decision.core.scores.challenger import SIZES
from kaopu.decision.core.scores.derived import direction
from kaopu.decision.core.scores.scorecard import RIDGE, Scaling
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kaopu.decision.core.scores.derived import Derived


class Kind(StrEnum):
    """Kinds of models."""

    SCORECARD = "scorecard"
    LIGHTGBM = "lightgbm"


AUTO, NEVER = "auto", "never"
DERIVES = (AUTO, "always", NEVER)
CALIBRATIONS = ("none", "platt", "isotonic")


@dataclass(frozen=True, slots=True)
class Recipe:
    """`auto` is chosen by cross-validation inside the rows a model is fitted on (see `choice`).

    `size` of a challenger: auto or one of `SIZES`; `derive`: auto, always or never.
    """

    kind: Kind = Kind.SCORECARD
    seed: int = 0
    threads: int = 1
    monotone: Mapping[str, str] = field(default_factory=dict)
    derive: str = AUTO
    size: str = AUTO
    seeds: int = 3
    ridge: float = RIDGE
    calibration: str = "platt"
    scaling: Scaling = field(default_factory=Scaling)

    def __post_init__(self) -> None:
        for column, way in self.monotone.items():
            if way not in MONOTONE:
                raise BadInput(f"--monotone {column}: {way!r} given, expected ascending or descending")
        if self.size not in (AUTO, *SIZES):
            raise BadInput(f"--size: {self.size} given, expected auto, {', '.join(SIZES)}")
        if self.derive not in DERIVES:
            raise BadInput(f"--derive: {self.derive} given, expected one of {', '.join(DERIVES)}")
        if self.calibration not in CALIBRATIONS:
            raise BadInput(f"--calibration: {self.calibration} given, expected one of {', '.join(CALIBRATIONS)}")

    def directions(self, names: Iterable[str], declared: Iterable[Derived]) -> dict[str, str]:
        """The direction of each column, that of derived ones following from their inputs'."""
        known = {name: 1 if way == MONOTONE[0] else -1 for name, way in self.monotone.items()}
        absent = set(known) - set(names)
        if absent:
            raise BadInput(f"--monotone {min(absent)}: no such column among those the model reads")
        for each in declared:
            known[each.name] = direction(each, known)
        return {name: MONOTONE[0] if way > 0 else MONOTONE[1] for name, way in known.items() if way}

    def as_json(self) -> dict[str, Any]:
        """As the model's file keeps it."""
        return asdict(self) | {"monotone": dict(self.monotone)}
