"""What contacts do when outreach hears something: who writes STOP has withdrawn, a stranger's number is nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.contacts import store
from kaopu.contacts.actions.withdraw import withdraw
from kaopu.contacts.obligor_source import party_of
from kaopu.kernel.events import handles
from kaopu.party.actions.end_point import end_point
from kaopu.party.core.points import EndReason

if TYPE_CHECKING:
    from kaopu.kernel.events import Event

ACTOR = "event:outreach"


@handles("outreach.stopped")
def withdraw_who_wrote_stop(event: Event) -> None:
    """A stop word, or a word on the telephone, is the same tap as the button on the page."""
    person = party_of(str(event.payload["person"]))
    if event.payload.get("role") != "contact" or person is None:
        return
    for view in store.contacts_as(person, event.occurred_at):
        if view.agreed:
            withdraw(view.id, actor=ACTOR, now=event.occurred_at)


@handles("outreach.wrong_number")
def end_the_number_of_a_stranger(event: Event) -> None:
    """The number that a contact gave is somebody else's now: it is used no more, and the contact has none."""
    kind, _, number = str(event.payload.get("point", "")).partition(":")
    if event.payload.get("role") == "contact" and kind == "point" and number.isdecimal():
        end_point(int(number), reason=EndReason.WRONG_NUMBER, actor=ACTOR, now=event.occurred_at)
