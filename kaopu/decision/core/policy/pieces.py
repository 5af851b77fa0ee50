"""A graph taken apart for checking: nodes, what stands before what, and every expression with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.zen.parse import parse, parse_unary
from kaopu.decision.core.zen.tokens import BadExpression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kaopu.decision.core.zen.syntax import Node

TABLE, EXPRESSION, SWITCH = "decisionTableNode", "expressionNode", "switchNode"
INPUT, OUTPUT, FUNCTION, DECISION = "inputNode", "outputNode", "functionNode", "decisionNode"
NODE_TYPES = frozenset({TABLE, EXPRESSION, SWITCH, INPUT, OUTPUT, FUNCTION, DECISION})


class Role(StrEnum):
    """What an expression is there for."""

    FIELD = "field"  # the head of a table column: what its cells test
    CELL = "cell"  # a test of the column's field, `$`
    CONDITION = "condition"  # a free test: a column without a field, a branch of a switch
    ANSWER = "answer"  # gives the value of `target`


@dataclass(frozen=True, slots=True)
class Piece:
    """One expression. `tree` is None where it does not parse; then `fault` says why."""

    row: int | None
    column: str
    role: Role
    text: str
    target: str  # the tested field's text, the given path, or the branch's id
    tree: Node | None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node with its expressions in the order in which they are written."""

    id: str
    type: str
    content: Any = field(hash=False)
    pieces: tuple[Piece, ...] = ()

    @property
    def setting(self) -> Mapping[str, Any]:
        """The content as an object; a function node's is text."""
        return self.content if isinstance(self.content, dict) else {}

    @property
    def loops(self) -> bool:
        """Whether the node runs once for each element of an array, or on a part of its input."""
        return self.setting.get("executionMode") == "loop" or bool(self.setting.get("inputField"))

    @property
    def collects(self) -> bool:
        """Whether every row that hits answers, not the first alone."""
        return self.setting.get("hitPolicy") == "collect"

    @property
    def passes_on(self) -> bool:
        """Whether what came in goes out again, beneath the node's own answers."""
        return self.type in {INPUT, OUTPUT, SWITCH} or bool(self.setting.get("passThrough"))

    @property
    def rows(self) -> tuple[int, ...]:
        """The numbers of the rows in which something stands."""
        return tuple(dict.fromkeys(each.row for each in self.pieces if each.row is not None))

    def of_row(self, row: int, *roles: Role) -> Iterator[Piece]:
        """The expressions of one row."""
        return (each for each in self.pieces if each.row == row and each.role in roles)


@dataclass(frozen=True, slots=True)
class Edge:
    """From one node to another; `branch` is the statement of a switch that leads this way."""

    source: str
    target: str
    branch: str | None


@dataclass(frozen=True, slots=True)
class GraphView:
    """The graph: nodes by id, edges in the order of the file."""

    nodes: Mapping[str, NodeView] = field(hash=False)
    edges: tuple[Edge, ...]

    def before(self, node: str) -> tuple[NodeView, ...]:
        """The nodes with an edge to this one."""
        sources = dict.fromkeys(each.source for each in self.edges if each.target == node)
        return tuple(self.nodes[each] for each in sources if each in self.nodes)

    def after(self, node: str) -> tuple[Edge, ...]:
        """The edges that leave this node and arrive somewhere."""
        return tuple(each for each in self.edges if each.source == node and each.target in self.nodes)

    def in_order(self) -> tuple[NodeView, ...]:
        """Every node after those it depends on; nodes on a cycle are left out."""
        done: dict[str, NodeView] = {}
        waiting = dict(self.nodes)
        while ready := [each for each in waiting.values() if all(one.id in done for one in self.before(each.id))]:
            for each in ready:
                done[each.id] = waiting.pop(each.id)
        return tuple(done.values())

    @property
    def pieces(self) -> Iterator[tuple[NodeView, Piece]]:
        """Every expression with its node."""
        return ((node, piece) for node in self.nodes.values() for piece in node.pieces)


def graph_view(graph: Mapping[str, Any]) -> GraphView:
    """Take a JDM graph apart; nothing is refused here, faults are for the checks to find."""
    nodes = [
        NodeView(str(each["id"]), str(each["type"]), each.get("content"), _pieces(each)) for each in graph["nodes"]
    ]
    edges = [
        Edge(str(each.get("sourceId")), str(each.get("targetId")), each.get("sourceHandle")) for each in graph["edges"]
    ]
    return GraphView({each.id: each for each in nodes}, tuple(edges))


def _pieces(node: Mapping[str, Any]) -> tuple[Piece, ...]:
    content = node.get("content")
    if not isinstance(content, dict):
        return ()
    if node["type"] == TABLE:
        return tuple(_of_table(content))
    if node["type"] == EXPRESSION:
        below = _below(content)
        rows = enumerate(content.get("expressions") or [], 1)
        return tuple(
            _piece(row, str(each.get("key", "")), Role.ANSWER, str(each.get("value", "")), below + str(each.get("key")))
            for row, each in rows
            if each.get("key") and str(each.get("value", "")).strip()
        )
    if node["type"] == SWITCH:
        branches = enumerate(content.get("statements") or [], 1)
        return tuple(
            _piece(row, "condition", Role.CONDITION, str(each["condition"]), str(each.get("id")))
            for row, each in branches
            if str(each.get("condition") or "").strip()
        )
    return ()


def _of_table(content: Mapping[str, Any]) -> Iterator[Piece]:
    reads, gives, below = content.get("inputs") or [], content.get("outputs") or [], _below(content)
    for column in reads:
        if _name(column):
            yield _piece(None, _title(column), Role.FIELD, _name(column), _name(column))
    for row, rule in enumerate(content.get("rules") or [], 1):
        for column in reads:
            text = str(rule.get(column.get("id")) or "")
            role = Role.CELL if _name(column) else Role.CONDITION
            if text.strip():
                yield _piece(row, _title(column), role, text, _name(column))
        for column in gives:
            text = str(rule.get(column.get("id")) or "")
            if text.strip():
                yield _piece(row, _title(column), Role.ANSWER, text, below + _name(column))


def _below(content: Mapping[str, Any]) -> str:
    path = content.get("outputPath")
    return f"{path}." if path else ""


def _name(column: Mapping[str, Any]) -> str:
    return str(column.get("field") or "").strip()


def _title(column: Mapping[str, Any]) -> str:
    return str(column.get("name") or column.get("field") or column.get("id"))


def _piece(row: int | None, column: str, role: Role, text: str, target: str) -> Piece:
    try:
        tree = parse_unary(text) if role is Role.CELL else parse(text)
    except BadExpression as wrong:
        return Piece(row, column, role, text, target, None, str(wrong))
    return Piece(row, column, role, text, target, tree)
