"""One receipt: where its money is, why it waits, which debts are near, and what was done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from kaopu.book.console.borrower import REASONS as REVEAL_REASONS
from kaopu.book.console.debts import person_words
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.party import store as party_store
from kaopu.party.console.rights import REVEAL_NAME
from kaopu.receipts import facts, store
from kaopu.receipts.actions.decide_receipt import decide_again
from kaopu.receipts.actions.return_receipt import waiting
from kaopu.receipts.console import happened, words
from kaopu.receipts.console.listing import Choice, payer_words, why_words
from kaopu.receipts.console.rights import MATCH_RECEIPT, RETURN_RECEIPT, SEE_RECEIPTS
from kaopu.receipts.core.age import age_days
from kaopu.receipts.core.match import Match, closed
from kaopu.receipts.models import Allocation, Receipt

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.receipts.core.line import Line
    from kaopu.receipts.core.match import DebtFacts

CANDIDATES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Wrong:
    """An error, at the field that it belongs to."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure before and after."""

    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MatchForm:
    """What was typed, what is wrong with it, and what it would settle."""

    debt: str = ""
    amount: str = ""
    wrong: tuple[Wrong, ...] = ()
    changes: tuple[Changed, ...] = ()
    preview_words: str = ""


@dataclass(frozen=True, slots=True)
class ReturnForm:
    """What was typed for a return, and what is wrong with it."""

    amount: str = ""
    on: str = ""
    reason: str = ""
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A debt that the money may belong to, on the receipt's day."""

    debt_id: int
    borrower: str
    due: str
    soon: str
    owed: str
    why: str


@dataclass(frozen=True, slots=True)
class Allocated:
    """Money that went to a debt."""

    id: int
    debt_id: int
    event_id: int
    amount: str
    rule: str
    undone: bool


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The page as shown."""

    id: int
    answer: str
    tone: str
    glyph: str
    state: str
    row: Receipt
    payer: str
    payer_account: str
    text: str
    reference: str
    left: int
    left_major: str
    suggestion: str
    candidates: tuple[Candidate, ...]
    allocations: tuple[Allocated, ...]
    happened: tuple[happened.Act, ...]
    match: MatchForm | None
    returning: ReturnForm | None
    return_reasons: tuple[Choice, ...]
    waiting_return: str
    waiting_id: str
    revealed: bool
    may_reveal: bool
    may_match: bool
    reveal_reasons: tuple[Choice, ...]
    reveal_error: str


@needs(SEE_RECEIPTS)
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """The page; `debt` in the address puts a candidate into the form."""
    row = read(receipt_id)
    form = MatchForm(debt=request.GET.get("debt", "")[:80], amount=to_major(row.standing.suspense, row.currency))
    return show(request, row, match=form)


def read(receipt_id: int) -> Receipt:
    """The receipt with its standing and newest reason, or a 404."""
    row = store.with_why(Receipt.objects.filter(pk=receipt_id)).first()
    if row is None:
        raise Http404
    return row


def show(
    request: HttpRequest,
    row: Receipt,
    *,
    match: MatchForm | None = None,
    returning: ReturnForm | None = None,
    line: Line | None = None,
    reveal_error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page with these forms in place of the empty ones; `line`: the payer in full."""
    now, left = system_clock().now(), row.standing.suspense
    tone, glyph, state = words.state(row.standing)
    payer, text = payer_words(row)
    proposal = waiting(row.pk, now) if left else None
    left_major = to_major(left, row.currency)
    person = request.user
    may_match, may_return = (person.has_perm(right.permission) for right in (MATCH_RECEIPT, RETURN_RECEIPT))
    chosen = (returning or ReturnForm()).reason
    suggestion, near = _suggestion(row)
    page = ReceiptPage(
        id=row.pk,
        answer=_answer(row, age_days(row.booked_on, now.date())),
        tone=tone,
        glyph=glyph,
        state=str(state),
        row=row,
        payer=line.payer_name if line else payer,
        payer_account=line.payer_account if line else "",
        text=line.reference if line else text,
        reference=_("none given") if row.bank_reference.startswith("~") else row.bank_reference,
        left=left,
        left_major=left_major,
        suggestion=suggestion,
        candidates=_candidates(row, near),
        allocations=_allocations(row),
        happened=happened.acts(row),
        match=(match or MatchForm(amount=left_major)) if left and may_match else None,
        returning=(returning or ReturnForm(left_major, max(now.date(), row.booked_on).isoformat()))
        if left and may_return and proposal is None
        else None,
        return_reasons=tuple(Choice(code, str(each), code == chosen) for code, each in words.REASONS.items()),
        waiting_return=figures.money(proposal.value["amount"], row.currency) if proposal else "",
        waiting_id=str(proposal.id) if proposal else "",
        revealed=line is not None,
        may_reveal=person.has_perm(REVEAL_NAME.permission),
        may_match=may_match,
        reveal_reasons=tuple(Choice(code.value, str(each), False) for code, each in REVEAL_REASONS.items()),
        reveal_error=reveal_error,
    )
    return render(request, "receipts/receipt.html", {"page": page}, status=status)


def _answer(row: Receipt, days: int) -> str:
    standing, currency = row.standing, row.currency
    places = (
        (_("matched %(money)s"), standing.matched),
        (_("returned %(money)s"), standing.returned),
        (_("in suspense %(money)s"), standing.suspense),
    )
    where = [text % {"money": figures.money(amount, currency)} for text, amount in places if amount]
    values: dict[str, Any] = {
        "amount": figures.money(standing.amount, currency),
        "day": figures.day(row.booked_on),
        "where": _(", ").join(where),
    }
    came = _("%(amount)s came on %(day)s: %(where)s.") % values
    if not standing.suspense:
        return came
    waits = {"age": figures.days(days), "why": why_words(row, row.why)}  # type: ignore[attr-defined]
    return came + " " + _("It has waited %(age)s, because: %(why)s.") % waits


def _suggestion(row: Receipt) -> tuple[str, tuple[int, ...]]:
    """What the rules would say now of money that waits whole, and the debts they speak of."""
    if row.standing.suspense != row.amount:
        return "", ()
    found = decide_again(row)
    if not isinstance(found, Match):
        return "", found.candidates
    debts = tuple(part.debt_id for part in found.parts)
    told = {"debts": ", ".join(f"D-{debt}" for debt in debts), "why": words.RULES[found.rule]}
    return _("By now the rules would match it to %(debts)s: %(why)s.") % told, debts


def _candidates(row: Receipt, near: tuple[int, ...]) -> tuple[Candidate, ...]:
    if not row.standing.suspense:
        return ()
    newest = row.notes.order_by("-pk").first()
    numbers = list(dict.fromkeys([*near, *(newest.candidates if newest else [])]))[:CANDIDATES_SHOWN]
    known = facts.facts_of(numbers, row.booked_on) if numbers else {}
    people = party_store.masked({each.party_id for each in known.values()})
    return tuple(_candidate(row, known[number], people) for number in numbers if number in known)


def _candidate(row: Receipt, debt: DebtFacts, people: dict[int, party_store.PartyView]) -> Candidate:
    why = closed(debt, row.currency)
    return Candidate(
        debt_id=debt.debt_id,
        borrower=person_words(people.get(debt.party_id), debt.party_id),
        due=figures.money(debt.due_now, debt.currency),
        soon=figures.money(debt.due_soon, debt.currency),
        owed=figures.money(debt.owed, debt.currency),
        why=str(words.WHYS[why]) if why else _fits(row.standing.suspense, debt),
    )


def _fits(amount: int, debt: DebtFacts) -> str:
    if amount == debt.due_now:
        return _("exactly what is due")
    if amount == debt.due_soon:
        return _("exactly what is due with the next instalment")
    return _("exactly all that is owed") if amount == debt.owed else _("another amount")


def _allocations(row: Receipt) -> tuple[Allocated, ...]:
    found = Allocation.objects.filter(receipt=row).select_related("unmatch").order_by("pk")
    return tuple(
        Allocated(
            id=each.pk,
            debt_id=each.debt_id,
            event_id=each.event_id,
            amount=figures.money(each.amount, row.currency),
            rule=str(words.RULES[each.rule]),
            undone=hasattr(each, "unmatch"),
        )
        for each in found
    )
