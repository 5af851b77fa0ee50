"""What each node can see and which values it can have: the manifest's inputs and what earlier nodes answer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.atoms import ANY, Domain
from kaopu.decision.core.policy.fold import path_of, possible
from kaopu.decision.core.policy.pieces import FUNCTION, INPUT, TABLE, GraphView, NodeView, Piece, Role
from kaopu.decision.core.zen import syntax as ast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.policy.manifest import Manifest
    from kaopu.decision.core.policy.policy_input import PolicyInput

KINDS = {bool: "boolean", str: "string", Decimal: "number"}
NUMERIC_SIGNS = frozenset("-*/%^")
TRUTHS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"})


def visible(view: GraphView, manifest: Manifest | None) -> dict[str, dict[str, Domain]]:
    """For each node the domains of the fields it can read, by path."""
    seen: dict[str, dict[str, Domain]] = {}
    given: dict[str, dict[str, Domain]] = {}
    for node in view.in_order():
        if node.type == INPUT:
            incoming = {} if manifest is None else declared(manifest)
        else:
            incoming = {}
            for each in view.before(node.id):
                incoming |= given[each.id]
        seen[node.id] = incoming
        given[node.id] = (incoming if node.passes_on else {}) | _answers(node, incoming)
    return seen


def declared(manifest: Manifest) -> dict[str, Domain]:
    """The domains that the manifest promises once the null law has passed the input."""
    days = {name: Domain("date", nullable=True) for name in manifest.fields_read}
    return days | {each.field: _of_input(each) for each in manifest.inputs}


def exact(value: Any) -> Any:
    """A JSON number as the decimal zen makes of it."""
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _of_input(each: PolicyInput) -> Domain:
    low, high = exact(each.minimum), exact(each.maximum)
    values = None if each.enum is None else frozenset(exact(value) for value in each.enum)
    if values is not None and not each.required:
        values |= {None}
    return Domain(
        each.type.value,
        low if isinstance(low, Decimal) else None,
        high if isinstance(high, Decimal) else None,
        values,
        nullable=not each.required,
    )


def _answers(node: NodeView, incoming: Mapping[str, Domain]) -> dict[str, Domain]:
    if node.type == FUNCTION:
        return {}
    below = node.setting.get("outputPath")
    if below and (node.collects or node.setting.get("executionMode") == "loop"):
        return {str(below): Domain("array")}
    found: dict[str, list[Piece]] = {}
    for piece in node.pieces:
        if piece.role is Role.ANSWER:
            found.setdefault(piece.target, []).append(piece)
    rows = len(node.setting.get("rules") or []) if node.type == TABLE else 0
    return {path: _of_pieces(each, incoming, lacking=rows > len(each)) for path, each in found.items()}


def _of_pieces(pieces: list[Piece], incoming: Mapping[str, Domain], *, lacking: bool) -> Domain:
    known = [possible(each.tree, {}) if each.tree else None for each in pieces]
    if all(each is not None for each in known):
        values = frozenset(value for each in known if each is not None for value in each)
        kinds = {KINDS[type(value)] for value in values if value is not None}
        values |= {None} if lacking else frozenset()
        return Domain(kinds.pop() if len(kinds) == 1 else ANY, values=values, nullable=None in values)
    domains = {_of_tree(each.tree, incoming) for each in pieces if each.tree}
    return domains.pop() if len(domains) == 1 and not lacking else Domain(nullable=lacking)


def _of_tree(tree: ast.Node, incoming: Mapping[str, Domain]) -> Domain:
    path = path_of(tree)
    if path is not None:
        return incoming.get(path, Domain())
    match tree:
        case ast.Binary(operator):
            return Domain("number" if operator in NUMERIC_SIGNS else "boolean" if operator in TRUTHS else ANY)
        case ast.Unary(operator):
            return Domain("boolean" if operator == "not" else "number")
        case ast.Call("min" | "max" | "abs" | "floor" | "ceil" | "round" | "sum" | "len" | "avg" | "number"):
            return Domain("number")
        case ast.Template():
            return Domain("string")
    return Domain()
