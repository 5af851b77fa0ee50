"""What the book knows that bears on a receipt: debts that its text names, its payer, what each debt asks that day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from kaopu.book import store as book
from kaopu.book.core.history import History, prepare_all
from kaopu.book.core.position import Position, positions
from kaopu.book.core.position_columns import FLAG_TRANSFERRED
from kaopu.book.models import Debt
from kaopu.kernel import vault
from kaopu.kernel.core.errors import BadInput
from kaopu.party.models import Party
from kaopu.receipts import store
from kaopu.receipts.core import naming
from kaopu.receipts.core.match import DEBTS_MOST, DebtFacts, Named, Payer
from kaopu.receipts.core.why import Rule
from kaopu.receipts.models import Allocation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kaopu.receipts.core.line import Line

AHEAD_DAYS = 10  # an instalment is paid so many days before it falls due
PARTIES_MOST = 20
# An account is a payer's once a text named the debt or a person said so; matches that rest on it prove nothing more.
PROVING = (Rule.DEBT_NAMED, Rule.PERSON)


def named_in(text: str) -> Named:
    """The debts that a text names, by D-number, outside id, or source/outside id."""
    words = naming.words(text)
    if not words:
        return Named()
    numbers = {word: number for word in words if (number := naming.debt_number(word)) is not None}
    debts, unknown = _by_number(set(numbers.values()))
    doubtful: set[int] = set()
    outside = [word for word in words if word not in numbers]
    for word, found in _by_outside_id(outside).items():
        (doubtful if naming.is_doubtful(word) else debts).update(found)
    return Named(tuple(sorted(debts)), unknown, tuple(sorted(doubtful - debts)))


def _by_number(numbers: set[int]) -> tuple[set[int], bool]:
    if not numbers:
        return set(), False
    known = set(Debt.objects.filter(debt_id__in=numbers).values_list("debt_id", flat=True))
    return known, bool(numbers - known)


def _by_outside_id(words: Sequence[str]) -> dict[str, set[int]]:
    """Debts by the word that is their outside id; a word with a source names that source's debt alone."""
    pieces = {piece for word in words if "/" in word for piece in word.split("/") if piece}
    rows = Debt.objects.filter(external_id__in={*words, *pieces}).values_list("external_id", "source", "debt_id")
    found: dict[str, set[int]] = {}
    sourced: dict[str, int] = {f"{source}/{external_id}": debt_id for external_id, source, debt_id in rows}
    plain: dict[str, set[int]] = {}
    for external_id, _source, debt_id in rows:
        plain.setdefault(external_id, set()).add(debt_id)
    for word in words:
        if word in sourced:
            found[word] = {sourced[word]}
        elif word in plain:
            found[word] = plain[word]
        else:
            pieces_of = (piece for piece in word.split("/") if "/" in word and piece in plain)
            found.update((piece, plain[piece]) for piece in pieces_of)
    return found


def payer_of(line: Line) -> Payer:
    """Who paid, as far as an account, a phone or a name says it, with the numbers of their debts."""
    ring = vault.ring()
    parties: set[int] = set()
    if line.payer_account:
        index = ring.blind_index(store.PAYER_ACCOUNT, line.payer_account)
        proven = Allocation.objects.filter(receipt__payer_account_index=index, unmatch=None, rule__in=PROVING)
        parties |= set(proven.values_list("debt__party_id", flat=True).distinct()[:PARTIES_MOST])
    phones = {*naming.phones(line.reference), *naming.phones_of_account(line.payer_account)}
    asked = Q(phone_index__in=[ring.blind_index("phone", phone) for phone in phones])
    if line.payer_name:
        asked |= Q(name_index=ring.blind_index("name", line.payer_name))
    by_name: set[int] = set()
    if phones or line.payer_name:
        indexes = {ring.blind_index("phone", phone) for phone in phones}
        for pk, phone_index in Party.objects.filter(asked).values_list("pk", "phone_index")[:PARTIES_MOST]:
            (parties if phone_index and bytes(phone_index) in indexes else by_name).add(pk)
    debts: dict[int, list[int]] = {}
    if everyone := parties | by_name:
        found = Debt.objects.filter(party_id__in=everyone).order_by("debt_id").values_list("party_id", "debt_id")
        for party, debt in found[: (DEBTS_MOST + 1) * len(everyone)]:
            debts.setdefault(party, []).append(debt)
    return Payer(tuple(sorted(parties)), tuple(sorted(by_name)), {party: tuple(own) for party, own in debts.items()})


def facts_of(debt_ids: Iterable[int], on: date, *, lock: bool = False) -> dict[int, DebtFacts]:
    """What each debt asks on a day; one whose history contradicts itself is left out. `lock`: until written."""
    rows = Debt.objects.filter(debt_id__in=set(debt_ids)).order_by("debt_id")
    debts = list(rows.select_for_update(no_key=True) if lock else rows)
    if not debts:
        return {}
    histories = [_until(history, on) for history in book.histories(debts)]
    found = {}
    for debt, history in zip(debts, histories, strict=True):
        facts = _facts(debt, history, on)
        if facts:
            found[debt.debt_id] = facts
    return found


def _facts(debt: Debt, history: History, on: date) -> DebtFacts | None:
    begun = debt.disbursed_on <= on
    try:
        now, end = _at(history, on), _at(history, on + timedelta(days=1))
        ahead = _with_next(history, now, on) if begun else 0
    except BadInput:
        return None
    return DebtFacts(
        debt_id=debt.debt_id,
        party_id=debt.party_id,
        currency=debt.currency,
        begun=begun,
        settled=begun and now.is_settled,
        transferred=bool(now.columns()["flags"] & FLAG_TRANSFERRED),
        due_now=end.overdue.total,
        due_soon=ahead or end.overdue.total,
        days_past_due=now.days_past_due,
        owed=now.outstanding.total,
    )


def _with_next(history: History, now: Position, on: date) -> int:
    """All that is due with the instalment of the next days; 0 where none is near."""
    next_due = now.next_due
    if next_due is None or next_due > on + timedelta(days=AHEAD_DAYS):
        return 0
    return _at(history, next_due + timedelta(days=1)).overdue.total


def _at(history: History, on: date) -> Position:
    return positions(prepare_all([history]), on)[0]


def _until(history: History, on: date) -> History:
    # As the book knew it that day: a later schedule goes with the event that brought it.
    return replace(
        history,
        events=tuple(event for event in history.events if event.on <= on),
        instalments=tuple(row for row in history.instalments if row.from_on is None or row.from_on <= on),
    )
