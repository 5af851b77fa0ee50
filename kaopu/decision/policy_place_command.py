"""`kaopu policy schedule | retire | roll-back | stop | resume`: where an approved version decides."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - Typer reads the annotations
from typing import Annotated

import typer

from kaopu.book.opened_book import opened_book
from kaopu.decision.core.assignment import Role  # Typer reads the annotations
from kaopu.decision.policy_life_command import AsJson, Name, Number, tell
from kaopu.kernel.core.errors import BadInput

DAY = ["%Y-%m-%d"]
Reason = Annotated[str, typer.Option(help="Why.")]
Every = Annotated[str | None, typer.Argument(help="Name of the policy; --all instead for every one.")]
All = Annotated[bool, typer.Option("--all", help="Every policy at once.")]


def schedule(  # noqa: PLR0917 - the options of a placement
    name: Name,
    version: Number = None,
    valid_from: Annotated[datetime | None, typer.Option(formats=DAY, help="First day; without it now.")] = None,
    valid_to: Annotated[datetime | None, typer.Option(formats=DAY, help="Last day; without it the manifest's.")] = None,
    role: Annotated[Role, typer.Option(help="What it does.")] = Role.CHAMPION,
    share: Annotated[int, typer.Option(min=0, max=10_000, help="Basis points of the parties.")] = 0,
    replace: Annotated[bool, typer.Option("--replace", help="End the one there is.")] = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Say from when to when an approved version decides. Days that overlap another's are refused."""
    with opened_book():
        from kaopu.decision.actions import place_policy
        from kaopu.decision.policy_store import version_of
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        row = version_of(name, version)
        placed = place_policy.schedule(
            row, actor=actor(), now=system_clock().now(), role=role, share=share, replace=replace,
            valid_from=valid_from.date() if valid_from else None, valid_to=valid_to.date() if valid_to else None,
        )  # fmt: skip
    until = placed.valid_until.isoformat() if placed.valid_until else None
    answer = {"policy": name, "version": row.number, "role": role.value, "share": share}
    answer |= {"valid_from": placed.valid_from.isoformat(), "valid_until": until}
    tell(answer, f"{name} {row.number}: {role.value} from {placed.valid_from:%Y-%m-%d %H:%M}", as_json=as_json)


def retire(name: Name, reason: Reason, version: Number = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """End a version for good."""
    with opened_book():
        from kaopu.decision.actions import place_policy
        from kaopu.decision.policy_store import version_of
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        row = version_of(name, version)
        place_policy.retire(row, reason=reason, actor=actor(), now=system_clock().now())
    answer = {"policy": name, "version": row.number, "state": "retired"}
    tell(answer, f"{name} {row.number}: retired", as_json=as_json)


def roll_back(name: Name, reason: Reason, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """The champion before this one decides again, at once."""
    with opened_book():
        from kaopu.decision.actions import place_policy
        from kaopu.decision.policy_store import policy_named
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        placed = place_policy.roll_back(policy_named(name), reason=reason, actor=actor(), now=system_clock().now())
        number = placed.version.number
    tell({"policy": name, "version": number, "state": "live"}, f"{name} {number}: decides again", as_json=as_json)


def stop(reason: Reason, name: Every = None, every: All = False, as_json: AsJson = False) -> None:  # noqa: FBT002
    """The kill switch: every decision of a policy is referred from now on."""
    _one_or_all(name, every=every)
    with opened_book():
        from kaopu.decision.actions import place_policy
        from kaopu.decision.policy_store import policy_named
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        policy = policy_named(name) if name else None
        place_policy.stop_policy(policy, reason=reason, actor=actor(), now=system_clock().now())
    tell({"policy": name, "stopped": True}, f"{name or 'all policies'}: stopped", as_json=as_json)


def resume(reason: Reason, name: Every = None, every: All = False, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Propose that a stopped policy goes on; another person approves."""
    _one_or_all(name, every=every)
    with opened_book():
        from kaopu.decision.actions.propose_policy import propose_resume
        from kaopu.decision.policy_store import policy_named
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        policy = policy_named(name) if name else None
        proposal = propose_resume(policy, reason=reason, actor=actor(), now=system_clock().now())
    sentence = f"{name or 'all policies'}: proposal {proposal} waits for a second person"
    tell({"policy": name, "proposal": str(proposal), "waits": True}, sentence, as_json=as_json)


def _one_or_all(name: str | None, *, every: bool) -> None:
    if (name is None) != every:
        raise BadInput("policy: expected either a name or --all")
