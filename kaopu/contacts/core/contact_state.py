"""The life of an emergency contact: what happened to it decides where it stands, on any instant.

Nominated by the borrower, invited by a link, opened, accepted by the person on their own device, verified by a second
independent channel, asked again after half a year. Refused, withdrawn and "does not know" are final; they may be undone
for ten minutes by the device that chose them, then what is held is destroyed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

UNDO_LASTS = timedelta(minutes=10)  # what the page promises: "deleted in 10 minutes", and until then it can be undone
RECHECK_AFTER = timedelta(days=180)


class State(StrEnum):
    """Where a contact stands. `RECHECK_DUE` is never stored: it is accepted or verified, and half a year old."""

    NOMINATED = "nominated"
    INVITED = "invited"
    OPENED = "opened"
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    RECHECK_DUE = "recheck_due"
    REFUSED = "refused"
    DOES_NOT_KNOW = "does_not_know"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REMOVED = "removed"
    CLOSED = "closed"  # the borrower owes nothing any more: what a contact is for is over


class Act(StrEnum):
    """What can happen to a contact."""

    NOMINATED = "nominated"
    INVITED = "invited"
    OPENED = "opened"
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    RECHECKED = "rechecked"
    REFUSED = "refused"
    DID_NOT_KNOW = "did_not_know"
    WITHDREW = "withdrew"
    UNDONE = "undone"
    EXPIRED = "expired"
    REMOVED = "removed"
    CLOSED = "closed"
    ERASED = "erased"


class WhyNot(StrEnum):
    """Why an act is not possible. Public: add new ones, keep the old."""

    NOT_FROM_HERE = "not_from_here"
    UNDO_TIME_IS_OVER = "undo_time_is_over"
    ERASED_ALREADY = "erased_already"


WAITING = frozenset({State.NOMINATED, State.INVITED, State.OPENED})
AGREED = frozenset({State.ACCEPTED, State.VERIFIED})
LIVE = WAITING | AGREED
SAID_NO = frozenset({State.REFUSED, State.DOES_NOT_KNOW, State.WITHDRAWN})  # the person's own word: suppressed for ever
ENDED = SAID_NO | {State.EXPIRED, State.REMOVED, State.CLOSED}

# All there is: (where it stood, what happened) to where it then stands. The database holds the same table as a check.
TABLE: dict[tuple[State | None, Act], State] = {
    (None, Act.NOMINATED): State.NOMINATED,
    **{(state, Act.INVITED): State.INVITED for state in (*sorted(WAITING), State.EXPIRED)},
    (State.INVITED, Act.OPENED): State.OPENED,
    (State.OPENED, Act.ACCEPTED): State.ACCEPTED,
    (State.ACCEPTED, Act.VERIFIED): State.VERIFIED,
    **{(state, Act.RECHECKED): state for state in sorted(AGREED)},
    **{(state, Act.REFUSED): State.REFUSED for state in sorted(WAITING)},
    **{(state, Act.DID_NOT_KNOW): State.DOES_NOT_KNOW for state in sorted(WAITING)},
    **{(state, Act.WITHDREW): State.WITHDRAWN for state in sorted(AGREED)},
    **{(state, Act.EXPIRED): State.EXPIRED for state in sorted(WAITING)},
    **{(state, Act.REMOVED): State.REMOVED for state in (*sorted(LIVE), State.EXPIRED)},
    **{(state, Act.CLOSED): State.CLOSED for state in (*sorted(LIVE), State.EXPIRED)},
    **{(state, Act.ERASED): state for state in sorted(ENDED)},
}
# An undone refusal goes back to where it stood before; a withdrawal to what had been agreed.
UNDONE_TO: dict[State, frozenset[State]] = {
    State.REFUSED: WAITING,
    State.DOES_NOT_KNOW: WAITING,
    State.WITHDRAWN: AGREED,
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One act at an aware instant."""

    act: Act
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands. `before`: what a refusal would be undone to; `confirmed_at`: the last proof."""

    state: State | None = None
    since: datetime | None = None
    before: State | None = None
    confirmed_at: datetime | None = None
    is_erased: bool = False

    @property
    def agreed(self) -> bool:
        """Whether the person agreed and has not taken it back."""
        return self.state in AGREED

    @property
    def said_no(self) -> bool:
        """Whether the person refused, withdrew, or does not know who named them."""
        return self.state in SAID_NO

    def undo_until(self) -> datetime | None:
        """Until when what was said can be undone (that instant excluded)."""
        return self.since + UNDO_LASTS if self.said_no and self.since and not self.is_erased else None

    def recheck_due_at(self) -> datetime | None:
        """When the person is to be asked whether all is still right."""
        return self.confirmed_at + RECHECK_AFTER if self.agreed and self.confirmed_at else None

    def shown(self, as_of: datetime) -> State | None:
        """The state as people read it: a re-check that is due comes before accepted and verified."""
        due = self.recheck_due_at()
        return State.RECHECK_DUE if due is not None and due <= as_of else self.state


NOTHING = Standing()


def replay(history: Iterable[Happened]) -> Standing:
    """Where a contact stands after its history, in order. Raises ValueError at the first act that was not possible."""
    standing = NOTHING
    for happened in history:
        outcome = after(standing, happened.act, happened.at)
        if isinstance(outcome, WhyNot):
            raise ValueError(f"{happened.act} at {happened.at}: {outcome}, the contact stood at {standing.state}")  # noqa: TRY004 - a broken history
        standing = outcome
    return standing


def after(standing: Standing, act: Act, at: datetime) -> Standing | WhyNot:
    """Where the contact stands after one more act, or why it is not possible."""
    if standing.is_erased:
        return WhyNot.ERASED_ALREADY
    if act == Act.UNDONE:
        return _undone(standing, at)
    state = TABLE.get((standing.state, act))
    if state is None:
        return WhyNot.NOT_FROM_HERE
    if act == Act.ERASED:
        return _erased(standing, at)
    if act == Act.RECHECKED:
        return Standing(state, standing.since, standing.before, at)
    confirmed_at = at if act in {Act.ACCEPTED, Act.VERIFIED} else standing.confirmed_at
    return Standing(state, at, standing.state, confirmed_at)


def _undone(standing: Standing, at: datetime) -> Standing | WhyNot:
    until = standing.undo_until()
    if until is None or standing.before is None:
        return WhyNot.NOT_FROM_HERE
    if at >= until:
        return WhyNot.UNDO_TIME_IS_OVER
    return Standing(standing.before, at, standing.state, standing.confirmed_at)


def _erased(standing: Standing, at: datetime) -> Standing | WhyNot:
    until = standing.undo_until()
    if until is not None and at < until:
        return WhyNot.NOT_FROM_HERE
    return Standing(standing.state, standing.since, standing.before, standing.confirmed_at, is_erased=True)
