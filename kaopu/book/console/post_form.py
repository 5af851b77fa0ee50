"""The form that posts an event: what was typed, what is wrong with it, and what it would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from uuid import uuid4

from django.utils.translation import gettext as _

from kaopu.book.actions.event_request import WITHOUT_AMOUNT, RecordEvent
from kaopu.book.console import words
from kaopu.book.console.debts import Choice
from kaopu.book.core.event_kind import EventKind
from kaopu.kernel.console import figures
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.book.console.debt_history import DebtRows

# What a person posts by hand. Restructuring needs new terms and comes by its own door; reports come from files.
POSTED = (
    "payment", "early_settlement", "fee", "waiver", "refund", "return", "chargeback", "penalty", "pause", "extension",
    "acceleration", "reinstatement", "charge_off", "recovery", "payout", "set_off", "dispute", "dispute_end", "re_age",
    "transfer", "assumption", "joining", "subsidy", "reversal",
)  # fmt: skip
DAYS_MAX = 3650
OWNER_LENGTH_MAX = 64
PARTY_DIGITS_MAX, SEQ_DIGITS_MAX = 15, 6


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure before and after."""

    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """An error, at the field that it belongs to."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class EventForm:
    """The form as shown. `changes` is the preview: the event was recorded, read and rolled back."""

    debt_id: int
    currency: str
    kinds: tuple[Choice, ...]
    components: tuple[Choice, ...]
    reversible: tuple[Choice, ...]
    instalments: tuple[Choice, ...]
    on: str
    amount: str
    owner: str
    party: str
    key: str
    wrong: tuple[Wrong, ...] = ()
    changes: tuple[Changed, ...] = ()
    preview_words: str = ""
    open: bool = False


def empty_form(found: DebtRows, as_of: date) -> EventForm:
    """Nothing typed yet; the day is the day shown."""
    return filled_form(found, {"on": as_of.isoformat()})


def filled_form(
    found: DebtRows,
    typed: Mapping[str, str],
    *,
    wrong: tuple[Wrong, ...] = (),
    changes: tuple[Changed, ...] = (),
    preview_words: str = "",
) -> EventForm:
    """What was typed, kept."""
    kind, component, reverses = (typed.get(name, "") for name in ("kind", "component", "reverses"))
    gone, currency = found.gone(), found.debt.currency
    return EventForm(
        debt_id=found.debt.debt_id,
        currency=currency,
        kinds=tuple(Choice(code, str(words.KINDS[code]), code == (kind or "payment")) for code in POSTED),
        components=tuple(Choice(code, str(text), code == component) for code, text in words.COMPONENTS.items()),
        reversible=tuple(
            Choice(str(event.event_id), _event_words(event, currency), str(event.event_id) == reverses)
            for event in found.events[::-1][:40]
            if event.event_id not in gone
        ),
        instalments=_instalments(found, typed.get("seq", "")),
        on=typed.get("on", ""),
        amount=typed.get("amount", ""),
        owner=typed.get("owner", ""),
        party=typed.get("party", ""),
        key=typed.get("key") or uuid4().hex,
        wrong=wrong,
        changes=changes,
        preview_words=preview_words,
        open=bool(wrong or changes),
    )


def _instalments(found: DebtRows, chosen: str) -> tuple[Choice, ...]:
    """The instalments of the newest schedule that a dispute may name; 0 is the whole debt."""
    seqs = sorted(found.versions[-1].seq) if found.versions else []
    numbered = (Choice(str(seq), _("instalment %(n)d") % {"n": seq}, str(seq) == chosen) for seq in seqs if seq > 0)
    return (Choice("0", _("the whole debt"), chosen in {"", "0"}), *numbered)


def _event_words(event: object, currency: str) -> str:
    from kaopu.book.console.timeline import amount_words

    amount = amount_words(event.kind, event.amount, currency)  # type: ignore[attr-defined]
    return f"E-{event.event_id} · {figures.day(event.on)} · {words.KINDS[event.kind]} {amount}"  # type: ignore[attr-defined]


def read(found: DebtRows, typed: Mapping[str, str]) -> RecordEvent | tuple[Wrong, ...]:
    """The request that was typed, or what is wrong with it, each at its field."""
    wrong = []
    kind = typed.get("kind", "")
    if kind not in POSTED:
        return (Wrong("kind", _("Choose what happened.")),)
    on = _day(typed.get("on", ""))
    if on is None:
        wrong.append(Wrong("on", _("Enter a real date.")))
    amount = _amount(kind, typed, found.debt.currency)
    if isinstance(amount, Wrong):
        wrong.append(amount)
    payload = _payload(kind, typed)
    if isinstance(payload, Wrong):
        wrong.append(payload)
    reverses = typed.get("reverses", "")
    if kind == "reversal" and not reverses.isdecimal():
        wrong.append(Wrong("reverses", _("Choose the event that this undoes.")))
    if wrong:
        return tuple(wrong)
    try:
        return RecordEvent(
            debt_id=found.debt.debt_id,
            kind=EventKind(kind),
            on=on,  # type: ignore[arg-type]
            key=f"console:{typed.get('key', '')[:64]}",
            amount=amount,  # type: ignore[arg-type]
            component=typed.get("component") or None if kind == "waiver" else None,
            reverses=int(reverses) if kind == "reversal" else None,
            payload=payload,  # type: ignore[arg-type]
        )
    except BadInput as fault:
        return (Wrong("amount", str(fault)),)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _payload(kind: str, typed: Mapping[str, str]) -> dict[str, str | int] | Wrong | None:
    """Who gets the claim, or who owes it too."""
    if kind == "transfer":
        owner = typed.get("owner", "").strip()
        named = 0 < len(owner) <= OWNER_LENGTH_MAX
        return {"owner": owner} if named else Wrong("owner", _("Name the new owner, in up to 64 characters."))
    if kind in words.DEBTOR_KINDS:
        party = typed.get("party", "").strip().removeprefix("B-")
        numbered = party.isascii() and party.isdecimal() and len(party) <= PARTY_DIGITS_MAX
        return {"party_id": int(party)} if numbered else Wrong("party", _("Enter the number of a borrower."))
    return None


def _amount(kind: str, typed: Mapping[str, str], currency: str) -> int | Wrong:
    """Minor units, days for the kinds that move time, or the instalment in dispute."""
    text = typed.get("amount", "")
    if kind in words.SEQ_KINDS:
        seq = typed.get("seq", "") or "0"
        return (
            int(seq)
            if seq.isascii() and seq.isdecimal() and len(seq) <= SEQ_DIGITS_MAX
            else Wrong("seq", _("Choose an instalment."))
        )
    if EventKind(kind) in WITHOUT_AMOUNT and not (kind == "transfer" and text.strip()):
        return 0
    text = text.strip().replace(",", "").removeprefix("¥")
    if kind in words.DAYS_KINDS:
        if text.isdecimal() and 0 < int(text) <= DAYS_MAX:
            return int(text)
        return Wrong("amount", _("Enter a whole number of days."))
    try:
        amount = to_minor(Decimal(text), currency)
    except (InvalidOperation, BadInput):
        return Wrong("amount", _("Enter an amount, as 306.20."))
    return amount if amount > 0 else Wrong("amount", _("Enter an amount above 0."))
