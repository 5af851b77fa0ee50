"""The value of a contact point in one spelling, or none where it cannot be one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kaopu.party.core.phone import read_any_phone
from kaopu.party.core.points import PointKind

# One @, something before it, a dotted domain after it: whether mail arrives only mail can tell.
EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]+\.[^\s@<>,;.]{2,}")


@dataclass(frozen=True, slots=True)
class PointValue:
    """What is sealed, and what a phone number says of itself."""

    value: str
    carrier_type: str = ""
    segment: str = ""


def read_value(kind: PointKind, raw: str) -> PointValue | None:
    """The value as it is kept; None where it is no value of its kind."""
    text = unicodedata.normalize("NFKC", raw).strip()
    if kind is PointKind.PHONE:
        phone = read_any_phone(text)
        return PointValue(phone.normalised, phone.carrier_type, phone.segment) if phone.normalised else None
    if kind is PointKind.EMAIL:
        return PointValue(text) if EMAIL.fullmatch(text) else None
    return PointValue(text) if text else None
