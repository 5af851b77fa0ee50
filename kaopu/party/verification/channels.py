"""What a channel of verification is, and which there are.

A channel asks one provider one question about one person: the registry whether an ID number and a name belong together,
an operator whether a number is that person's, a bank whether a card is. Each is asked only with the person's consent
for this channel (`VERIFICATION_PURPOSE`), and sees no more than its question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kaopu.party.core.records import VerificationResult

VERIFICATION_PURPOSE = "verification"
CODE = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Question:
    """What a channel is asked: a point (`phone` …) or a paper (`cn-id` …) in full, and the name where known."""

    kind: str
    value: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What it said; `why` is a code of the provider, without personal data."""

    result: VerificationResult
    why: str = ""


class Channel(Protocol):
    """One way to verify. `provider` names who stands behind it: channels of one provider are one witness."""

    name: str
    provider: str
    kinds: frozenset[str]

    def ask(self, question: Question) -> Answer:
        """The provider's answer. May raise: that is recorded as unknown."""
        ...


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Offer a channel. Called in `AppConfig.ready`; the same name again replaces it."""
    if CODE.fullmatch(channel.name) is None or CODE.fullmatch(channel.provider) is None:
        raise ValueError(f"channel {channel.name} of {channel.provider}: names are lower-case codes")
    _channels[channel.name] = channel


def unregister(name: str) -> None:
    """Offer it no more."""
    _channels.pop(name, None)


def channel_named(name: str) -> Channel | None:
    """The channel, where there is one."""
    return _channels.get(name)
