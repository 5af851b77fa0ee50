"""`kaopu policy register | list | show | export | propose | approve`: from a file to an approved version."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID  # noqa: TC003 - same

import typer

from kaopu.book.opened_book import opened_book
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.kernel.approval import Proposal

Name = Annotated[str, typer.Argument(help="Name of the policy.")]
Number = Annotated[int | None, typer.Option("--version", help="Its version; without it the newest.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def tell(answer: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    """One line: the answer as JSON, or its sentence."""
    typer.echo(json.dumps(answer, ensure_ascii=False) if as_json else sentence)


def register(
    policy: Annotated[Path, typer.Argument(help="The policy file.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Keep a policy file as the next version of its name, and check it; ends with 1 where something was found."""
    try:
        text = policy.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"{policy}: {problem}, expected a policy file in UTF-8") from None
    with opened_book():
        from kaopu.decision.actions.register_policy import register_policy
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        found = register_policy(text, policy.name, actor=actor(), now=system_clock().now())
        name, report = found.version.policy.name, found.report.as_dict()
    answer = {"policy": name, "version": found.version.number, "state": found.state, "digest": found.version.digest}
    tell(answer | report, f"{name} {found.version.number}: {found.state}", as_json=as_json)
    if not as_json:
        for each in report["findings"]:
            typer.echo(f"  {each['kind']}: {each['message']}")
    if report["findings"]:
        raise typer.Exit(1)


def list_policies(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Every version with its state."""
    with opened_book():
        from kaopu.decision.policy_store import standings
        from kaopu.kernel.clock import system_clock

        rows = standings(system_clock().now())
    if as_json:
        typer.echo(json.dumps({"policies": rows}, ensure_ascii=False))
        return
    for row in rows:
        stopped = ", stopped" if row["stopped"] else ""
        roles = "".join(f", {each['role']} from {each['valid_from'][:10]}" for each in row["placements"])
        typer.echo(f"{row['policy']} {row['version']}: {row['state']}{stopped}{roles}")


def show(name: Name, version: Number = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """A version: who took it through which state, and when."""
    with opened_book():
        from kaopu.decision.policy_store import history, live_state, version_of
        from kaopu.kernel.clock import system_clock

        row = version_of(name, version)
        state, steps = live_state(row, system_clock().now()), history(row)
    answer = {"policy": name, "version": row.number, "state": state, "digest": row.digest, "author": row.author}
    tell(answer | {"steps": steps}, f"{name} {row.number}: {state}, by {row.author}", as_json=as_json)
    if not as_json:
        for each in steps:
            typer.echo(f"  {each['at'][:16]} {each['state']} by {each['actor']}")


def export(
    name: Name,
    version: Number = None,
    out: Annotated[Path | None, typer.Option(help="A file; without it the text is printed.")] = None,
) -> None:
    """The text of a version, in its git-friendly form."""
    with opened_book():
        from kaopu.decision.policy_store import version_of

        text = version_of(name, version).text
    if out is None:
        typer.echo(text, nl=not text.endswith("\n"))
    else:
        out.write_text(text, encoding="utf-8")


def propose(
    name: Name,
    version: Number = None,
    backtest: Annotated[Path | None, typer.Option(help="What `kaopu policy backtest --json` printed.")] = None,
    waive_backtest: Annotated[str, typer.Option(help="Why there is no back-test.")] = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Propose a checked version, with its back-test or the reason why there is none; another person approves."""
    result = _result(backtest)
    with opened_book():
        from kaopu.decision.actions.propose_policy import propose_policy
        from kaopu.decision.actions.register_policy import record_backtest
        from kaopu.decision.policy_store import version_of
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        row, who, now = version_of(name, version), actor(), system_clock().now()
        if result is not None or waive_backtest:
            record_backtest(row, actor=who, now=now, result=result, waiver=waive_backtest)
        proposal = propose_policy(row, actor=who, now=now)
    answer = {"policy": name, "version": row.number, "proposal": str(proposal), "waits": True}
    tell(answer, f"{name} {row.number}: proposal {proposal} waits for a second person", as_json=as_json)


def approve(
    name: Name,
    proposal: Annotated[UUID | None, typer.Option(help="Which, where several wait.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Agree to what another person proposed for a policy: a version, or that it goes on after a stop."""
    with opened_book():
        import kaopu.decision.console.policy_proposals  # noqa: F401 - makes the kinds known
        from kaopu.kernel.approval import Refusal
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.kernel.console import proposals

        now = system_clock().now()
        found = _waiting(name, proposal, now)
        done = proposals.agree(found, approver=actor(), fingerprint=found.fingerprint, now=now)
        if isinstance(done, Refusal):
            raise BadInput(f"policy {name}: {done}, expected a proposal of another person that still waits")
    tell({"policy": name, "proposal": str(found.id), "approved": True}, f"{name}: approved", as_json=as_json)


def _waiting(name: str, proposal: UUID | None, now: Any) -> Proposal:
    from kaopu.decision.actions.propose_policy import PROPOSAL_KIND, RESUME_KIND
    from kaopu.decision.policy_store import policy_named
    from kaopu.kernel import approval

    subject = f"policy:{policy_named(name).pk}"
    kinds = (PROPOSAL_KIND, RESUME_KIND)
    found = [one for one in approval.waiting(now) if one.kind in kinds and one.subject == subject]
    found = [one for one in found if proposal in (None, one.id)]
    if len(found) != 1:
        known = ", ".join(str(one.id) for one in found) or "none"
        raise BadInput(f"policy {name}: {known} wait, expected one; name it with --proposal")
    return found[0]


def _result(file: Path | None) -> dict[str, Any] | None:
    if file is None:
        return None
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadInput(f"--backtest: {file}: {problem}, expected JSON of `kaopu policy backtest --json`") from None
    if not isinstance(found, dict):
        raise BadInput(f"--backtest: {file}: expected an object, as `kaopu policy backtest --json` prints it")
    return found
