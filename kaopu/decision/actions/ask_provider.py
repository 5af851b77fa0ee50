"""Ask an outside provider about a person: only with consent, only what the contract says, never longer than agreed.

The person's own agreement is looked at for every question, also for one that the records can answer. What the provider
did not answer stays missing; nothing here turns "no answer" into a value.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.decision.core.providers import breaker as breakers
from kaopu.decision.core.providers.answer import (
    COUNTS_AGAINST,
    PASSING,
    Answered,
    Trouble,
    Unanswered,
    judged,
    request_of,
)
from kaopu.decision.core.providers.contract import Fallback
from kaopu.decision.provider_store import Call, held_breaker, newest_answer, question_index, write_call
from kaopu.decision.providers.consents import consent_of
from kaopu.decision.providers.http_call import post

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kaopu.decision.core.providers.contract import ProviderContract
    from kaopu.kernel.clock import Clock

FIRST_WAIT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Given:
    """An answer; `source` says whether it was asked now, came from the records, or is old and said to be."""

    fields: Mapping[str, Any]
    source: str  # asked | cached | stale
    observed_at: datetime
    call_id: int


@dataclass(frozen=True, slots=True)
class NotGiven:
    """No answer; the reason code for the decision is `provider_failed:<name>:<trouble>`."""

    provider: str
    trouble: Trouble
    call_id: int

    @property
    def reason(self) -> str:
        """The reason code."""
        return f"provider_failed:{self.provider}:{self.trouble}"


def ask_provider(contract: ProviderContract, known: Mapping[str, Any], party: str, clock: Clock) -> Given | NotGiven:
    """The provider's answer about `party`, or why there is none. Must not be called inside a transaction.

    Args:
        contract: what was agreed with the provider.
        known: what is known of the person; only the contract's `sends` leave.
        party: whose consent counts; a reference, no name.
        clock: the instants of consent, records and rests.
    """
    now = clock.now()
    request = request_of(contract, known)
    if isinstance(request, Unanswered):
        return _not_asked(contract, Call(party, b"", request.trouble, request.detail), now)
    question = question_index(contract, request)
    consent = consent_of(party, contract.purpose, now)
    if consent is None:
        return _not_asked(contract, Call(party, question, Trouble.NO_CONSENT), now)
    call = Call(party, question, "cached", consent=consent.reference)
    kept = newest_answer(contract, question, contract.cache_days, now) if contract.cache_days else None
    if kept is not None:
        return Given(kept.fields, "cached", kept.at, write_call(contract, call, now))
    if not _may_ask(contract, now):
        return _or_stale(contract, _not_asked(contract, replace(call, result=Trouble.RESTING), now), question, now)
    return _asked(contract, request, call, clock)


def _not_asked(contract: ProviderContract, call: Call, now: datetime) -> NotGiven:
    return NotGiven(contract.name, Trouble(call.result), write_call(contract, call, now))


def _may_ask(contract: ProviderContract, now: datetime) -> bool:
    with held_breaker(contract.name) as held:
        gate = breakers.gate(held.breaker, contract, now)
        if gate is breakers.Gate.TRIAL:
            held.breaker = breakers.trial_begun(held.breaker, now)
    return gate is not breakers.Gate.CLOSED


def _asked(contract: ProviderContract, request: dict[str, Any], call: Call, clock: Clock) -> Given | NotGiven:
    began = time.monotonic()
    answer, attempts = _try(contract, json.dumps(request, ensure_ascii=False).encode(), began)
    now = clock.now()
    call = replace(call, attempts=attempts, duration_ms=round((time.monotonic() - began) * 1000))
    with transaction.atomic():
        with held_breaker(contract.name) as held:
            held.breaker = _after(held.breaker, contract, answer, now)
        if isinstance(answer, Answered):
            paid = replace(call, result="answered", cost_minor=contract.cost_minor)
            return Given(answer.fields, "asked", now, write_call(contract, paid, now, answer.fields))
        failed = replace(call, result=answer.trouble, detail=answer.detail)
        refused = NotGiven(contract.name, answer.trouble, write_call(contract, failed, now))
    return _or_stale(contract, refused, call.question, now)


def _after(
    breaker: breakers.Breaker, contract: ProviderContract, answer: Answered | Unanswered, now: datetime
) -> breakers.Breaker:
    ill = isinstance(answer, Unanswered) and answer.trouble in COUNTS_AGAINST
    return breakers.failed(breaker, contract, now) if ill else breakers.answered(breaker)


def _try(contract: ProviderContract, body: bytes, began: float) -> tuple[Answered | Unanswered, int]:
    """The answer and how often was asked; all attempts and waits share the contract's time."""
    wait = FIRST_WAIT_SECONDS
    for attempt in range(1, contract.attempts + 1):
        left = contract.timeout_seconds - (time.monotonic() - began)
        if left <= 0:
            return Unanswered(Trouble.TIMED_OUT), attempt - 1
        reply = post(contract.address, body, {}, left)
        answer = reply if isinstance(reply, Unanswered) else judged(contract, *reply)
        if isinstance(answer, Answered) or answer.trouble not in PASSING or attempt == contract.attempts:
            break
        time.sleep(min(wait, max(0.0, contract.timeout_seconds - (time.monotonic() - began))))
        wait *= 2
    return answer, attempt


def _or_stale(contract: ProviderContract, refused: NotGiven, question: bytes, now: datetime) -> Given | NotGiven:
    """The declared fall-back: an older answer that is said to be old, or nothing."""
    if contract.fallback is not Fallback.STALE:
        return refused
    kept = newest_answer(contract, question, contract.stale_days, now)
    return refused if kept is None else Given(kept.fields, "stale", kept.at, kept.call_id)
