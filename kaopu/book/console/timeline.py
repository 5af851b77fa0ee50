"""What happened to a debt, newest first: what, how much, by whom, known when, and what undid it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.book.console import words
from kaopu.book.console.debt_history import known_on
from kaopu.kernel.console import figures

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.console.debt_history import DebtRows
    from kaopu.book.models import Event

SHOWN = 60  # the rest is behind "show all"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `dot` differs by shape, `tone` by colour besides; `later` events lie after the day shown."""

    event_id: int
    on: date
    dot: str
    tone: str
    what: str
    amount: str
    notes: tuple[str, ...]
    gone: bool
    later: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries, newest first, and how many more there are."""

    entries: tuple[Entry, ...]
    more: int


def build(rows: DebtRows, as_of: date, *, whole: bool) -> Timeline:
    """The timeline of `rows`; the newest `SHOWN` unless `whole`."""
    gone = rows.gone()
    newest_first = rows.events[::-1]
    kept = newest_first if whole else newest_first[:SHOWN]
    entries = tuple(_entry(event, rows.debt.currency, event.event_id in gone, as_of) for event in kept)
    return Timeline(entries, len(newest_first) - len(kept))


def _entry(event: Event, currency: str, gone: bool, as_of: date) -> Entry:  # noqa: FBT001
    dot, tone = _shape(event.kind)
    return Entry(
        event_id=event.event_id,
        on=event.on,
        dot="✕" if gone else dot,
        tone=tone,
        what=str(words.KINDS[event.kind]),
        amount=amount_words(event.kind, event.amount, currency),
        notes=tuple(_notes(event, gone)),
        gone=gone,
        later=event.on > as_of,
    )


def amount_words(kind: str, amount: int, currency: str) -> str:
    """Money, days or months, by kind; empty where the kind has no amount."""
    if kind in words.DAYS_KINDS:
        return figures.days(amount)
    if kind in words.SEQ_KINDS:
        return _("of instalment %(n)d") % {"n": amount} if amount else _("of the whole debt")
    if kind == "reported_status":
        return _("%(n)d months") % {"n": amount}
    return "" if kind in words.NO_AMOUNT_KINDS else figures.money(amount, currency)


def _shape(kind: str) -> tuple[str, str]:
    if kind in words.MONEY_IN:
        return "●", "in"
    if kind in words.MONEY_OUT:
        return "▲", "out"
    return ("◆", "") if kind.startswith("reported") else ("○", "")


def _notes(event: Event, gone: bool) -> list[str]:  # noqa: FBT001
    notes = []
    if event.component:
        notes.append(str(words.COMPONENTS[event.component]))
    if gone:
        notes.append(_("undone by a reversal"))
    told = event.payload or {}
    if event.kind == "transfer" and "owner" in told:
        notes.append(_("to %(owner)s") % {"owner": told["owner"]})
    if event.kind in words.DEBTOR_KINDS and "party_id" in told:
        notes.append(_("borrower %(n)d") % {"n": told["party_id"]})
    if event.reverses_id:
        notes.append(_("undoes E-%(n)d") % {"n": event.reverses_id})
    if known_on(event) > event.on:
        notes.append(_("back-dated, recorded on %(day)s") % {"day": figures.day(known_on(event))})
    if event.import_batch_id:
        notes.append(_("from import %(n)d") % {"n": event.import_batch_id})
    return notes
