"""A policy file becomes a version, and its checks are run and kept; back-tests and waivers are kept beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from kaopu.decision.actions.check_policy import CheckReport, check_policy
from kaopu.decision.core.policy.policy_file import read_policy, write_policy
from kaopu.decision.models import Policy, PolicyStep, PolicyVersion
from kaopu.decision.policy_store import state_of
from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_LOCK = 0x6B616F7012
NESTED = "decisionNode"
BEFORE_PROPOSAL = ("checked", "back-tested")


@dataclass(frozen=True, slots=True)
class Registered:
    """The version that holds the text, its state, and what checking it found."""

    version: PolicyVersion
    state: str
    report: CheckReport


def register_policy(text: str, file: str, *, actor: str, now: datetime) -> Registered:
    """Keep a policy as the next version of its manifest's name, as a draft, or as checked where nothing was found.

    The same text again is the version there is; it is checked again.

    Raises:
        BadInput: no policy, a bare graph, or one that nests other files.
    """
    policy = read_policy(text, file)
    if policy.manifest is None:
        raise BadInput(f"{file}: the key 'manifest' is missing, expected a policy that says what it is for")
    if any(node.get("type") == NESTED for node in policy.graph["nodes"]):
        raise BadInput(
            f"{file}: a node of type {NESTED} given, expected a policy of one file: at work none lies beside it"
        )
    report = check_policy(policy)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])  # two people never get one number
        row, _made = Policy.objects.get_or_create(name=policy.manifest.name)
        version = PolicyVersion.objects.filter(policy=row, digest=policy.digest).first()
        if version is None:
            number = (row.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
            version = PolicyVersion.objects.create(
                policy=row, number=number, text=write_policy(policy), digest=policy.digest, author=actor, created_at=now
            )
            add_step(version, "draft", actor, now)
        if report.ok and state_of(version) == "draft":
            add_step(version, "checked", actor, now, {"notes": len(report.notes)})
    return Registered(version, state_of(version), report)


def record_backtest(
    version: PolicyVersion, *, actor: str, now: datetime, result: Mapping[str, Any] | None = None, waiver: str = ""
) -> None:
    """Keep what a back-test found, or why there is none.

    Raises:
        BadInput: the version is not checked, or neither or both were given.
    """
    if (result is None) == (not waiver.strip()):
        raise BadInput("policy: expected either the result of a back-test or a waiver with its reason")
    with transaction.atomic():
        held = PolicyVersion.objects.select_for_update().get(pk=version.pk)
        state = state_of(held)
        if state not in BEFORE_PROPOSAL:
            raise BadInput(f"policy {version}: it is {state}, expected checked")
        details = {"waiver": waiver.strip()} if result is None else {"result": dict(result)}
        add_step(held, "back-tested", actor, now, details)


def add_step(
    version: PolicyVersion, state: str, actor: str, now: datetime, details: Mapping[str, Any] | None = None
) -> None:
    """One state further, in the caller's transaction, with its row in the audit chain."""
    PolicyStep.objects.create(version=version, state=state, actor=actor, at=now, details=dict(details or {}))
    audit.record(
        act=f"decision.policy_{state.replace('-', '_')}", subject=f"policy:{version.policy_id}", actor=actor, at=now,
        details={"version": version.number, "digest": version.digest},
    )  # fmt: skip
