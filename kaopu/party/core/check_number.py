"""One number of any kind, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.party.core.identity_check import Check, CheckedKind

if TYPE_CHECKING:
    from datetime import date


def check_number(kind: CheckedKind, raw: str, as_of: date) -> Check:
    """What the rules of `kind` say of `raw` on `as_of`. The tables of a kind are loaded when it is first asked for."""
    if kind is CheckedKind.CN_ID:
        from kaopu.party.core.resident_id import check_resident_id

        return check_resident_id(raw, as_of)
    if kind is CheckedKind.USCC:
        from kaopu.party.core.credit_code import check_credit_code

        return check_credit_code(raw)
    if kind is CheckedKind.CARD:
        from kaopu.party.core.card import check_card

        return check_card(raw)
    from kaopu.party.core.phone import check_phone

    return check_phone(raw)
