"""Which names an expression reads as a whole: `$root.a` reads a field, a bare `$root` the whole object."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.zen import syntax as ast

if TYPE_CHECKING:
    from collections.abc import Iterator


def uses_name(node: ast.Node, name: str) -> bool:
    """Whether `name` stands anywhere in it."""
    return any(isinstance(each, ast.Name) and each.name == name for each in pieces(node))


def uses_whole(node: ast.Node, name: str) -> bool:
    """Whether `name` stands anywhere but in front of a key written out."""
    if isinstance(node, ast.Member) and isinstance(node.target, ast.Name) and isinstance(node.key, ast.Literal):
        return False
    if isinstance(node, ast.Name):
        return node.name == name
    return any(uses_whole(each, name) for each in children(node))


def pieces(node: ast.Node) -> Iterator[ast.Node]:
    """The node and everything below it."""
    yield node
    for each in children(node):
        yield from pieces(each)


def children(node: Any) -> Iterator[ast.Node]:
    """The nodes directly below."""
    if is_dataclass(node):
        for declared in fields(node):
            yield from _nodes(getattr(node, declared.name))


def _nodes(value: Any) -> Iterator[ast.Node]:
    if isinstance(value, ast.Node):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _nodes(each)
