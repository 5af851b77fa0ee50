"""What a check of a number says: whether it can be one, why, and what it tells of its holder."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class CheckedKind(StrEnum):
    """What kind of number is checked."""

    CN_ID = "cn-id"
    USCC = "uscc"
    PHONE = "phone"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Check:
    """The answer. A number that passes can exist; whether it does, and whose it is, no arithmetic says.

    `region` is a GB/T 2260 code, `sex` male or female; None where the kind of number does not tell or cannot be read.
    """

    valid: bool
    why: str
    region: str | None = None
    birth_date: date | None = None
    sex: str | None = None


def answer(faults: list[str], remarks: list[str], **told: object) -> Check:
    """Valid where nothing is wrong; every fault is said, else every remark."""
    return Check(not faults, "; ".join(faults or remarks), **told)  # type: ignore[arg-type]
