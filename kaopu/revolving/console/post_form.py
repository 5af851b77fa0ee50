"""The form that posts to an account: what was typed and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils.translation import gettext as _

from kaopu.book.console.debts import Choice
from kaopu.book.console.post_form import Wrong
from kaopu.kernel.console import figures
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_minor
from kaopu.revolving.actions.post import Post
from kaopu.revolving.console import words
from kaopu.revolving.models import REVERSAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.revolving.models import Posting, RevolvingAccount
    from kaopu.revolving.store import History

POSTED = ("payment", "purchase", "cash", "fee", "refund", "instalment", "reversal")
MOST_CHOICES = 40


@dataclass(frozen=True, slots=True)
class PostForm:
    """The form as shown."""

    account_id: int
    currency: str
    kinds: tuple[Choice, ...]
    referred: tuple[Choice, ...]
    on: str
    amount: str
    months: str
    key: str
    wrong: tuple[Wrong, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it is shown unfolded."""
        return bool(self.wrong)


def filled(known: History, typed: Mapping[str, str], wrong: tuple[Wrong, ...] = ()) -> PostForm:
    """What was typed, kept."""
    gone, currency = known.reversed_ids(), known.account.currency
    chosen = typed.get("refers_to", "")
    newest = sorted((row for row in known.postings if row.kind != REVERSAL), key=lambda row: -row.posting_id)
    return PostForm(
        account_id=known.account.account_id,
        currency=currency,
        kinds=tuple(Choice(code, str(words.KINDS[code]), code == typed.get("kind", "payment")) for code in POSTED),
        referred=tuple(
            Choice(str(row.posting_id), posting_words(row, currency), str(row.posting_id) == chosen)
            for row in newest
            if row.posting_id not in gone
        )[:MOST_CHOICES],
        on=typed.get("on", ""),
        amount=typed.get("amount", ""),
        months=typed.get("months", ""),
        key=typed.get("key") or uuid4().hex,
        wrong=wrong,
    )


def posting_words(row: Posting, currency: str) -> str:
    """A posting in one line."""
    return f"T-{row.posting_id} · {figures.day(row.on)} · {words.KINDS[row.kind]} {figures.money(row.amount, currency)}"


def read(account: RevolvingAccount, typed: Mapping[str, str]) -> Post | tuple[Wrong, ...]:
    """What was typed as a request, or what is wrong with it, each at its field."""
    kind, refers_to, months = (typed.get(name, "").strip() for name in ("kind", "refers_to", "months"))
    wrong: list[Wrong] = []
    if kind not in POSTED:
        return (Wrong("kind", _("Choose what happened.")),)
    try:
        on = date.fromisoformat(typed.get("on", ""))
    except ValueError:
        wrong.append(Wrong("on", _("Enter a real date.")))
    amount = 0 if kind == REVERSAL else _amount(typed.get("amount", ""), account.currency)
    if amount is None:
        wrong.append(Wrong("amount", _("Enter an amount, as 306.20.")))
    if kind == REVERSAL and not refers_to.isdecimal():
        wrong.append(Wrong("refers_to", _("Choose the posting that this undoes.")))
    if kind == "instalment" and not (months.isdecimal() and 1 <= int(months) <= 120):
        wrong.append(Wrong("months", _("Enter the number of instalments, from 1 to 120.")))
    if wrong:
        return tuple(wrong)
    payload: dict[str, Any] | None = {"months": int(months)} if kind == "instalment" else None
    refers = int(refers_to) if refers_to.isdecimal() and kind in {REVERSAL, "refund"} else None
    try:
        key = f"console:{typed.get('key', '')[:64]}"
        return Post(account.account_id, kind, on, key, amount or 0, refers_to=refers, payload=payload)
    except BadInput as fault:
        return (Wrong("amount", str(fault)),)


def _amount(text: str, currency: str) -> int | None:
    try:
        return to_minor(Decimal(text.strip().replace(",", "").removeprefix("¥")), currency)
    except (InvalidOperation, BadInput):
        return None
