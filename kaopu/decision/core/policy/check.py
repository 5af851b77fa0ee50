"""Everything that can be said about a policy without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.decision.core.policy.check_attributes import check_attributes
from kaopu.decision.core.policy.check_expressions import check_expressions
from kaopu.decision.core.policy.check_graph import check_graph
from kaopu.decision.core.policy.check_outcomes import check_outcomes, check_overrides
from kaopu.decision.core.policy.check_tables import check_tables
from kaopu.decision.core.policy.domains import visible
from kaopu.decision.core.policy.finding import Finding, FindingKind
from kaopu.decision.core.policy.pieces import graph_view

if TYPE_CHECKING:
    from kaopu.decision.core.policy.policy_file import PolicyFile


def check(policy: PolicyFile) -> tuple[Finding, ...]:
    """Faults, and notes of kind `undecided`; a bare graph is not asked for what only a manifest declares."""
    view, manifest = graph_view(policy.graph), policy.manifest
    seen = visible(view, manifest)
    found = [*check_graph(view, policy.graph), *check_expressions(view, seen, bare=manifest is None)]
    found += check_tables(view, seen)
    found += check_overrides(view)
    if manifest is not None:
        found += [*check_outcomes(view, manifest), *check_attributes(view, manifest)]
        if not policy.tests:
            found.append(Finding(None, None, FindingKind.NO_TEST, "the policy has no tests"))
    return tuple(dict.fromkeys(found))
