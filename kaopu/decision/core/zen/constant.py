"""Constants: which expressions are the same for every row, and how a tree is written as text again."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING

from kaopu.decision.core.zen import syntax as ast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

CLOCK_METHODS = frozenset({"isToday", "isTomorrow", "isYesterday"})
CLOCK_FUNCTIONS = frozenset({"date", "time", "d", "dateString", "year", "startOf", "endOf"})


def walk(node: ast.Node) -> Iterator[ast.Node]:
    """The node and everything in it."""
    yield node
    for each in children(node):
        yield from walk(each)


def children(node: ast.Node) -> list[ast.Node]:
    """The nodes directly below."""
    found: list[ast.Node] = []

    def add(part: object) -> None:
        if isinstance(part, ast.Node):
            found.append(part)
        elif isinstance(part, tuple):
            for each in part:
                add(each)

    for each in fields(node):  # type: ignore[arg-type]
        add(getattr(node, each.name))
    return found


def reads_clock(node: ast.Node) -> bool:
    """Whether the answer depends on when it is asked."""
    return any(_is_clock(each) for each in walk(node))


def _is_clock(node: ast.Node) -> bool:
    match node:
        case ast.Call("d", ()):
            return True
        case ast.Call("d", (ast.Literal(str() as first), *_)):
            return "/" in first or first == "now"
        case ast.Call(name, (ast.Literal("now"), *_)):
            return name in CLOCK_FUNCTIONS
        case ast.MethodCall(_, name):
            return name in CLOCK_METHODS
    return False


def at_instant(node: ast.Node, now: datetime) -> ast.Node:
    """`node` with the instant written out wherever it would read the clock (but for isToday and its like)."""
    written_out = ast.Literal(now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def put(part: object) -> object:
        match part:
            case ast.Call("d", ()):
                return ast.Call("d", (written_out,))
            case ast.Call(name, (ast.Literal("now"), *rest)) if name in CLOCK_FUNCTIONS:
                return ast.Call(name, (written_out, *rest))
            case ast.Node():
                return replace(part, **{each.name: put(getattr(part, each.name)) for each in fields(part)})  # type: ignore[type-var, arg-type]
            case tuple():
                return tuple(put(each) for each in part)
        return part

    made = put(node)
    assert isinstance(made, ast.Node)  # noqa: S101 - a node in, a node out
    return made


def reads_chance(node: ast.Node) -> bool:
    """Whether the answer is another one each time."""
    return any(isinstance(each, ast.Call) and each.name == "rand" for each in walk(node))


def is_constant(node: ast.Node) -> bool:
    """No field, no clock, no chance: one answer for every row."""
    return not (_free_names(node, frozenset()) or reads_clock(node) or reads_chance(node))


def _free_names(node: ast.Node, bound: frozenset[str]) -> bool:
    match node:
        case ast.Name(name):
            return name not in bound
        case ast.Assignments():
            return True
        case ast.Call(_, (items, ast.Closure(alias, body))):
            inner = bound | {"#"} | ({alias} if alias else set())
            return _free_names(items, bound) or _free_names(body, inner)
    return any(_free_names(part, bound) for part in children(node))


def written(node: ast.Node) -> str:
    """`node` as an expression with every bracket that it may need."""
    match node:
        case ast.Literal(value):
            return _literal(value)
        case ast.Template(parts):
            return "`" + "".join(_template_part(part) for part in parts) + "`"
        case ast.Name(name):
            return name
        case ast.Member(target, ast.Literal(str() as key)) if key.isidentifier():
            return f"{_target(target)}.{key}"
        case ast.Member(target, key):
            return f"{_target(target)}[{written(key)}]"
        case ast.Slice(target, start, stop):
            return f"{_target(target)}[{written(start) if start else ''}:{written(stop) if stop else ''}]"
        case ast.Unary(operator, operand):
            return f"({operator} {written(operand)})"
        case ast.Binary(operator, left, right):
            return f"({written(left)} {operator} {written(right)})"
        case ast.Conditional(condition, then, otherwise):
            return f"({written(condition)} ? {written(then)} : {written(otherwise)})"
        case ast.Interval(left, low, high, right):
            return f"{left}{written(low)}..{written(high)}{right}"
        case ast.ArrayOf(items):
            return f"[{', '.join(map(written, items))}]"
        case ast.ObjectOf(pairs):
            return "{" + ", ".join(f"{_key(key)}: {written(value)}" for key, value in pairs) + "}"
        case ast.Call(name, (items, ast.Closure(alias, body))):
            return f"{name}({written(items)}{f' as {alias}' if alias else ''}, {written(body)})"
        case ast.Call(name, arguments):
            return f"{name}({', '.join(map(written, arguments))})"
        case ast.MethodCall(target, name, arguments):
            return f"{_target(target)}.{name}({', '.join(map(written, arguments))})"
    raise TypeError(f"{type(node).__name__} cannot be written")


def _literal(value: bool | Decimal | str | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return f'"{value}"' if "'" in value else f"'{value}'"


def _template_part(part: ast.Node) -> str:
    return part.value if isinstance(part, ast.Literal) and isinstance(part.value, str) else "${" + written(part) + "}"


def _target(node: ast.Node) -> str:
    text = written(node)
    plain = isinstance(node, ast.Name | ast.Member | ast.Call | ast.MethodCall | ast.ArrayOf | ast.Slice)
    return text if plain or text.startswith("(") else f"({text})"


def _key(key: ast.Node) -> str:
    return written(key) if isinstance(key, ast.Literal) else f"[{written(key)}]"
