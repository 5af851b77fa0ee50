"""The ZEN expression language as a tree: what the parser makes and the columns compiler reads.

Every node is frozen and hashable. `at` is left out on purpose: messages quote the expression itself.
The language is that of zen-engine 2.1.3; how it behaves is written in docs/zen-semantics.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


class Node:
    """Any piece of an expression."""


@dataclass(frozen=True)
class Literal(Node):
    """A constant: null, a boolean, an exact number or a text."""

    value: bool | Decimal | str | None


@dataclass(frozen=True)
class Template(Node):
    """`text ${expression} text`: the parts in order, texts as Literal."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Name(Node):
    """A field of the context (`age`), or one of `$`, `$root`, `$nodes`, `#`, or a closure's alias."""

    name: str


@dataclass(frozen=True)
class Member(Node):
    """`target.key` and `target[key]`: the key is an expression, a Literal text after a dot."""

    target: Node
    key: Node


@dataclass(frozen=True)
class Slice(Node):
    """`target[from:to]`, either side may be absent."""

    target: Node
    start: Node | None
    stop: Node | None


@dataclass(frozen=True)
class Unary(Node):
    """`-x`, `+x`, `not x`. `operator` is '-', '+' or 'not'."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class Binary(Node):
    """`left operator right`: + - * / % ^ == != < <= > >= and or in 'not in' ??."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Conditional(Node):
    """`condition ? then : otherwise`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class Interval(Node):
    """`[low..high)`: '[' or '(' on the left, ']' or ')' on the right; reversed brackets as zen has them."""

    left_bracket: str
    low: Node
    high: Node
    right_bracket: str


@dataclass(frozen=True)
class ArrayOf(Node):
    """`[a, b, c]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class ObjectOf(Node):
    """`{key: value, [computed]: value}`: pairs of two expressions, a plain key as Literal text."""

    pairs: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True)
class Call(Node):
    """`name(arguments)`, for instance `upper(x)`, `d('2026-01-01')`."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class MethodCall(Node):
    """`target.name(arguments)`: the methods of dates."""

    target: Node
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Closure(Node):
    """The second argument of map, filter, all, some, none, one, count, flatMap: `#` or `alias` is the element."""

    alias: str | None
    body: Node


@dataclass(frozen=True)
class Assignments(Node):
    """`a.b = 1; c = 2; a`: targets as paths; `result` is the last expression, None when all are assignments."""

    targets: tuple[tuple[tuple[str, ...], Node], ...]
    result: Node | None
