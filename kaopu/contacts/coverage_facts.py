"""What the records say of coverage: how far each nomination came, and whether lost borrowers had somebody to ask."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kaopu.contacts.core.contact_state import Act
from kaopu.contacts.core.coverage import Journey
from kaopu.contacts.core.reached import reached_of
from kaopu.contacts.lender_evidence import evidence_rows
from kaopu.contacts.models import Contact, ContactEvent, Episode, OneTimeCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kaopu.contacts.core.hazard import Hazard

HALF_A_YEAR = timedelta(days=180)
_STEPS = {Act.OPENED: "opened_at", Act.ACCEPTED: "accepted_at", Act.VERIFIED: "verified_at"}


def journeys(as_of: datetime, hazards: Mapping[str, Hazard], code_cost_minor: int) -> Iterator[Journey]:
    """One entry a nomination by `as_of`; each code sent for it cost `code_cost_minor`."""
    firsts: dict[int, dict[str, datetime]] = {}
    events = ContactEvent.objects.filter(act__in=[*_STEPS], at__lte=as_of).order_by("number")
    for contact_id, act, at in events.values_list("contact_id", "act", "at"):
        firsts.setdefault(contact_id, {}).setdefault(_STEPS[Act(act)], at)
    codes: dict[int, int] = {}
    for contact_id in OneTimeCode.objects.filter(made_at__lte=as_of).values_list("link__contact_id", flat=True):
        codes[contact_id] = codes.get(contact_id, 0) + 1
    for row in Contact.objects.filter(nominated_at__lte=as_of).order_by("pk"):
        steps = firsts.get(row.pk, {})
        due = steps["verified_at"] + HALF_A_YEAR if "verified_at" in steps else None
        reach = _reach(row, due, hazards) if due is not None and due <= as_of else None
        yield Journey(row.nominated_at, **steps, reach_180=reach, cost_minor=codes.get(row.pk, 0) * code_cost_minor)


def contact_reaches(borrower_id: int, at: datetime, hazards: Mapping[str, Hazard]) -> dict[int, float]:
    """Reach by point of the borrower's contacts who had agreed by then, 0 where nothing may be sent."""
    reached = reached_of(evidence_rows(at, borrower_id), hazards, at)
    of_contacts = (reached.link_role == 1) & reached.link_counts
    return {
        int(reached.point_id[int(point)]): float(reach)
        for point, reach in zip(reached.link_point[of_contacts], reached.counted[of_contacts], strict=True)
    }


def lost_episodes(as_of: datetime, hazards: Mapping[str, Hazard]) -> list[list[float]]:
    """For each lost-contact episode opened by `as_of`: the reaches of contacts when it opened."""
    rows = Episode.objects.filter(opened_at__lte=as_of).order_by("opened_at").values_list("borrower_id", "opened_at")
    return [list(contact_reaches(borrower_id, at, hazards).values()) for borrower_id, at in rows]


def _reach(row: Contact, at: datetime, hazards: Mapping[str, Hazard]) -> float:
    """The best of the contact's points; 0 once they withdrew."""
    from kaopu.party.models import ContactPoint

    own = set(ContactPoint.objects.filter(party_id=row.party_id).values_list("pk", flat=True))
    reaches = contact_reaches(row.borrower_id, at, hazards)
    return max((reach for point, reach in reaches.items() if point in own), default=0.0)
