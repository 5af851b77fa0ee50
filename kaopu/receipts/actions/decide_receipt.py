"""Try the rules on one receipt and do what they say: give it to debts, or note why it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.book.actions.record_event import Refusal as BookRefusal
from kaopu.receipts import facts, store
from kaopu.receipts.actions.allocate import allocate
from kaopu.receipts.core.match import Held, Match, match
from kaopu.receipts.core.why import Why
from kaopu.receipts.models import Note

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.receipts.core.line import Line
    from kaopu.receipts.models import Receipt


class _Refused(Exception):  # noqa: N818 - rolls the parts of one receipt back together
    def __init__(self, refusal: BookRefusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def decision(line: Line, *, lock: bool = False) -> Match | Held:
    """What the rules say. `lock` holds the debts until the transaction ends, so that it stays true until written."""
    named = facts.named_in(line.reference)
    payer = facts.payer_of(line)
    mentioned = {*named.debts, *payer.debts_of(payer.parties)}
    known = facts.facts_of(mentioned, line.booked_on, lock=lock) if mentioned else {}
    if len(named.debts) == 1 and named.debts[0] not in known:
        return Held(Why.REFUSED_BY_THE_BOOK, named.debts)  # its history contradicts itself
    return match(line.amount, line.currency, named, payer, known)


def decide_receipt(row: Receipt, line: Line, actor: str, now: datetime) -> Match | Held:
    """Carry the decision out in the caller's transaction. All parts or none: a refusal of the book holds the whole."""
    found, detail = decision(line, lock=True), ""
    if isinstance(found, Match):
        try:
            with transaction.atomic():
                _allocate_all(row, found, actor, now)
        except _Refused as problem:
            detail = str(problem.refusal)
            found = Held(Why.REFUSED_BY_THE_BOOK, tuple(part.debt_id for part in found.parts))
    if isinstance(found, Held):
        Note.objects.create(
            receipt=row, why=found.why, detail=detail, candidates=list(found.candidates), at=now, by=actor
        )
    return found


def _allocate_all(row: Receipt, found: Match, actor: str, now: datetime) -> None:
    for part in found.parts:
        made = allocate(row, part, found.rule, actor, now)
        if isinstance(made, BookRefusal):
            raise _Refused(made)


def decide_again(row: Receipt) -> Match | Held:
    """What the rules would say now, for a page; nothing is written."""
    return decision(store.line_of(row))
