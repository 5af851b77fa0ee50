"""Each expression by itself: does it parse, does what it reads exist, do the types fit, does it read a clock?"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kaopu.decision.core.policy.atoms import ANY, Domain
from kaopu.decision.core.policy.finding import Finding, FindingKind
from kaopu.decision.core.policy.fold import fold, inside, path_of, walk
from kaopu.decision.core.policy.pieces import EXPRESSION, FUNCTION, Role
from kaopu.decision.core.zen import syntax as ast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kaopu.decision.core.policy.pieces import GraphView, NodeView, Piece

# Functions that take the text 'now' for the present instant (probed in zen 2.1.3); methods that ask for it.
OF_TEXT = frozenset(
    {"date", "time", "dateString", "year", "dayOfWeek", "dayOfMonth", "dayOfYear", "weekOfYear", "monthOfYear"}
    | {"monthString", "weekdayString", "startOf", "endOf"}
)
OF_TODAY = frozenset({"isToday", "isYesterday", "isTomorrow"})
ORDERED = frozenset({"<", "<=", ">", ">="})
ARITHMETIC = frozenset("-*/%^")
SCRIPT_CLOCKS = ("Date", "dayjs", "moment", "performance")
KINDS = {bool: "boolean", str: "string", Decimal: "number"}
SAME = {"integer": "number", "date": "string"}


def check_expressions(view: GraphView, seen: Mapping[str, Mapping[str, Domain]], *, bare: bool) -> Iterator[Finding]:
    """All expressions of the graph. In a bare graph nothing is declared, so nothing can be unknown or mistyped."""
    for node, piece in view.pieces:
        if piece.tree is None:
            yield _found(node, piece, FindingKind.BAD_EXPRESSION, f"does not parse: {piece.fault}")
            continue
        fields = seen.get(node.id, {})
        yield from _clocks(node, piece, piece.tree, fields)
        if not bare and not node.loops:
            yield from _unknown(node, piece, piece.tree, fields)
            yield from _types(node, piece, piece.tree, fields)
    for node in view.nodes.values():
        if node.type == FUNCTION:
            yield from _script(node)


def reads(tree: ast.Node) -> Iterator[str]:
    """The paths of fields an expression reads, the longest each; a closure's own element is none."""
    match tree:
        case ast.Name("#" | "$" | "$root" | "$nodes"):
            return
        case ast.Closure(alias, body):
            yield from (each for each in reads(body) if alias is None or each.split(".")[0] != alias)
            return
    path = path_of(tree)
    if path is not None:
        if path[0] not in "#$":
            yield path
        return
    for each in inside(tree):
        yield from reads(each)


def _unknown(node: NodeView, piece: Piece, tree: ast.Node, fields: Mapping[str, Domain]) -> Iterator[Finding]:
    own = {each.target for each in node.pieces} if node.type == EXPRESSION else set()
    for path in dict.fromkeys(reads(tree)):
        if not _is_known(path, fields) and not (path in own and piece.role is Role.ANSWER and path in fields):
            yield _found(
                node, piece, FindingKind.UNKNOWN_INPUT, f"reads {path}, which no input and no earlier node gives"
            )


def _is_known(path: str, fields: Mapping[str, Domain]) -> bool:
    if path in fields or any(name.startswith(path + ".") for name in fields):
        return True
    above = [".".join(path.split(".")[:size]) for size in range(1, path.count(".") + 1)]
    return any(name in fields and fields[name].kind in (ANY, "array") for name in above)


def _clocks(node: NodeView, piece: Piece, tree: ast.Node, fields: Mapping[str, Domain]) -> Iterator[Finding]:
    for each in walk(tree):
        match each:
            case ast.Call("rand"):
                yield _found(node, piece, FindingKind.READS_RANDOM, "rand() answers differently each time")
            case ast.Call("d", ()):
                yield _found(node, piece, FindingKind.READS_CLOCK, "d() is the present instant; use the input as_of")
            case ast.MethodCall(_, name) if name in OF_TODAY:
                yield _found(
                    node, piece, FindingKind.READS_CLOCK, f"{name}() asks the clock; compare with the input as_of"
                )
            case ast.Call(name, arguments) if name in OF_TEXT and arguments:
                yield from _now(node, piece, name, arguments[0], fields)


def _now(node: NodeView, piece: Piece, name: str, given: ast.Node, fields: Mapping[str, Domain]) -> Iterator[Finding]:
    path = path_of(given)
    if isinstance(given, ast.Literal) and given.value == "now":
        yield _found(node, piece, FindingKind.READS_CLOCK, f"{name}('now') is the present; use the input as_of")
    elif path is not None and path in fields and fields[path].kind == "string" and fields[path].values is None:
        message = f"{name}({path}) reads the clock where the text is 'now': declare {path} a date"
        yield _found(node, piece, FindingKind.READS_CLOCK, message)


def _types(node: NodeView, piece: Piece, tree: ast.Node, fields: Mapping[str, Domain]) -> Iterator[Finding]:
    for each in walk(tree):
        if not isinstance(each, ast.Binary):
            continue
        for side, other in ((each.left, each.right), (each.right, each.left)):
            path = path_of(side)
            name = piece.target if path == "$" and piece.role is Role.CELL else path
            kind = fields[name].kind if name is not None and name in fields else ANY
            fault = None if kind == ANY else _misfit(each.operator, SAME.get(kind, kind), other)
            if fault:
                yield _found(node, piece, FindingKind.WRONG_TYPE, f"{name} is declared {kind}, but {fault}")


def _misfit(operator: str, kind: str, other: ast.Node) -> str | None:
    if operator in ORDERED | ARITHMETIC and kind != "number":
        return f"{operator!r} needs numbers"
    if operator in ("in", "not in") and isinstance(other, ast.Interval):
        return None if kind == "number" else "the interval is one of numbers"
    among = other.items if isinstance(other, ast.ArrayOf) and operator in ("in", "not in") else (other,)
    if operator not in {"==", "!=", "in", "not in"} | ORDERED:
        return None
    for each in among:
        value = fold(each, {})
        found = KINDS.get(type(value))
        if found and found != kind:
            return f"it is compared with {value!r}, a {found}"
    return None


def _script(node: NodeView) -> Iterator[Finding]:
    text = str(node.content)
    if any(word in text for word in SCRIPT_CLOCKS):
        yield Finding(node.id, None, FindingKind.READS_CLOCK, "the JavaScript function names a clock")
    if "Math.random" in text:
        yield Finding(node.id, None, FindingKind.READS_RANDOM, "the JavaScript function calls Math.random")


def _found(node: NodeView, piece: Piece, kind: FindingKind, message: str) -> Finding:
    return Finding(node.id, piece.row, kind, f"{piece.column}: {message}")
