"""Hazards as the tables that the compiled filter reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kaopu.contacts.core.evidence import CONFIRMING, EVIDENCE_KINDS, OF_A_STRANGER, POINT_KINDS, VIAS
from kaopu.contacts.core.reach_rows import CONFIRMS, STRANGER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from kaopu.contacts.core.hazard import Hazard


class Tables(NamedTuple):
    """`likelihoods` by kind, channel and evidence, (alive, dead) last; `rates`: churn, return, prior, repeats."""

    likelihoods: NDArray[np.float64]
    flags: NDArray[np.uint8]
    rates: NDArray[np.float64]


def tables_of(hazards: Mapping[str, Hazard]) -> Tables:
    """The same figures that the scalar filter reads one by one."""
    likelihoods = np.array(
        [[[hazards[kind].likelihood(sign, via) for sign in EVIDENCE_KINDS] for via in VIAS] for kind in POINT_KINDS]
    )
    held = (hazards[kind] for kind in POINT_KINDS)
    rates = np.array([[each.churn_per_year, each.return_per_year, each.prior, each.repeats] for each in held])
    return Tables(likelihoods, np.array([_flags(each) for each in EVIDENCE_KINDS], np.uint8), rates)


def _flags(kind: str) -> int:
    return CONFIRMS * (kind in CONFIRMING) | STRANGER * (kind in OF_A_STRANGER)
