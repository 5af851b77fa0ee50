"""Which expressions zen takes as a test when they stand in a table cell; all others are compared with `$`."""

from __future__ import annotations

from kaopu.decision.core.zen import syntax as ast

TESTS = frozenset({"contains", "startsWith", "endsWith", "matches", "isNumeric", "all", "some", "none", "one"})
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"})


def is_test(node: ast.Node) -> bool:
    """Whether the cell's own value is the answer (probed in zen 2.1.3: docs/zen-semantics.md)."""
    match node:
        case ast.Binary(operator):
            return operator in COMPARISONS
        case ast.Unary("not", operand):
            return is_test(operand)
        case ast.Call(name):
            return name in TESTS
        case ast.MethodCall(_, name):
            return name.startswith("is")
    return False
