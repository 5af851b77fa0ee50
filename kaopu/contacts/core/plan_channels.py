"""Ways to re-check a point: what one costs and how often it finds out that a point is dead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.contacts.core.evidence import POINT_KINDS
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

# Costs are whole ten-thousandths of a yuan, so that a budget adds up exactly.
TEN_THOUSANDTHS = 10_000
ASK_BORROWER = "ask_borrower"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way. `detects`: the chance that a dead point is recognised, so that the borrower is asked for a new one.

    `ask_borrower` sends nothing to the point: the borrower is asked through another one.
    """

    name: str
    cost: int
    detects: float

    @property
    def cost_yuan(self) -> float:
        """The cost as a person writes it."""
        return self.cost / TEN_THOUSANDTHS


# From judgement: prices of messages and number look-ups in the mainland, an agent's minutes, a registered letter.
CHANNELS: dict[str, tuple[Channel, ...]] = {
    "phone": (
        Channel("status_and_code", 1_200, 0.95),
        Channel("call", 20_000, 0.75),
        Channel(ASK_BORROWER, 1_200, 0.98),
    ),
    "email": (Channel("code", 200, 0.90), Channel(ASK_BORROWER, 1_200, 0.98)),
    "app": (Channel("app_message", 100, 0.90), Channel(ASK_BORROWER, 1_200, 0.98)),
    "address": (Channel("letter", 60_000, 0.60), Channel(ASK_BORROWER, 1_200, 0.98)),
}


def read_channels(given: Mapping[str, Any]) -> dict[str, tuple[Channel, ...]]:
    """Tables `[phone.code]` with `cost` in yuan and `detects`; the kinds named take the place of the shipped ones.

    Raises `BadInput` for an unknown kind and for figures out of range.
    """
    for kind in given:
        if kind not in POINT_KINDS:
            raise BadInput(f"table {kind}: expected one of {', '.join(POINT_KINDS)}")
    return CHANNELS | {kind: tuple(_channel(kind, *each) for each in given[kind].items()) for kind in given}


def _channel(kind: str, name: str, table: Any) -> Channel:
    if not isinstance(table, dict) or not isinstance(table.get("cost"), int | float) or not table["cost"] > 0:
        raise BadInput(f"table {kind}.{name}: expected cost, in yuan and above 0")
    detects = table.get("detects", 0.9)
    if not isinstance(detects, int | float) or not 0 < detects <= 1:
        raise BadInput(f"table {kind}.{name}: detects of {detects!r}, expected above 0 and up to 1")
    return Channel(name, max(1, round(table["cost"] * TEN_THOUSANDTHS)), float(detects))
