"""What the database knows of agreed nominations, as the columns that trust reads; and what their borrowers owe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db.models import Sum

from kaopu.book.models import CloseRun, PositionRow
from kaopu.contacts.core.contact_state import AGREED, Act, State
from kaopu.contacts.core.relation import Relation
from kaopu.contacts.models import Contact, ContactEvent, OneTimeCode
from kaopu.party import store as party
from kaopu.party.core.points import PointKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# As trust calls them.
_RELATIONS = {Relation.PARTNER.value: "spouse", Relation.OTHER.value: ""}
_COLUMNS = {
    "contact_id": pa.int64(), "source": pa.int64(), "target": pa.int64(), "relation": pa.string(),
    "same_device": pa.bool_(), "virtual_segment": pa.bool_(), "second_channel": pa.bool_(),
    "seconds_to_confirm": pa.float64(), "code_tries": pa.float64(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How somebody agreed: on whose device, how long after the code was sent, with how many codes typed."""

    same_device: bool | None
    seconds: float | None
    tries: int | None


def nominations(as_of: datetime) -> pa.Table:
    """One row an agreed contact. Nobody who has not agreed is in it: who they are is not known."""
    states = _states(as_of)
    agreed = [contact_id for contact_id, state in states.items() if state in AGREED]
    rows = list(Contact.objects.filter(pk__in=agreed, party__isnull=False).order_by("pk"))
    people = [person for row in rows for person in (row.borrower_id, row.party_id)]
    # A contact who borrows too is the borrower with the same number: rings close only then.
    one_person, carriers = party.sharing(PointKind.PHONE, people), party.carriers(row.party_id for row in rows)
    how = _confirmations(row.pk for row in rows)
    found = [_row(row, one_person, carriers, states[row.pk], how[row.pk]) for row in rows]
    return pa.Table.from_pylist(found, schema=pa.schema(_COLUMNS))


def states_of_all(as_of: datetime) -> dict[str, int]:
    """How many contacts stand where."""
    counts: dict[str, int] = {}
    for state in _states(as_of).values():
        counts[state] = counts.get(state, 0) + 1
    return counts


def exposures() -> tuple[dict[int, int], str]:
    """What each party owes by the current close, in minor units of the currency that most is owed in; and that one."""
    close = CloseRun.objects.filter(is_current=True).first()
    rows = PositionRow.objects.filter(close_run=close, outstanding__gt=0) if close else PositionRow.objects.none()
    most = rows.values("currency").annotate(owed=Sum("outstanding")).order_by("-owed").first()
    if most is None:
        return {}, "CNY"
    owed = rows.filter(currency=most["currency"]).values_list("party_id").annotate(Sum("outstanding"))
    return dict(owed), most["currency"]


def _states(as_of: datetime) -> dict[int, str]:
    newest = ContactEvent.objects.filter(at__lte=as_of).order_by("contact_id", "-number").distinct("contact_id")
    return dict(newest.values_list("contact_id", "state_after"))


def _row(
    row: Contact, one_person: dict[int, int], carriers: dict[int, str], state: str, how: Confirmation
) -> dict[str, Any]:
    carrier = carriers.get(row.party_id or 0, "")
    return {
        "contact_id": row.pk,
        "source": one_person[row.borrower_id],
        "target": one_person[row.party_id or 0],
        "relation": _RELATIONS.get(row.relation, row.relation),
        "same_device": how.same_device,
        "virtual_segment": carrier == "virtual" if carrier else None,
        "second_channel": state == State.VERIFIED,
        "seconds_to_confirm": how.seconds,
        "code_tries": how.tries,
    }


def _confirmations(contact_ids: Iterable[int]) -> dict[int, Confirmation]:
    accepted = ContactEvent.objects.filter(contact_id__in=list(contact_ids), act=Act.ACCEPTED).order_by("number")
    details = dict(accepted.values_list("contact_id", "details"))
    codes = OneTimeCode.objects.in_bulk([told["code"] for told in details.values() if told.get("code")])
    by_text = {str(code.pk): code for code in codes.values()}
    return {contact_id: _confirmation(told, by_text.get(told.get("code", ""))) for contact_id, told in details.items()}


def _confirmation(told: dict[str, Any], code: OneTimeCode | None) -> Confirmation:
    if code is None or code.used_at is None:
        return Confirmation(told.get("same_device"), None, None)
    return Confirmation(told.get("same_device"), (code.used_at - code.made_at).total_seconds(), code.tries + 1)
