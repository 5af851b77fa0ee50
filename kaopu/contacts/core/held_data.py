"""What is held about a contact, as they read it on their own page: each thing, since when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum


class Held(StrEnum):
    """One kind of thing that may be held."""

    NUMBER = "number"
    SECOND_WAY = "second_way"
    CHANNELS = "channels"
    HOURS = "hours"
    LANGUAGE = "language"
    RELATION = "relation"
    AGREEMENT = "agreement"


class Hours(StrEnum):
    """The part of the day that a contact leaves open; always inside the rulebook's own hours."""

    DAY = "day"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


WINDOWS = {
    Hours.DAY: (time(9), time(19)),
    Hours.MORNING: (time(9), time(12)),
    Hours.AFTERNOON: (time(12), time(17)),
    Hours.EVENING: (time(17), time(19)),
}
CHANNELS = ("voice", "sms")  # what a telephone number alone can carry
LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person chose: channels by which, hours in which, and the language in which they may be asked."""

    channels: tuple[str, ...]
    hours: Hours
    language: str

    def __post_init__(self) -> None:
        if not self.channels or not set(self.channels) <= set(CHANNELS) or self.language not in LANGUAGES:
            raise ValueError(
                f"channels {self.channels} in {self.language}: expected some of {CHANNELS}, of {LANGUAGES}"
            )

    @property
    def window(self) -> tuple[time, time]:
        """Local hours, the second excluded."""
        return WINDOWS[self.hours]


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One thing that is held. `value` is masked or a code; the page writes it in words."""

    what: Held
    value: str
    since: datetime


def held_items(
    relation: str,
    accepted_at: datetime,
    choices: Choices | None,
    chosen_at: datetime | None,
    ways: tuple[tuple[str, datetime], ...],
) -> tuple[HeldItem, ...]:
    """Everything that is held about an accepted contact; `ways` are masked points, the confirmed number first."""
    items = [HeldItem(Held.RELATION, relation, accepted_at), HeldItem(Held.AGREEMENT, "", accepted_at)]
    for place, (masked, since) in enumerate(ways):
        items.append(HeldItem(Held.SECOND_WAY if place else Held.NUMBER, masked, since))
    if choices is not None and chosen_at is not None:
        items += [
            HeldItem(Held.CHANNELS, ",".join(choices.channels), chosen_at),
            HeldItem(Held.HOURS, str(choices.hours), chosen_at),
            HeldItem(Held.LANGUAGE, choices.language, chosen_at),
        ]
    return tuple(items)
