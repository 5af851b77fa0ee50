"""Why a re-check is in the plan, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kaopu.contacts.core.plan_channels import ASK_BORROWER
from kaopu.contacts.core.reached import NEVER_US

if TYPE_CHECKING:
    from kaopu.contacts.core.plan_candidates import Candidates


def why(held: Candidates, place: int, gain: float) -> str:
    """Reach, last confirmation, what the re-check does to the chance of being lost, and on what exposure."""
    reached, link, channel = held.reached, held.columns.link[place], held.columns.channel[place]
    point, borrower = int(reached.link_point[link]), int(reached.link_borrower[link])
    whose = "a contact's" if reached.link_role[link] else "own"
    first = "a stranger holds it" if reached.suppress[point] else f"reach {reached.reach[point]:.2f}"
    exposure = float(held.exposure_yuan[borrower])
    less = gain / (exposure * held.assumed.worth.loss_if_lost) if exposure else 0.0
    asks = "; the borrower is asked for a new one" if held.channels[channel].name == ASK_BORROWER else ""
    return (
        f"{whose}, {first}, last confirmed {day_of(int(reached.confirmed_us[point]))}{asks}; lost in"
        f" {held.assumed.worth.horizon_days:.0f} days {less:.4f} less likely, on {exposure:,.2f} yuan"
    )


def day_of(microseconds: int) -> str:
    """The day of an instant, or never."""
    if microseconds == NEVER_US:
        return "never"
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).date().isoformat()
