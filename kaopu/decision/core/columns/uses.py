"""Which names an expression reads as a whole: `$root.a` reads a field, a bare `$root` the whole object."""

from __future__ import annotations

from kaopu.decision.core.zen import syntax as ast
from kaopu.decision.core.zen.constant import children, walk


def uses_name(node: ast.Node, name: str) -> bool:
    """Whether `name` stands anywhere in it."""
    return any(isinstance(each, ast.Name) and each.name == name for each in walk(node))


def uses_whole(node: ast.Node, name: str) -> bool:
    """Whether `name` stands anywhere but in front of a key written out."""
    if isinstance(node, ast.Member) and isinstance(node.target, ast.Name) and isinstance(node.key, ast.Literal):
        return False
    if isinstance(node, ast.Name):
        return node.name == name
    return any(uses_whole(each, name) for each in children(node))
