"""All kinds by name, as packs write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.conduct.core.kinds.counts import Cap, NoInbound
from kaopu.conduct.core.kinds.gates import (
    Always,
    AnyTrue,
    AtLeast,
    Below,
    NoConsent,
    NoneTrue,
    NotOneOf,
    NotTrue,
    OneOf,
    SwitchedOff,
    Wish,
    WithEpisode,
)
from kaopu.conduct.core.kinds.hours import OutsideHours
from kaopu.conduct.core.kinds.lost import DebtorReachable, TooFewFailedDays
from kaopu.conduct.core.kinds.times import NotReached, OlderThan, Reached

if TYPE_CHECKING:
    from kaopu.conduct.core.kinds.kind import Kind

KINDS: dict[str, type[Kind]] = {
    kind.name: kind
    for kind in (
        Always, AnyTrue, AtLeast, Below, Cap, DebtorReachable, NoConsent, NoInbound, NoneTrue, NotOneOf, NotReached,
        NotTrue, OlderThan, OneOf, OutsideHours, Reached, SwitchedOff, TooFewFailedDays, Wish, WithEpisode,
    )
}  # fmt: skip
