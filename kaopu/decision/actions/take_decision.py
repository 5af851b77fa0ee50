"""Take one decision: the version that is live for this party answers, everything is kept, and doubt is `refer`."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, transaction

from kaopu.decision.actions.feature_inputs import with_features
from kaopu.decision.actions.made_ready import Ready, made_ready
from kaopu.decision.actions.score_inputs import Enriched, with_scores
from kaopu.decision.core.answer import Answer, referred
from kaopu.decision.core.assignment import Placed, assigned, shadows
from kaopu.decision.core.policy.day import day_of
from kaopu.decision.core.providers.failed import failed_reasons
from kaopu.decision.engines.compiled import engine_of
from kaopu.decision.models import Decision
from kaopu.decision.store import Standing, seal_record, standing, why_nobody
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from kaopu.decision.core.policy.manifest import Manifest
    from kaopu.kernel.clock import Clock

log = logging.getLogger(__name__)
NAME_LENGTH_MAX = 80
STOPPED, NO_POLICY, BROKEN = "policy_stopped", "no_policy", "scoring_failed"


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision as it was recorded. `version` 0: no version answered. `manifest` holds the words of the reasons."""

    id: UUID
    outcome: str
    reasons: tuple[str, ...]
    output: Any
    version: int
    role: str
    model_versions: Mapping[str, int]
    manifest: Manifest | None = field(default=None, repr=False, compare=False)


@dataclass(slots=True)
class _Found:
    """What came out so far; it begins with a referral, so that no way through forgets one."""

    answer: Answer = field(default_factory=lambda: referred(BROKEN))
    placed: Placed | None = None
    manifest: Manifest | None = None
    given: Any = None
    trace: Any = None
    models: dict[str, int] = field(default_factory=dict)
    shadows: list[dict[str, Any]] = field(default_factory=list)
    fetched: dict[str, Any] = field(default_factory=dict)


def take_decision(
    policy_name: str,
    given: Mapping[str, Any],
    *,
    clock: Clock,
    party: str | None = None,
    as_of: date | None = None,
    caller: str = "",
) -> Taken:
    """Decide and record in one transaction. `as_of` is put into the input where the input does not say it.

    Outside providers are asked before it, so it must not be called inside another for a policy that names one.

    A stopped, unknown or not yet valid policy, an altered text, a model that is missing and every exception on the
    way is `refer` with the reason recorded. Only where the record itself cannot be written is there an exception:
    what is not on record is not decided.

    Raises:
        BadInput: for a name or party longer than 80 letters, or with a letter that no row can hold.
    """
    for name, text in (("policy", policy_name), ("party", party or "")):
        if len(text) > NAME_LENGTH_MAX or "\x00" in text:
            raise BadInput(
                f"{name}: {len(text)} letters given, expected at most {NAME_LENGTH_MAX} and none of them NUL"
            )
    began, now = time.perf_counter_ns(), clock.now()
    identifier, day = new_id(now), as_of or now.date()
    asked = {"as_of": day.isoformat(), **given}
    day = day_of(asked["as_of"]) or day
    ready = made_ready(policy_name, asked, party, clock, now)
    now = ready.now
    try:
        with transaction.atomic():
            found, stands = _decide(policy_name, ready, party, identifier, day)
            latency_us = (time.perf_counter_ns() - began) // 1000
            _record(identifier, found, stands.policy_id, asked, day, now, latency_us, policy_name, party, caller)
    except DatabaseError as problem:  # what was read is void, and so is the transaction; the referral is kept
        log.warning("decision %s: %s", identifier, type(problem).__name__)
        found = _begun(ready)
        found.answer = referred(f"{BROKEN}:{type(problem).__name__}")
        latency_us = (time.perf_counter_ns() - began) // 1000
        with transaction.atomic():
            _record(identifier, found, None, asked, day, now, latency_us, policy_name, party, caller)
    placed = found.placed
    return Taken(
        identifier, str(found.answer.outcome), found.answer.reasons, found.answer.output,
        placed.number if placed else 0, placed.role.value if placed else "", found.models, found.manifest,
    )  # fmt: skip


def _record(  # noqa: PLR0917 - the columns of a row
    identifier: UUID, found: _Found, policy_id: int | None, asked: Mapping[str, Any], day: date, now: datetime,
    latency_us: int, policy_name: str, party: str | None, caller: str,
) -> None:  # fmt: skip
    placed = found.placed
    kept = {"input": found.given, "output": found.answer.output, "trace": found.trace, "shadows": found.shadows}
    if found.given is not asked:
        kept["asked"] = asked
    if found.fetched:
        kept["fetched"] = found.fetched
    Decision.objects.create(
        id=identifier, policy_name=policy_name, policy_id=policy_id,
        version_id=placed.version_id if placed else None, digest=placed.digest if placed else "",
        role=placed.role.value if placed else "", party=party or "", as_of=day, at=now,
        outcome=found.answer.outcome, reasons=list(found.answer.reasons), model_versions=found.models,
        shadows=[{key: each[key] for key in ("version", "outcome", "reasons")} for each in found.shadows],
        caller=caller, latency_us=latency_us, record_sealed=seal_record(identifier, kept),
    )  # fmt: skip


def _begun(ready: Ready) -> _Found:
    calls = ready.outside.calls
    return _Found(given=ready.outside.given, fetched={"providers": calls} if calls else {})


def _decide(name: str, ready: Ready, party: str | None, identifier: UUID, day: date) -> tuple[_Found, Standing]:
    found, stands, now = _begun(ready), Standing(None, stopped=False, placed=()), ready.now
    try:
        stands = ready.stands or standing(name, now)
        why = _why_not(stands, now)
        if why:
            found.answer = referred(why)
        else:
            found.placed = assigned(name, party, stands.placed)
            _answer(found, party, identifier, day, now)
            silent = failed_reasons(found.manifest, found.given, ready.outside.troubles)
            found.answer = replace(found.answer, reasons=(*found.answer.reasons, *silent))
            _ask_shadows(found, stands)
    except DatabaseError:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever it was, it is no yes
        log.warning("decision %s: %s", identifier, type(problem).__name__)
        found.answer = referred(f"{BROKEN}:{type(problem).__name__}")
    return found, stands


def _why_not(stands: Standing, now: datetime) -> str:
    if stands.policy_id is None:
        return NO_POLICY
    if stands.stopped:
        return STOPPED
    return "" if any(each.role == "champion" for each in stands.placed) else why_nobody(stands.policy_id, now)


def _answer(found: _Found, party: str | None, identifier: UUID, day: date, now: datetime) -> None:
    placed = found.placed
    if placed is None:
        raise LookupError("no version")
    engine = engine_of(placed.version_id, placed.digest)
    found.manifest = engine.policy.manifest
    from_book = with_features(found.manifest, found.given, party, day, now)
    found.given = from_book.given
    if from_book.found:
        found.fetched["features"] = from_book.found
    scored: Enriched = with_scores(engine.policy.manifest, found.given, identifier, now)
    found.given, found.models = scored.given, scored.models
    if scored.problems:
        found.answer = referred(*scored.problems)
        return
    answer, found.trace = engine.traced(found.given)
    found.answer = answer


def _ask_shadows(found: _Found, stands: Standing) -> None:
    """A shadow that fails says so in its own record and nowhere else."""
    for each in shadows(stands.placed):
        try:
            answer = engine_of(each.version_id, each.digest).decide(found.given)
        except DatabaseError:
            raise
        except Exception as problem:  # noqa: BLE001 - a shadow never disturbs the answer
            answer = referred(f"{BROKEN}:{type(problem).__name__}")
        found.shadows.append(
            {
                "version": each.number,
                "outcome": answer.outcome,
                "reasons": list(answer.reasons),
                "output": answer.output,
            }
        )
