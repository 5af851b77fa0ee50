"""Rows of contacts as values: where each stands, which link opens what, what was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from kaopu.contacts.core import contact_state as core
from kaopu.contacts.core.contact_state import Act, Happened, Standing, State
from kaopu.contacts.core.held_data import Choices, Hours
from kaopu.contacts.models import Choice, Contact, ContactEvent, Offer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact as other rooms and pages see it. `party_id` is None until the person agreed."""

    id: int
    borrower_id: int
    party_id: int | None
    relation: str
    provenance: str
    mode: str
    check_code: str
    nominated_at: datetime
    standing: Standing
    state: State

    @property
    def agreed(self) -> bool:
        """Whether the person agreed and has not taken it back."""
        return self.standing.agreed


def contacts_of(borrower_id: int, as_of: datetime) -> list[ContactView]:
    """Everyone a borrower named, the oldest first, as they stood at an instant."""
    return _views(Contact.objects.filter(borrower_id=borrower_id).order_by("pk"), as_of)


def contacts_as(party_id: int, as_of: datetime) -> list[ContactView]:
    """Every contact that this person is, for whichever borrower."""
    return _views(Contact.objects.filter(party_id=party_id).order_by("pk"), as_of)


def contact(contact_id: int, as_of: datetime) -> ContactView | None:
    """One contact."""
    return next(iter(_views(Contact.objects.filter(pk=contact_id), as_of)), None)


def contact_between(party_id: int, borrower_id: int, as_of: datetime) -> ContactView | None:
    """The contact that a person is for one borrower."""
    return next(iter(_views(Contact.objects.filter(party_id=party_id, borrower_id=borrower_id), as_of)), None)


def lock(contact_id: int) -> Contact | None:
    """The contact's row, held until the transaction ends."""
    return Contact.objects.select_for_update(no_key=True).filter(pk=contact_id).first()


def standing(contact_id: int) -> Standing:
    """Where a contact stands, replayed from all that happened."""
    return _standings([contact_id], None).get(contact_id, core.NOTHING)


def append(
    row: Contact, before: Standing, after: Standing, act: Act, *, by: str, at: datetime, details: dict[str, object]
) -> None:
    """Write one act under the lock of the contact."""
    number = ContactEvent.objects.filter(contact=row).count() + 1
    ContactEvent.objects.create(
        contact=row, number=number, act=act, state_before=before.state or "", state_after=after.state, at=at, by=by,
        details=details,
    )  # fmt: skip


def choices(contact_id: int) -> tuple[Choices, datetime] | None:
    """What the person chose last, and when."""
    row = Choice.objects.filter(contact_id=contact_id).order_by("-pk").first()
    return (Choices(tuple(row.channels), Hours(row.hours), row.language), row.at) if row else None


def agreed_at(contact_id: int) -> datetime | None:
    """When the person agreed."""
    row = ContactEvent.objects.filter(contact_id=contact_id, act=Act.ACCEPTED).order_by("-number").first()
    return row.at if row else None


def offered_at(contact_id: int) -> datetime | None:
    """When the person last offered, unasked, to help pay."""
    row = Offer.objects.filter(contact_id=contact_id).order_by("-pk").first()
    return row.at if row else None


def unanswered_since(instant: datetime) -> list[int]:
    """Contacts that wait for an answer to an invitation made at or before `instant`."""
    waiting = _last_acts().filter(act__in=(Act.INVITED, Act.OPENED, Act.UNDONE), state_after__in=core.WAITING)
    younger = ContactEvent.objects.filter(contact=OuterRef("contact"), act=Act.INVITED, at__gt=instant)
    return sorted(waiting.filter(~Exists(younger)).values_list("contact_id", flat=True))


def borrowers_with_contacts() -> list[int]:
    """Borrowers of whom a contact waits, agreed, or let an invitation lapse."""
    last = _last_acts().filter(state_after__in=core.LIVE | {State.EXPIRED}).exclude(act=Act.ERASED)
    return sorted(set(last.values_list("contact__borrower_id", flat=True)))


def ended_unerased() -> list[int]:
    """Contacts that ended and are not erased yet. An invitation that lapsed holds nothing to erase."""
    ended = _last_acts().filter(act__in=(Act.REFUSED, Act.DID_NOT_KNOW, Act.WITHDREW, Act.REMOVED, Act.CLOSED))
    return sorted(ended.values_list("contact_id", flat=True))


def _last_acts() -> QuerySet[ContactEvent]:
    later = ContactEvent.objects.filter(contact=OuterRef("contact"), number__gt=OuterRef("number"))
    return ContactEvent.objects.filter(~Exists(later))


def _standings(contact_ids: Iterable[int], as_of: datetime | None) -> dict[int, Standing]:
    rows = ContactEvent.objects.filter(contact_id__in=list(contact_ids)).order_by("contact_id", "number")
    rows = rows if as_of is None else rows.filter(at__lte=as_of)
    histories: dict[int, list[Happened]] = {}
    for contact_id, act, at in rows.values_list("contact_id", "act", "at"):
        histories.setdefault(contact_id, []).append(Happened(Act(act), at))
    return {contact_id: core.replay(history) for contact_id, history in histories.items()}


def _views(rows: Iterable[Contact], as_of: datetime) -> list[ContactView]:
    found = list(rows)
    standings = _standings([row.pk for row in found], as_of)
    return [_view(row, standings[row.pk], as_of) for row in found if row.pk in standings]


def _view(row: Contact, stands: Standing, as_of: datetime) -> ContactView:
    shown = stands.shown(as_of)
    assert shown is not None  # noqa: S101 - a standing of at least one act has a state
    return ContactView(
        row.pk, row.borrower_id, row.party_id, row.relation, row.provenance, row.mode, row.check_code,
        row.nominated_at, stands, shown,
    )  # fmt: skip
