"""A person dials: the call is put before an agent with its script, and the agent's outcome ends it."""

from __future__ import annotations

from dataclasses import dataclass

from kaopu.outreach.channels.channel import Handed, Parcel, Receipt


@dataclass(frozen=True, slots=True)
class AgentCall:
    """A call or a visit by staff. The message row is the task: its page shows number and script until an outcome."""

    name: str = "agent"

    def send(self, parcel: Parcel) -> Receipt:  # noqa: ARG002 - the message is the task
        """The agent has it on screen now."""
        return Receipt(Handed.ACCEPTED)
