"""REST for decisions: take one, read one, which version decides. Ninja reads annotations at run time."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - read by ninja
from typing import Any
from uuid import UUID  # noqa: TC003 - read by ninja

from django.http import HttpRequest  # noqa: TC002 - read by ninja
from ninja import Field, Router, Schema

from kaopu.decision.actions.take_decision import take_decision
from kaopu.decision.core.policy.manifest import Manifest  # noqa: TC001 - used in a signature that ninja passes by
from kaopu.decision.engines.compiled import engine_of
from kaopu.decision.models import Decision
from kaopu.decision.reason_words import language_of, words_of
from kaopu.decision.store import open_record, standing
from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.api.scope import Scope, needs, require
from kaopu.kernel.clock import system_clock

router = Router(tags=["decisions"])


class DecisionIn(Schema):
    """What is asked."""

    policy: str = Field(description="Name of the policy.", max_length=80)
    party: str | None = Field(
        None,
        description="Your id of the person: the same one meets the same version. `party:NUMBER` or `SOURCE:ID` names a "
        "party of the book, whose features are then fetched.",
        max_length=80,
    )
    as_of: date | None = Field(None, description="Day of the decision; put into the input where it is not there.")
    input: dict[str, Any]


class ReasonOut(Schema):
    """A reason code and its sentence, in the language of `Accept-Language` (zh or en)."""

    code: str
    text: str


class DecisionOut(Schema):
    """A decision. `policy_version` null: no version answered, the reasons say why."""

    id: UUID
    outcome: str
    reasons: list[ReasonOut]
    policy_version: int | None
    model_versions: dict[str, int]
    output: Any = None


class DecisionRead(DecisionOut):
    """A decision as it was recorded."""

    policy: str
    party: str | None
    as_of: date
    at: datetime
    role: str
    latency_us: int


class StandingOut(Schema):
    """The version that decides where nothing else is placed."""

    policy: str
    policy_version: int | None
    stopped: bool


@router.post("/decisions", summary="Take a decision", response=DecisionOut, **needs(Scope.DECISIONS_WRITE))
def post_decision(request: HttpRequest, asked: DecisionIn) -> dict[str, Any]:
    """Decide by the policy at work and record it. What is unknown is referred, never approved.

    Asking again decides again and is a record of its own.
    """
    caller = require(request, Scope.DECISIONS_WRITE)
    taken = take_decision(
        asked.policy, asked.input, clock=system_clock(), party=asked.party, as_of=asked.as_of, caller=caller.actor
    )
    return {
        "id": taken.id, "outcome": taken.outcome, "reasons": _reasons(request, taken.reasons, taken.manifest),
        "policy_version": taken.version or None, "model_versions": taken.model_versions, "output": taken.output,
    }  # fmt: skip


@router.get("/decisions/{identifier}", summary="A decision", response=DecisionRead, **needs(Scope.DECISIONS_READ))
def read_decision(request: HttpRequest, identifier: UUID) -> dict[str, Any]:
    """One decision as it was recorded, without the input."""
    require(request, Scope.DECISIONS_READ)
    row = Decision.objects.select_related("version").filter(pk=identifier).first()
    if row is None:
        raise Problem(Kind.NOT_FOUND, f"There is no decision {identifier}.")
    manifest = engine_of(row.version_id, row.digest).policy.manifest if row.version_id else None
    return {
        "id": row.pk, "outcome": row.outcome, "reasons": _reasons(request, tuple(row.reasons), manifest),
        "policy_version": row.version.number if row.version else None, "model_versions": row.model_versions,
        "output": open_record(row)["output"], "policy": row.policy_name, "party": row.party or None,
        "as_of": row.as_of, "at": row.at, "role": row.role, "latency_us": row.latency_us,
    }  # fmt: skip


@router.get("/policies/{name}", summary="Which version decides", response=StandingOut, **needs(Scope.DECISIONS_READ))
def read_standing(request: HttpRequest, name: str) -> dict[str, Any]:
    """The champion now, and whether the policy is stopped."""
    require(request, Scope.DECISIONS_READ)
    found = standing(name, system_clock().now())
    if found.policy_id is None:
        raise Problem(Kind.NOT_FOUND, f"There is no policy {name}.")
    champion = next((each.number for each in found.placed if each.role == "champion"), None)
    return {"policy": name, "policy_version": champion, "stopped": found.stopped}


def _reasons(request: HttpRequest, codes: tuple[str, ...], manifest: Manifest | None) -> list[dict[str, str]]:
    language = language_of(request.headers.get("Accept-Language", ""))
    return [{"code": code, "text": words_of(code, manifest, language)} for code in codes]
