"""What an expression is when some of what it reads is known: a value, a failure, or unknown.

Only the part of ZEN that tables are made of: comparisons, `and or not`, `in`, conditionals, sums. Checked against zen
itself by a property test; everything else is UNKNOWN.
"""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from kaopu.decision.core.zen import syntax as ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Unknown(Enum):
    """No value: zen raises an error, or nobody can tell here."""

    FAILED = "failed"
    UNKNOWN = "unknown"


FAILED, UNKNOWN = Unknown.FAILED, Unknown.UNKNOWN
Folded: TypeAlias = bool | Decimal | str | Unknown | None
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
SUMS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
}


def path_of(node: ast.Node) -> str | None:
    """`a.b.c` for such a path and `$` for itself; None for anything else."""
    match node:
        case ast.Name(name):
            return name
        case ast.Member(target, ast.Literal(str() as key)):
            above = path_of(target)
            return None if above is None else f"{above}.{key}"
    return None


def fold(node: ast.Node, known: Mapping[str, Any]) -> Folded:
    """The value of `node` where the paths in `known` have these values (numbers as Decimal)."""
    path = path_of(node)
    value: Folded = UNKNOWN
    if path is not None:
        return cast("Folded", known.get(path, UNKNOWN))
    match node:
        case ast.Literal(constant):
            return constant
        case ast.Unary(operator, operand):
            value = _unary(operator, fold(operand, known))
        case ast.Binary():
            value = _binary(node, known)
        case ast.Conditional(condition, then, otherwise):
            branches = _branches(fold(condition, known), then, otherwise)
            values = {fold(each, known) for each in branches}
            value = FAILED if not values else values.pop() if len(values) == 1 else UNKNOWN
    return value


def _binary(node: ast.Binary, known: Mapping[str, Any]) -> Folded:
    left = fold(node.left, known)
    if node.operator in ("in", "not in"):
        return _member(node.operator, left, node.right, known)
    right = fold(node.right, known)
    if node.operator in ("and", "or"):
        return _logic(node.operator, left, right)
    if node.operator == "??":
        return right if left is None else left
    return _compare(node.operator, left, right)


def _branches(test: Folded, then: ast.Node, otherwise: ast.Node) -> tuple[ast.Node, ...]:
    """The branches that may be taken; a test that fails, or is no truth, takes none."""
    if test is UNKNOWN:
        return (then, otherwise)
    if isinstance(test, bool):
        return (then,) if test else (otherwise,)
    return ()


def possible(node: ast.Node, known: Mapping[str, Any]) -> frozenset[Any] | None:
    """Every constant the expression can be where `known` holds; None where it can be anything."""
    value = fold(node, known)
    if value is FAILED:
        return frozenset()
    if value is not UNKNOWN:
        return frozenset({value})
    match node:
        case ast.Conditional(condition, then, otherwise):
            return _union([possible(each, known) for each in _branches(fold(condition, known), then, otherwise)])
        case ast.Binary("??", left, right):
            return _union([possible(left, known), possible(right, known)])
    return None


def walk(node: ast.Node) -> Iterator[ast.Node]:
    """The node and everything in it."""
    yield node
    for each in inside(node):
        yield from walk(each)


def inside(node: ast.Node) -> Iterator[ast.Node]:
    """The nodes directly below."""
    for each in fields(node):  # type: ignore[arg-type]  # every node of the language is a dataclass
        yield from _nodes_in(getattr(node, each.name))


def _nodes_in(part: Any) -> Iterator[ast.Node]:
    if isinstance(part, ast.Node):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _nodes_in(each)


def _union(parts: list[frozenset[Any] | None]) -> frozenset[Any] | None:
    found: frozenset[Any] = frozenset()
    for each in parts:
        if each is None:
            return None
        found |= each
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal)


def _unary(operator: str, value: Folded) -> Folded:
    if isinstance(value, Unknown):
        return value
    if operator == "not":
        return (not value) if isinstance(value, bool) else FAILED
    if not isinstance(value, Decimal):
        return FAILED
    return -value if operator == "-" else value


def _logic(operator: str, left: Folded, right: Folded) -> Folded:
    decisive = operator == "or"
    if left is decisive:
        return decisive
    if left is UNKNOWN:
        # Whatever the left side is, the whole is never true: false, or a failure.
        return False if operator == "and" and right in (False, FAILED) else UNKNOWN
    if left is not (not decisive):
        return FAILED
    return right if isinstance(right, bool | Unknown) else FAILED


def _compare(operator: str, left: Folded, right: Folded) -> Folded:
    if left is FAILED or right is FAILED:
        return FAILED
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    if operator in ("==", "!="):
        same = isinstance(left, bool) is isinstance(right, bool) and left == right
        return same is (operator == "==")
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        if operator in ORDER:
            return ORDER[operator](left, right)
        return SUMS[operator](left, right) if operator in SUMS else UNKNOWN
    return UNKNOWN if operator == "+" else FAILED


def _member(operator: str, value: Folded, among: ast.Node, known: Mapping[str, Any]) -> Folded:
    if isinstance(value, Unknown):
        return value
    found: Folded = UNKNOWN
    if isinstance(among, ast.ArrayOf):
        items = [fold(each, known) for each in among.items]
        if not any(isinstance(each, Unknown) for each in items):
            found = any(_compare("==", value, each) is True for each in items)
    elif isinstance(among, ast.Interval):
        found = _within(value, among, known)
    if isinstance(found, Unknown):
        return found
    return found is (operator == "in")


def _within(value: Folded, span: ast.Interval, known: Mapping[str, Any]) -> Folded:
    low, high = fold(span.low, known), fold(span.high, known)
    if span.left_bracket not in "[(" or span.right_bracket not in "])" or isinstance(low, Unknown | None):
        return UNKNOWN
    if not (isinstance(value, Decimal) and isinstance(low, Decimal) and isinstance(high, Decimal)):
        return FAILED if not isinstance(high, Unknown) else UNKNOWN
    above = value >= low if span.left_bracket == "[" else value > low
    below = value <= high if span.right_bracket == "]" else value < high
    return above and below
