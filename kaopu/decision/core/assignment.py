"""Which version decides for a party: by a stable hash, so that a person who comes back meets the same one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE = 10_000


class Role(StrEnum):
    """What a version does for a policy. The strings are public."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"
    SHADOW = "shadow"
    HOLD_OUT = "hold_out"


@dataclass(frozen=True, slots=True)
class Placed:
    """A version where it decides. `share` in basis points of the parties, for challengers and the hold-out."""

    version_id: int
    number: int
    digest: str
    role: Role
    share: int = 0


def basis_points(salt: str, party: str) -> int:
    """0 to 9,999, the same for the same two texts for ever: SHA-256, its first eight bytes, modulo 10,000."""
    found = hashlib.sha256(f"{salt}\x1f{party}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(found[:8], "big") % WHOLE


def assigned(policy: str, party: str | None, placed: Sequence[Placed]) -> Placed | None:
    """The version that answers. Without a champion nobody answers; without a party the champion does.

    The hold-out is drawn with a salt of its own, so that the same people are held out whatever challengers come
    and go. Challengers share the line from 0 on in the order given; one that is added at the end moves nobody else.
    """
    champion = next((each for each in placed if each.role is Role.CHAMPION), None)
    if champion is None or not party:
        return champion
    held_out = next((each for each in placed if each.role is Role.HOLD_OUT), None)
    if held_out is not None and basis_points(f"{policy}/hold-out", party) < held_out.share:
        return held_out
    place, reached = basis_points(f"{policy}/challenger", party), 0
    for each in placed:
        if each.role is Role.CHALLENGER:
            reached += each.share
            if place < reached:
                return each
    return champion


def shadows(placed: Sequence[Placed]) -> tuple[Placed, ...]:
    """Versions that are asked and recorded, and never answer."""
    return tuple(each for each in placed if each.role is Role.SHADOW)
