"""What a filter found, in columns: points, and which borrowers they may serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.contacts.core.borrower_reach import Consent, agreed, mixed
from kaopu.contacts.core.evidence import POINT_KINDS, ROLES, EvidenceRow
from kaopu.contacts.core.reach import explain_point

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from kaopu.contacts.core.borrower_reach import Pooling
    from kaopu.contacts.core.hazard import Hazard

NEVER_US = -(1 << 63)
Key = str | int


@dataclass(frozen=True, slots=True)
class Reached:
    """Points by place (id, code of kind, reach, suppressed, last confirmed in microseconds UTC, `NEVER_US` if never).

    Links by place: the borrower's and the point's places, role (0 own, 1 contact), and whether the point may count.
    """

    point_id: Sequence[Key]
    kind: NDArray[np.uint8]
    reach: NDArray[np.float64]
    suppress: NDArray[np.bool_]
    confirmed_us: NDArray[np.int64]
    borrower_id: Sequence[Key]
    link_borrower: NDArray[np.int32]
    link_point: NDArray[np.int64]
    link_role: NDArray[np.uint8]
    link_counts: NDArray[np.bool_]

    @property
    def counted(self) -> NDArray[np.float64]:
        """The reach of each link's point, 0 where it is suppressed or its holder has not agreed."""
        usable = self.link_counts & ~self.suppress[self.link_point]
        return np.where(usable, self.reach[self.link_point], 0.0)


def lost_of(reached: Reached, pooling: Pooling) -> NDArray[np.float64]:
    """The chance, by borrower's place, that nothing and nobody reaches them: `borrower_lost` over columns."""
    product, least = np.ones((2, len(reached.borrower_id))), np.ones((2, len(reached.borrower_id)))
    misses = 1.0 - reached.counted * np.where(reached.link_role == 1, pooling.passes_on, 1.0)
    np.multiply.at(product, (reached.link_role, reached.link_borrower), misses)
    np.minimum.at(least, (reached.link_role, reached.link_borrower), misses)
    own, contacts = (
        mixed(product[0], least[0], pooling.own_together),
        mixed(product[1], least[1], pooling.contacts_together),
    )
    return np.asarray(own * contacts, np.float64)


def reached_of(rows: Iterable[EvidenceRow], hazards: Mapping[str, Hazard], as_of: datetime) -> Reached:
    """Filter rows one point after the other; points and borrowers in the order in which they first come."""
    points: dict[Key, list[EvidenceRow]] = {}
    for row in rows:
        if row.evidence.at <= as_of:
            points.setdefault(row.point_id, []).append(row)
    found = [explain_point((r.evidence for r in held), hazards[held[0].point_kind], as_of) for held in points.values()]
    links = [(place, *link) for place, held in enumerate(points.values()) for link in _links(held)]
    borrowers = {borrower: place for place, borrower in enumerate(dict.fromkeys(link[1] for link in links))}
    return Reached(
        list(points),
        np.array([POINT_KINDS.index(held[0].point_kind) for held in points.values()], np.uint8),
        np.array([each.reach for each in found], np.float64),
        np.array([each.suppress for each in found], bool),
        np.array([_microseconds(each.confirmed_at) for each in found], np.int64),
        list(borrowers),
        np.array([borrowers[borrower] for _, borrower, _, _ in links], np.int32),
        np.array([place for place, _, _, _ in links], np.int64),
        np.array([ROLES.index(role) for _, _, role, _ in links], np.uint8),
        np.array([counts for _, _, _, counts in links], bool),
    )


def _links(held: Sequence[EvidenceRow]) -> list[tuple[Key, str, bool]]:
    """Borrowers of one point, each role, and whether it counts. A borrower's own point is no contact of theirs too."""
    said: dict[tuple[Key, str], list[Consent]] = {}
    for row in held:
        said.setdefault((row.borrower_id, row.role), []).append(Consent(row.evidence.at, row.consented))
    return [
        (borrower, role, role == "own" or ((borrower, "own") not in said and agreed(consents)))
        for (borrower, role), consents in said.items()
    ]


def _microseconds(at: datetime | None) -> int:
    return NEVER_US if at is None else int(at.timestamp() // 1) * 10**6 + at.microsecond
