"""Who owes a debt and who owns it on a day: what was agreed at booking, moved by events that were not reversed.

An assumption (债务转移, Civil Code art. 551) puts a new debtor in the place of all who owed; a joining (债务加入,
art. 552) adds one who owes beside them. A transfer (债权转让, art. 545) gives the claim a new owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kaopu.book.core.event_kind import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


class Happened(Protocol):
    """An event that was not reversed, with its payload."""

    @property
    def on(self) -> date:
        """The day for which it counts."""
        ...

    @property
    def kind(self) -> str:
        """One of `EventKind`."""
        ...

    @property
    def payload(self) -> Mapping[str, Any] | None:
        """`party_id` of a debtor, `owner` of a claim."""
        ...


def debtors_on(borrower: int, events: Iterable[Happened], on: date) -> tuple[int, ...]:
    """Numbers of the parties who owe at the end of a day, the first debtor first. `events` in their order."""
    owing = [borrower]
    for event in events:
        party = (event.payload or {}).get("party_id")
        if event.on > on or party is None:
            continue
        if event.kind == EventKind.ASSUMPTION:
            owing = [party]
        elif event.kind == EventKind.JOINING and party not in owing:
            owing.append(party)
    return tuple(owing)


def owner_on(owner: str, events: Iterable[Happened], on: date) -> str:
    """Code of who owns the claim at the end of a day. A claim is sold once: a second sale changes nothing."""
    for event in events:
        if event.kind == EventKind.TRANSFER and event.on <= on:
            return str((event.payload or {}).get("owner", owner))
    return owner
