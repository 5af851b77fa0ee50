"""A person as records describe one: ten fields of text, spelt one way, so that two records can be compared."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    A Chinese mobile number is the same with and without its country code; a fifteen-digit resident number stays as it
    is (the eighteen-digit one of the same person differs in two digits and a sign, which the comparison allows for).
    """
    text = " ".join(unicodedata.normalize("NFKC", value or "").casefold().split())
    if field in DIGITS_ONLY:
        text = "".join(sign for sign in text if sign.isdigit())
    if field == "phone" and len(text.removeprefix("00")) == 13 and text.removeprefix("00").startswith("861"):
        text = text.removeprefix("00")[2:]
    return text or None
