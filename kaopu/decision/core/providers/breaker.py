"""The circuit breaker: a provider that keeps failing is left alone for a while, then tried by one question.

The state is a value that every worker shares through a row; time is an argument. (The libraries at hand keep the state
in one process and read the clock themselves.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.decision.core.providers.contract import ProviderContract


class Gate(StrEnum):
    """May the provider be asked now?"""

    OPEN = "open"  # ask
    TRIAL = "trial"  # ask once: this question decides whether it works again
    CLOSED = "closed"  # do not ask


@dataclass(frozen=True, slots=True)
class Breaker:
    """Failures in a row, and until when nobody asks. `trial_since`: a trial question is on its way."""

    failures: int = 0
    rests_until: datetime | None = None
    trial_since: datetime | None = None


def gate(breaker: Breaker, contract: ProviderContract, now: datetime) -> Gate:
    """Whether to ask; a trial whose outcome never came frees the gate after the contract's own time."""
    if breaker.rests_until is None:
        return Gate.OPEN
    if now < breaker.rests_until:
        return Gate.CLOSED
    lost = timedelta(seconds=2 * contract.timeout_seconds)
    on_its_way = breaker.trial_since is not None and now < breaker.trial_since + lost
    return Gate.CLOSED if on_its_way else Gate.TRIAL


def trial_begun(breaker: Breaker, now: datetime) -> Breaker:
    """The one question after the rest is on its way."""
    return replace(breaker, trial_since=now)


def answered(_breaker: Breaker) -> Breaker:
    """It works: everything is forgotten."""
    return Breaker()


def failed(breaker: Breaker, contract: ProviderContract, now: datetime) -> Breaker:
    """One more failure; enough of them, or a failed trial, begin a rest."""
    failures = breaker.failures + 1
    if failures < contract.failures_before_rest and breaker.rests_until is None:
        return Breaker(failures)
    return Breaker(failures, now + timedelta(seconds=contract.rest_seconds))
