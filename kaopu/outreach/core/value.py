"""What may stand in a message's blanks. Each kind has a level of its own and one canonical spelling.

There is no free text: a debt fact fits no kind at the levels "none" and "relay", so it can't reach a contact by a slip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from kaopu.kernel.core.currencies import EXPONENTS
from kaopu.kernel.core.money import to_major
from kaopu.outreach.core.debt_words import debt_word_in

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(StrEnum):
    """What a blank takes. The canonical spelling is the comment."""

    LENDER = "lender"  # from the house's settings, never from a caller
    LENDER_PHONE = "lender_phone"  # same
    MASKED_NAME = "masked_name"  # 王* or W*
    REFERENCE = "reference"  # 7F-204
    CODE = "code"  # six digits
    LINK = "link"  # https://this-house/…/token
    AMOUNT_TO_PAY = "amount_to_pay"  # CNY 30620 (minor units)
    PAY_LINK = "pay_link"
    AMOUNT_OWED = "amount_owed"
    DUE_DATE = "due_date"  # 2026-11-27
    DAYS_LATE = "days_late"  # 9


LEVEL = {
    Kind.LENDER: "none", Kind.LENDER_PHONE: "none", Kind.MASKED_NAME: "none", Kind.REFERENCE: "none",
    Kind.CODE: "none", Kind.LINK: "none", Kind.AMOUNT_TO_PAY: "payment", Kind.PAY_LINK: "payment",
    Kind.AMOUNT_OWED: "debt", Kind.DUE_DATE: "debt", Kind.DAYS_LATE: "debt",
}  # fmt: skip
_LINK = r"https?://[a-z0-9.\-]{1,100}(?::\d{2,5})?/[a-z]{1,8}/[A-Za-z0-9_\-.:]{16,200}/?"
_SPELLING = {
    Kind.LENDER: r".{1,40}",
    Kind.LENDER_PHONE: r"\+?[0-9][0-9 \-]{3,19}",
    Kind.MASKED_NAME: r"(?:[\u3400-\u9fff]|[A-Z])\*{1,2}",
    Kind.REFERENCE: r"[0-9][A-F]-[0-9]{3}",
    Kind.CODE: r"[0-9]{6}",
    Kind.LINK: _LINK,
    Kind.PAY_LINK: _LINK,
    Kind.AMOUNT_TO_PAY: r"[A-Z]{3} [0-9]{1,12}",
    Kind.AMOUNT_OWED: r"[A-Z]{3} [0-9]{1,12}",
    Kind.DUE_DATE: r"\d{4}-\d{2}-\d{2}",
    Kind.DAYS_LATE: r"[0-9]{1,4}",
}  # fmt: skip
_EXACT = {kind: re.compile(pattern) for kind, pattern in _SPELLING.items()}
_LINKS = (Kind.LINK, Kind.PAY_LINK)
HOUSE_KINDS = (Kind.LENDER, Kind.LENDER_PHONE)


@dataclass(frozen=True, slots=True)
class Value:
    """One value, spelled canonically, with the kind that its maker says it is."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class House:
    """What the lender says of itself in every message, and where its links live ("https://pay.example")."""

    lender: str
    lender_phone: str
    origin: str


def fits(value: Value, house: House) -> bool:
    """Whether a value is spelled as its kind is, leads nowhere else, and tells nothing above its level."""
    if not _EXACT[value.kind].fullmatch(value.text):
        return False
    if value.kind in _LINKS and not value.text.startswith(f"{house.origin.rstrip('/')}/"):
        return False
    if value.kind is Kind.DUE_DATE and _day(value.text) is None:
        return False
    if value.kind in {Kind.AMOUNT_TO_PAY, Kind.AMOUNT_OWED} and value.text[:3] not in EXPONENTS:
        return False
    # A token in a link is random: what it spells says nothing. Host and path are read.
    readable = value.text.rstrip("/").rpartition("/")[0] if value.kind in _LINKS else value.text
    return LEVEL[value.kind] == "debt" or debt_word_in(readable) is None


def spelled(value: Value, language: str) -> str:
    """A fitting value as the reader of `language` ("zh", "en") reads it."""
    spell = _SPELL.get(value.kind)
    return spell(value.text, language) if spell else value.text


def _money(text: str, _language: str) -> str:
    currency, minor = text.split(" ")
    amount = to_major(int(minor), currency)
    return f"¥{amount}" if currency == "CNY" else f"{currency} {amount}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _spell_day(text: str, language: str) -> str:
    day = date.fromisoformat(text)
    if language == "zh":
        return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
    return f"{day:%A} {day.day} {day:%B}"


_SPELL: dict[Kind, Callable[[str, str], str]] = {
    Kind.AMOUNT_TO_PAY: _money, Kind.AMOUNT_OWED: _money, Kind.DUE_DATE: _spell_day,
}  # fmt: skip
