"""Kinds of proposals: a room says how one of its kind is shown, how it is carried out and who may decide it.

A room calls `register` where its pages are loaded; the pages under /approvals/ do the rest. `agree` is the one way to a
change under four eyes: deciding, spending the approval and the change itself are one transaction, so of two people who
agree at once one wins, and a change that turns out to be impossible leaves the proposal as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.kernel.actions import decide_proposal
from kaopu.kernel.actions.use_approval import use

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kaopu.kernel.approval import Proposal, Refusal
    from kaopu.kernel.console.access import Right


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changes, in the reader's words. Without `before` it is new."""

    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Presented:
    """A proposal as its room shows it: one sentence, what changes, and where to read on (an address, or "")."""

    title: str
    lines: tuple[Line, ...] = ()
    address: str = ""
    address_words: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a room says about one kind of proposal.

    `present` gets the proposal with its value opened. `apply(proposal, actor, now)` makes the change for the person
    who agreed, inside the transaction of the agreement, and gives a sentence about what was done; it raises `BadInput`
    where the change is no longer possible. `right` is asked of whoever decides.
    """

    name: str
    words: Any
    present: Callable[[Proposal], Presented]
    apply: Callable[[Proposal, str, datetime], str]
    right: Right


@dataclass(frozen=True, slots=True)
class Agreed:
    """The change was made; `words` say what was done."""

    words: str


_kinds: dict[str, Kind] = {}


def register(
    name: str,
    *,
    words: Any,
    present: Callable[[Proposal], Presented],
    apply: Callable[[Proposal, str, datetime], str],
    right: Right,
) -> None:
    """Make `name` (the `kind` given to `propose`) known. `words` is a lazy translation: "new product terms"."""
    _kinds[name] = Kind(name, words, present, apply, right)


def known() -> tuple[Kind, ...]:
    """Every kind there is, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def kind_of(proposal: Proposal) -> Kind | None:
    """The kind of a proposal; None where no room brings it any more."""
    return _kinds.get(proposal.kind)


def agree(proposal: Proposal, *, approver: str, fingerprint: str, now: datetime) -> Agreed | Refusal:
    """Agree to what `fingerprint` names and make the change at once. Raises `BadInput` where it is impossible."""
    kind = _kinds[proposal.kind]
    with transaction.atomic():
        refusal = decide_proposal.approve(proposal.id, approver=approver, fingerprint=fingerprint, now=now) or use(
            proposal.id, kind=proposal.kind, value=proposal.value, now=now
        )
        if refusal:
            transaction.set_rollback(True)
            return refusal
        return Agreed(kind.apply(proposal, approver, now))
