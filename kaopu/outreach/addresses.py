"""From an opaque point ("point:7") to the address behind it: opened for one sending, audited, never kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.party import store as parties
from kaopu.party.actions.open_point import Refusal, open_point
from kaopu.party.core.points import SEND

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    Opener = Callable[[str, str, datetime], "Address | None"]


@dataclass(frozen=True, slots=True)
class Address:
    """A number, an e-mail address or the like, with the kind under which it may be suppressed."""

    kind: str
    value: str


_openers: dict[str, Opener] = {}


def register(prefix: str, opener: Opener) -> None:
    """Ask `opener(point, actor, now)` for points that begin with `prefix` and a colon."""
    _openers[prefix] = opener


def open_address(point: str, *, actor: str, now: datetime) -> Address | None:
    """The address behind a point; None where there is none any more."""
    opener = _openers.get(point.partition(":")[0])
    return opener(point, actor, now) if opener else None


def _party_point(point: str, actor: str, now: datetime) -> Address | None:
    number = point.partition(":")[2]
    view = parties.point(int(number)) if number.isdecimal() else None
    if view is None:
        return None
    value = open_point(view.id, reason=SEND, actor=actor, now=now)
    return None if isinstance(value, Refusal) else Address(str(view.kind), value)


register("point", _party_point)
