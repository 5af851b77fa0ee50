"""What the graph may answer: known outcomes with known reasons, and no approval after a decline that nobody notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kaopu.decision.core.policy.finding import Finding, FindingKind
from kaopu.decision.core.policy.fold import UNKNOWN, fold, possible, walk
from kaopu.decision.core.policy.pieces import SWITCH, TABLE, Role
from kaopu.decision.core.zen import syntax as ast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.decision.core.policy.manifest import Manifest
    from kaopu.decision.core.policy.pieces import Edge, GraphView, NodeView, Piece

APPROVE, DECLINE, OUTCOME = "approve", "decline", "outcome"
REASONS = frozenset({"reason", "reasons"})
DECLINED = {OUTCOME: DECLINE}


class Setter(NamedTuple):
    """A place that gives the policy's outcome."""

    node: NodeView
    piece: Piece
    order: int


def check_outcomes(view: GraphView, manifest: Manifest) -> Iterator[Finding]:
    """Outcomes and reasons against the manifest, row by row."""
    yield from _texts(manifest)
    pieces = [(node, piece) for node, piece in view.pieces if piece.role is Role.ANSWER and piece.tree]
    if not any(piece.target == OUTCOME for _, piece in pieces):
        yield Finding(
            None, None, FindingKind.UNKNOWN_OUTCOME, "no node gives the key outcome: the answer is always refer"
        )
    for node, piece in pieces:
        if _last(piece) == OUTCOME:
            yield from _outcome(node, piece, manifest, pieces)
        if _last(piece) in REASONS:
            for code in sorted(_codes(piece) - set(manifest.reasons)):
                message = f"the reason {code!r} is not in the manifest"
                yield Finding(node.id, piece.row, FindingKind.MISSING_REASON, message)
    written = {text for _, piece in view.pieces for text in _codes(piece)}
    for code in sorted(set(manifest.reasons) - written):
        yield Finding(None, None, FindingKind.MISSING_REASON, f"the manifest's reason {code!r} is used nowhere")


def check_overrides(view: GraphView) -> Iterator[Finding]:
    """Places that can say approve when an earlier place, or one beside it, has said decline."""
    setters = [
        Setter(node, piece, order)
        for order, (node, piece) in enumerate(
            (node, piece) for node in view.in_order() for piece in node.pieces if _gives_outcome(node, piece)
        )
    ]
    for one in setters:
        if DECLINE not in (_values(one, {}) or {DECLINE}):
            continue
        behind = _reached_declined(view, one.node.id)
        for other in setters:
            if other is one or not _may_approve(other):
                continue
            same_list = one.node is other.node and one.node.type != TABLE and other.order > one.order
            beside = not same_list and one.node is not other.node and _meet(view, one.node.id, other.node.id)
            if same_list or other.node.id in behind or beside:
                yield _override(one, other, beside=beside and other.node.id not in behind)


def _override(one: Setter, other: Setter, *, beside: bool) -> Finding:
    how = "runs beside it and wins or loses by the order of merging" if beside else "comes later and does not look"
    message = f"can answer approve although {one.node.id} row {one.piece.row} has answered decline: it {how}"
    return Finding(other.node.id, other.piece.row, FindingKind.LATER_APPROVE_AFTER_DECLINE, message)


def _gives_outcome(node: NodeView, piece: Piece) -> bool:
    return piece.role is Role.ANSWER and piece.target == OUTCOME and piece.tree is not None and not node.loops


def _values(setter: Setter, known: dict[str, str]) -> frozenset[object] | None:
    return possible(setter.piece.tree, known) if setter.piece.tree else None


def _may_approve(setter: Setter) -> bool:
    """Whether it can say approve while the outcome so far is decline."""
    values = _values(setter, DECLINED)
    if values is not None and APPROVE not in values:
        return False
    if setter.node.type != TABLE or setter.piece.row is None:
        return True
    tests = setter.node.of_row(setter.piece.row, Role.CELL, Role.CONDITION)
    return all(_may_hold(each) for each in tests)


def _may_hold(piece: Piece) -> bool:
    known = DECLINED | ({"$": DECLINE} if piece.role is Role.CELL and piece.target == OUTCOME else {})
    return piece.tree is None or fold(piece.tree, known) in (True, UNKNOWN)


def _reached_declined(view: GraphView, start: str) -> set[str]:
    """The nodes behind `start` that still run when the outcome is decline."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for edge in _open(view, waiting.pop()):
            if edge.target not in reached:
                reached.add(edge.target)
                waiting.append(edge.target)
    return reached


def _open(view: GraphView, name: str) -> tuple[Edge, ...]:
    node, edges = view.nodes[name], view.after(name)
    if node.type != SWITCH:
        return edges
    tests = {each.target: (fold(each.tree, DECLINED) if each.tree else UNKNOWN) for each in node.pieces}
    taken: list[str] = []
    for statement in node.setting.get("statements") or []:
        result = tests.get(str(statement.get("id")), True)
        if result in (True, UNKNOWN):
            taken.append(str(statement.get("id")))
        if result is True and not node.collects:
            break
    return tuple(each for each in edges if each.branch in taken)


def _meet(view: GraphView, one: str, other: str) -> bool:
    """Whether both run side by side and flow into one node."""
    first, second = _reached_declined(view, one), _reached_declined(view, other)
    return other not in first and one not in second and bool(first & second)


def _outcome(
    node: NodeView, piece: Piece, manifest: Manifest, pieces: list[tuple[NodeView, Piece]]
) -> Iterator[Finding]:
    values = possible(piece.tree, {}) if piece.tree else None
    for value in sorted((values or frozenset()) - set(manifest.outcomes), key=str):
        yield Finding(node.id, piece.row, FindingKind.UNKNOWN_OUTCOME, f"{value!r} is no outcome of the manifest")
    if values is None or not values - {APPROVE}:
        return
    row = [other for one, other in pieces if one.id == node.id and (node.type != TABLE or other.row == piece.row)]
    above = [other for one, other in pieces if node.type != TABLE and one.id != node.id]
    if not any(_last(each) in REASONS for each in (*row, *above)):
        outcome = ", ".join(sorted(str(each) for each in values - {APPROVE}))
        yield Finding(node.id, piece.row, FindingKind.MISSING_REASON, f"answers {outcome} without a reason")


def _texts(manifest: Manifest) -> Iterator[Finding]:
    said = {"title": manifest.title, "rationale": manifest.rationale}
    for name, words in [*said.items(), *((f"reason {code!r}", words) for code, words in manifest.reasons.items())]:
        if not words.complete:
            lacking = "en" if not words.en.strip() else "zh"
            yield Finding(None, None, FindingKind.MISSING_REASON, f"the {name} has no text in {lacking}")


def _codes(piece: Piece) -> set[str]:
    """The texts an expression can answer with; those it merely compares with are not among them."""
    if piece.tree is None:
        return set()
    compared = {
        side
        for each in walk(piece.tree)
        if isinstance(each, ast.Binary) and each.operator in {"==", "!=", "in", "not in"}
        for side in walk(each)
    }
    keys = {each.key for each in walk(piece.tree) if isinstance(each, ast.Member)}
    texts = [each for each in walk(piece.tree) if isinstance(each, ast.Literal) and isinstance(each.value, str)]
    return {str(each.value) for each in texts if each not in compared and each not in keys}


def _last(piece: Piece) -> str:
    return piece.target.split(".")[-1]
