"""Check a policy: what is said without running it, its own tests run live, and whether it compiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.columns.shapes import shape_of
from kaopu.decision.core.columns.value import CannotCompile
from kaopu.decision.core.policy.check import check
from kaopu.decision.core.policy.check_graph import refused_nodes
from kaopu.decision.core.policy.declared_shape import declared_shape
from kaopu.decision.core.policy.finding import Finding, FindingKind
from kaopu.decision.core.policy.pieces import graph_view
from kaopu.decision.core.zen.tokens import BadExpression
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kaopu.decision.core.columns.value import Shape
    from kaopu.decision.core.policy.policy_file import PolicyFile


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`findings` are faults; `notes` say what lay beyond the reasoning. A policy without faults is ok."""

    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    why_not: str | None

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def compilable(self) -> bool:
        """Whether every node has columns."""
        return self.why_not is None

    def as_dict(self) -> dict[str, Any]:
        """The report as `kaopu policy check --json` prints it."""
        return {
            "ok": self.ok,
            "findings": [_as_dict(each) for each in self.findings],
            "compilable": self.compilable,
            "why_not": self.why_not,
            "notes": [_as_dict(each) for each in self.notes],
        }


def check_policy(policy: PolicyFile, beside: Path | None = None) -> CheckReport:
    """Check a policy; nested decisions are read from the folder `beside`."""
    found = [*check(policy), *_failing(policy, beside)]
    return CheckReport(
        findings=tuple(each for each in found if each.kind is not FindingKind.UNDECIDED),
        notes=tuple(each for each in found if each.kind is FindingKind.UNDECIDED),
        why_not=_why_not(policy),
    )


def _why_not(policy: PolicyFile) -> str | None:
    """Why the policy has no columns, each node that stands in the way with its reason; None where it has."""
    refused = "; ".join(refused_nodes(graph_view(policy.graph)))
    if refused:
        return refused
    from kaopu.decision.engines.columns import compile_policy

    try:
        compile_policy(policy, _shape(policy))
    except (CannotCompile, BadExpression) as wrong:
        return str(wrong)
    return None


def _shape(policy: PolicyFile) -> Shape:
    """What the manifest declares; for a bare graph what its tests show."""
    if policy.manifest is not None:
        return declared_shape(policy.manifest)
    return shape_of([each.input for each in policy.tests if isinstance(each.input, dict)] or [{}])


def _failing(policy: PolicyFile, beside: Path | None) -> Iterator[Finding]:
    from kaopu.decision.engines.live import LiveEngine

    if not policy.tests:
        return
    try:
        engine = LiveEngine(policy, beside)
    except BadInput as wrong:
        yield Finding(None, None, FindingKind.BAD_GRAPH, str(wrong))
        return
    for number, test in enumerate(policy.tests, 1):
        answer = engine.decide(test.input)
        said = {"outcome": answer.outcome, "reasons": list(answer.reasons), "output": answer.output}
        wanted = {"output": test.output} if policy.manifest is None else test.output
        for key, value in wanted.items():
            if said.get(key) != value:
                message = f"test {test.name!r}: {key} is {said.get(key)!r}, expected {value!r}"
                yield Finding(None, number, FindingKind.FAILING_TEST, message)


def _as_dict(each: Finding) -> dict[str, Any]:
    return {"node": each.node, "row": each.row, "kind": each.kind.value, "message": each.message}
