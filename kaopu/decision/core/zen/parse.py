"""Read ZEN expressions into the tree of `syntax`.

zen itself says whether an expression is one (`zen.validate_expression`), so nothing is read here that it would refuse;
this reader only has to find the structure that zen gives it. Binding, from loose to tight: `? :`, `or`, `and`,
comparisons and `in`, `+ -`, `* / %`, `^` (to the right), `not`, `??`, `-` and `+` before a value, then `.` `[]` `()`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NoReturn

import zen

from kaopu.decision.core.zen import syntax as ast
from kaopu.decision.core.zen.tokens import BadExpression, Kind, Token, tokens

BINDING = {"or": 10, "and": 15, "+": 30, "-": 30, "*": 60, "/": 60, "%": 60, "^": 70, "??": 80}
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")
BINDING |= dict.fromkeys(COMPARISONS, 20)
NOT_BINDING, SIGN_BINDING = 75, 90
CLOSURES = frozenset({"map", "filter", "all", "some", "none", "one", "count", "flatMap"})
CURRENT = ast.Name("$")


def parse(expression: str) -> ast.Node:
    """The tree of an expression.

    Raises:
        BadExpression: zen refuses it; the message is zen's own reason.
    """
    _refuse_what_zen_refuses(zen.validate_expression, expression)
    reader = _Reader(expression)
    return reader.whole(reader.statements())


def parse_unary(cell: str) -> ast.Node:
    """The tree of a table cell: a test of `$`, every comparison written out.

    `> 5, 'a'` becomes `$ > 5 or $ == 'a'`; an interval or array becomes `$ in …`.

    Raises:
        BadExpression: zen refuses it.
    """
    if not cell.strip():
        raise BadExpression("an empty cell is no test")
    _refuse_what_zen_refuses(_try_cell, cell)
    reader = _Reader(cell)
    tests = [reader.test()]
    while reader.take(","):
        tests.append(reader.test())
    whole = tests[0]
    for test in tests[1:]:
        whole = ast.Binary("or", whole, test)
    return reader.whole(whole)


def _try_cell(cell: str) -> object:
    """An implicit comparison (`> 5`) is not an expression to zen.validate_…, but zen compiles it."""
    try:
        zen.compile_unary_expression(cell)
    except Exception as refusal:  # noqa: BLE001 - zen raises plain exceptions
        return {"source": str(refusal).splitlines()[0]}
    return None


def _refuse_what_zen_refuses(validate: object, expression: str) -> None:
    refusal = validate(expression)  # type: ignore[operator]
    if refusal is not None:
        raise BadExpression(f"{expression!r}: {refusal['source']}")


class _Reader:
    """Walks the tokens once."""

    def __init__(self, expression: str) -> None:
        self.expression, self.tokens, self.index = expression, tokens(expression), 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def is_(self, *texts: str) -> bool:
        return self.token.kind in {Kind.SIGN, Kind.NAME} and self.token.text in texts

    def take(self, *texts: str) -> str | None:
        if not self.is_(*texts):
            return None
        self.index += 1
        return self.tokens[self.index - 1].text

    def need(self, *texts: str) -> str:
        return self.take(*texts) or self.refuse(" or ".join(texts))

    def refuse(self, expected: str) -> NoReturn:
        found = self.token.text or "the end"
        raise BadExpression(f"{self.expression!r}, place {self.token.at + 1}: found {found!r}, expected {expected}")

    def whole(self, node: ast.Node) -> ast.Node:
        if self.token.kind is not Kind.END:
            self.refuse("the end")
        return node

    # --- statements and tests of cells

    def statements(self) -> ast.Node:
        """`a.b = 1; c` or one expression."""
        targets: list[tuple[tuple[str, ...], ast.Node]] = []
        while True:
            if self.token.kind is Kind.END and targets:
                return ast.Assignments(tuple(targets), None)
            node = self.value()
            if not self.take("="):
                return ast.Assignments(tuple(targets), node) if targets else node
            targets.append((_path(node) or self.refuse("a name before '='"), self.value()))
            if not self.take(";"):
                return ast.Assignments(tuple(targets), None)

    def test(self) -> ast.Node:
        """One test of a cell, up to a comma."""
        node = self.test_part()
        while word := self.take("and", "or"):
            right = self.test_part()
            while word == "or" and self.take("and"):
                right = ast.Binary("and", right, self.test_part())
            node = ast.Binary(word, node, right)
        if self.take("?"):
            then = self.value()
            self.need(":")
            return ast.Conditional(node, then, self.value())
        return node

    def test_part(self) -> ast.Node:
        comparison = self.comparison()
        if comparison:
            return ast.Binary(comparison, CURRENT, self.binary(BINDING["=="] + 1))
        node = self.binary(BINDING["and"] + 1)
        if self.is_("?"):
            self.index += 1
            then = self.value()
            self.need(":")
            node = ast.Conditional(node, then, self.value())
        return as_test(node)

    # --- expressions

    def value(self) -> ast.Node:
        node = self.binary(0)
        if not self.take("?"):
            return node
        then = self.value()
        self.need(":")
        return ast.Conditional(node, then, self.value())

    def comparison(self) -> str | None:
        if self.is_("not") and self.tokens[self.index + 1].text == "in":
            self.index += 2
            return "not in"
        return self.take(*COMPARISONS)

    def operator(self, at_least: int) -> str | None:
        """The next operator when it binds at least so tightly; it is taken."""
        start = self.index
        found = self.comparison() or self.take(*BINDING)
        if found and BINDING[found] >= at_least:
            return found
        self.index = start
        return None

    def binary(self, at_least: int) -> ast.Node:
        left = self.unary()
        while operator := self.operator(at_least):
            binding = BINDING[operator]
            right = self.binary(binding if operator == "^" else binding + 1)
            left = ast.Binary(operator, left, right)
        return left

    def unary(self) -> ast.Node:
        if self.take("not", "!"):
            return ast.Unary("not", self.binary(NOT_BINDING))
        sign = self.take("-", "+")
        if sign:
            return ast.Unary(sign, self.binary(SIGN_BINDING))
        return self.postfix(self.primary())

    def primary(self) -> ast.Node:
        token = self.token
        if token.kind is Kind.END:
            self.refuse("a value")
        self.index += 1
        match token.kind:
            case Kind.TEXT:
                return ast.Literal(token.text)
            case Kind.TEMPLATE:
                return _template(token.text)
            case Kind.NUMBER:
                return ast.Literal(Decimal(token.text.replace("_", "")))
            case Kind.NAME:
                return self.named(token.text)
            case _:
                return self.bracketed(token.text)

    def named(self, name: str) -> ast.Node:
        constants = {"true": True, "false": False, "null": None}
        if name in constants:
            return ast.Literal(constants[name])
        if not self.take("("):
            return ast.Name(name)
        return self.closure(name) if name in CLOSURES else ast.Call(name, self.listed(")"))

    def closure(self, name: str) -> ast.Node:
        items = self.value()
        alias = None
        if self.take("as"):
            alias, self.index = self.token.text, self.index + 1
        self.need(",")
        body = self.value()
        self.need(")")
        return ast.Call(name, (items, ast.Closure(alias, body)))

    def bracketed(self, sign: str) -> ast.Node:
        match sign:
            case "(":
                node = self.value()
                return self.interval("(", node) if self.take("..") else self.closed(node)
            case "[" if self.take("]"):
                return ast.ArrayOf(())
            case "[" | "]":
                node = self.value()
                if self.take(".."):
                    return self.interval(sign, node)
                return ast.ArrayOf((node, *(self.listed("]") if self.take(",") else self.ended("]"))))
            case "{":
                return self.object()
        self.index -= 1
        return self.refuse("a value")

    def closed(self, node: ast.Node) -> ast.Node:
        self.need(")")
        return node

    def ended(self, sign: str) -> tuple[ast.Node, ...]:
        self.need(sign)
        return ()

    def interval(self, left: str, low: ast.Node) -> ast.Node:
        high = self.value()
        return ast.Interval(left, low, high, self.need(")", "]", "["))

    def listed(self, end: str) -> tuple[ast.Node, ...]:
        items: list[ast.Node] = []
        while not self.take(end):
            items.append(self.value())
            if not self.is_(end):
                self.need(",")
        return tuple(items)

    def object(self) -> ast.Node:
        pairs: list[tuple[ast.Node, ast.Node]] = []
        while not self.take("}"):
            key = self.key()
            self.need(":")
            pairs.append((key, self.value()))
            if not self.is_("}"):
                self.need(",")
        return ast.ObjectOf(tuple(pairs))

    def key(self) -> ast.Node:
        if self.take("["):
            node = self.value()
            self.need("]")
            return node
        token, self.index = self.token, self.index + 1
        return ast.Literal(token.text)

    def postfix(self, node: ast.Node) -> ast.Node:
        while sign := self.take(".", "["):
            node = self.member(node) if sign == "." else self.indexed(node)
        return node

    def member(self, node: ast.Node) -> ast.Node:
        name, self.index = self.token.text, self.index + 1
        return ast.MethodCall(node, name, self.listed(")")) if self.take("(") else ast.Member(node, ast.Literal(name))

    def indexed(self, node: ast.Node) -> ast.Node:
        start = None if self.is_(":") else self.value()
        if self.take(":"):
            stop = None if self.is_("]") else self.value()
            self.need("]")
            return ast.Slice(node, start, stop)
        self.need("]")
        return ast.Member(node, start or self.refuse("an index"))


def _path(node: ast.Node) -> tuple[str, ...]:
    """`a.b.c` as its names; empty when it is not such a path."""
    match node:
        case ast.Name(name):
            return (name,)
        case ast.Member(target, ast.Literal(str() as key)) if _path(target):
            return (*_path(target), key)
    return ()


def _template(text: str) -> ast.Node:
    """The parts of a template; `${…}` may hold braces of objects."""
    parts: list[ast.Node] = []
    rest = text
    while (start := rest.find("${")) >= 0:
        depth, end = 1, start + 2
        while depth and end < len(rest):
            depth += {"{": 1, "}": -1}.get(rest[end], 0)
            end += 1
        parts += [ast.Literal(rest[:start])] if start else []
        reader = _Reader(rest[start + 2 : end - 1])
        parts.append(reader.whole(reader.value()))
        rest = rest[end:]
    return ast.Template((*parts, *([ast.Literal(rest)] if rest or not parts else [])))


def as_test(node: ast.Node) -> ast.Node:
    """What zen makes of an expression in a cell: tests stay, values are compared with `$`."""
    from kaopu.decision.core.zen.cell_tests import is_test

    if is_test(node):
        return node
    within = isinstance(node, ast.Interval | ast.ArrayOf)
    return ast.Binary("in" if within else "==", CURRENT, node)
