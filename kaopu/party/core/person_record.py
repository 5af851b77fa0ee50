"""A person as records describe one: ten fields of text, spelt one way, so that two records can be compared."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from kaopu.party.core import resident_id

if TYPE_CHECKING:
    from collections.abc import Mapping

FIFTEEN, EIGHTEEN = 15, 18
DIGITS_ONLY = frozenset({"birth_date", "phone"})


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What is known; None is unknown. `birth_date` as eight digits YYYYMMDD where whole, else the digits there are."""

    given_name: str | None = None
    surname: str | None = None
    birth_date: str | None = None
    street: str | None = None
    suburb: str | None = None
    postcode: str | None = None
    region: str | None = None
    id_number: str | None = None
    phone: str | None = None
    email: str | None = None


FIELDS = tuple(each.name for each in fields(PersonRecord))


def person_record(raw: Mapping[str, str | None]) -> PersonRecord:
    """A record of raw texts: full width folded, case and blanks dropped, empty is unknown."""
    return PersonRecord(**{name: spelt(name, raw.get(name)) for name in FIELDS})


def spelt(field: str, value: str | None) -> str | None:
    """One spelling for one value of a field.

    A Chinese mobile number is the same with and without its country code; a resident number of fifteen digits is the
    one of eighteen signs that was given out in its place.
    """
    text = " ".join(unicodedata.normalize("NFKC", value or "").casefold().split())
    if field in DIGITS_ONLY:
        text = "".join(sign for sign in text if sign.isdigit())
    if field == "phone" and len(text.removeprefix("00")) == 13 and text.removeprefix("00").startswith("861"):
        text = text.removeprefix("00")[2:]
    if field == "id_number" and len(text) == FIFTEEN and text.isdecimal():
        text = resident_id.upgrade(text).casefold()
    return text or None


def checks(number: str | None) -> bool:
    """Whether a number is a resident number whose check character is right.

    A slip of one sign, or two neighbours that changed places, never leaves it right (GB 11643, ISO 7064 MOD 11-2): two
    numbers that both check and differ are two persons' numbers.
    """
    if number is None or len(number) != EIGHTEEN or not number[:-1].isdecimal() or not number.isascii():
        return False
    return resident_id.check_character(number[:-1]).casefold() == number[-1]
