"""How fast points stop reaching their holder, how seldom they come back, and what each sign tells.

Rates are per year of 365.25 days; a point alive now is still alive after t years with probability exp(-churn t) when
nothing comes back. A sign's two likelihoods are its chances at a living and at a dead point, given that it was tried:
only their ratio matters. The figures here are a start from judgement, not from a study; `kaopu contacts fit-hazard`
estimates a lender's own from its evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kaopu.contacts.core.evidence import POINT_KINDS, EvidenceKind, Via
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

Likelihoods = tuple[float, float]
K = EvidenceKind

# (at a living point, at a dead one). A dead phone is off, gone or a stranger's: the last still takes delivery.
PHONE: dict[EvidenceKind, Likelihoods] = {
    K.CODE_CONFIRMED: (0.60, 0.001),
    K.RIGHT_PARTY: (0.40, 0.002),
    K.DELIVERED: (0.96, 0.40),
    K.READ: (0.50, 0.05),
    K.APP_SESSION: (0.50, 0.10),
    K.DEBIT_SUCCESS: (0.90, 0.65),
    K.NO_ANSWER: (0.50, 0.80),
    K.BOUNCED: (0.03, 0.40),
    K.INVALID_NUMBER: (0.001, 0.45),
    K.WRONG_NUMBER: (0.004, 0.30),
    K.REASSIGNED: (0.0005, 0.30),
    K.SILENT: (0.40, 0.95),
    K.IN_SERVICE: (0.95, 0.40),
    K.SUSPENDED: (0.02, 0.20),
    K.CARRIER_MATCH: (0.90, 0.03),
    K.CARRIER_MISMATCH: (0.03, 0.50),
}
EMAIL = PHONE | {K.DELIVERED: (0.98, 0.55), K.BOUNCED: (0.01, 0.45), K.SILENT: (0.60, 0.97)}
APP = PHONE | {K.APP_SESSION: (0.80, 0.01), K.DELIVERED: (0.95, 0.30), K.SILENT: (0.30, 0.97)}
ADDRESS = PHONE | {K.DELIVERED: (0.97, 0.70), K.BOUNCED: (0.02, 0.30), K.SILENT: (0.70, 0.97)}


@dataclass(frozen=True, slots=True)
class Hazard:
    """All that the filter assumes of one kind of point.

    `prior`: alive when the point was first seen. `likelihoods` by evidence; `likelihoods_via` by channel and evidence
    goes first where a row says how its sign came about. A kind without likelihoods tells nothing. `repeats`: the share
    of attempts that only repeat what came out last time by the same way (a phone that is never picked up, a mailbox
    that always takes); a sign that came again tells so much less.
    """

    churn_per_year: float
    return_per_year: float = 0.05
    prior: float = 0.92
    likelihoods: Mapping[EvidenceKind, Likelihoods] = field(default_factory=lambda: PHONE)
    likelihoods_via: Mapping[tuple[Via, EvidenceKind], Likelihoods] = field(default_factory=dict)
    repeats: float = 0.0

    def __post_init__(self) -> None:
        if not (self.churn_per_year >= 0 and self.return_per_year >= 0):
            raise BadInput(
                f"hazard: rates per year of {self.churn_per_year}, {self.return_per_year}, expected 0 or more"
            )
        if not 0 < self.prior < 1:
            raise BadInput(f"hazard: prior of {self.prior}, expected between 0 and 1")
        if not 0 <= self.repeats < 1:
            raise BadInput(f"hazard: repeats of {self.repeats}, expected 0 or more and below 1")
        for pair in (*self.likelihoods.values(), *self.likelihoods_via.values()):
            if not all(0 < each <= 1 for each in pair):
                # A likelihood of 0 would let one wrong row settle a point for ever.
                raise BadInput(f"hazard: likelihoods {pair}, expected above 0 and up to 1")

    def likelihood(self, kind: EvidenceKind, via: Via = Via.UNKNOWN) -> Likelihoods:
        """Chances of the sign at a living and at a dead point; (1, 1) where it tells nothing."""
        found = self.likelihoods_via.get((via, kind)) if via else None
        return found or self.likelihoods.get(kind, (1.0, 1.0))


HAZARDS: dict[str, Hazard] = {
    "phone": Hazard(0.20, likelihoods=PHONE),
    "email": Hazard(0.20, likelihoods=EMAIL),
    "app": Hazard(0.50, return_per_year=0.30, likelihoods=APP),
    "address": Hazard(0.13, return_per_year=0.02, likelihoods=ADDRESS),
}
assert tuple(HAZARDS) == POINT_KINDS  # noqa: S101 - the kernel's codes are places in this table
