"""Is the graph one that runs from its input to an end?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.decision.core.policy.finding import Finding, FindingKind
from kaopu.decision.core.policy.pieces import DECISION, FUNCTION, INPUT, NODE_TYPES, SWITCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from kaopu.decision.core.policy.pieces import GraphView


def check_graph(view: GraphView, graph: Mapping[str, Any]) -> Iterator[Finding]:
    """Edges to nowhere, ids used twice, unknown node types, no or several inputs, cycles, nodes nobody reaches."""
    yield from _nodes(view, [str(each["id"]) for each in graph["nodes"]])
    for edge in view.edges:
        for end, word in ((edge.source, "starts at"), (edge.target, "leads to")):
            if end not in view.nodes:
                yield _bad(None, f"an edge {word} {end!r}, which is no node")
    inputs = [each.id for each in view.nodes.values() if each.type == INPUT]
    if len(inputs) != 1:
        yield _bad(None, f"expected one input node, found {len(inputs)}")
    reached = _reached(view, inputs)
    on_cycle = set(view.nodes) - {each.id for each in view.in_order()}
    for name in sorted(on_cycle):
        yield _bad(name, "the node stands on a cycle, or behind one")
    for name in view.nodes:
        if inputs and name not in reached and name not in on_cycle:
            yield _bad(name, "no path leads here from the input node: it never runs")
    yield from _branches(view)


def _nodes(view: GraphView, ids: list[str]) -> Iterator[Finding]:
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        yield _bad(twice, "the id is used by more than one node")
    for node in view.nodes.values():
        if node.type not in NODE_TYPES:
            yield _bad(node.id, f"unknown node type {node.type!r}")


def refused_nodes(view: GraphView) -> Iterator[str]:
    """Why the graph has no columns, a sentence for each node that stands in the way."""
    for node in view.nodes.values():
        if node.type == FUNCTION:
            yield f"{node.id}: a JavaScript function has no columns"
        elif node.type not in NODE_TYPES:
            yield f"{node.id}: the node type {node.type!r} is unknown"
        elif node.type == DECISION and not node.setting.get("key"):
            yield f"{node.id}: the nested decision names no file"


def _reached(view: GraphView, start: list[str]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        for edge in view.after(waiting.pop()):
            if edge.target not in reached:
                reached.add(edge.target)
                waiting.append(edge.target)
    return reached


def _branches(view: GraphView) -> Iterator[Finding]:
    for node in view.nodes.values():
        if node.type != SWITCH:
            continue
        statements = node.setting.get("statements") or []
        for row, each in enumerate(statements, 1):
            if not any(edge.branch == each.get("id") for edge in view.after(node.id)):
                yield Finding(node.id, row, FindingKind.BAD_GRAPH, "the branch leads nowhere")
        if not any(not str(each.get("condition") or "").strip() for each in statements):
            yield Finding(
                node.id, None, FindingKind.GAP, "no branch without a condition: where none holds, nothing runs"
            )


def _bad(node: str | None, message: str) -> Finding:
    return Finding(node, None, FindingKind.BAD_GRAPH, message)
