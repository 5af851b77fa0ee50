"""Compile a ZEN expression: the tree in, a Value of columns out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import zen

from kaopu.decision.core.columns import comparison, logic, numbers
from kaopu.decision.core.columns.access import at, key_of
from kaopu.decision.core.columns.arrays import array_of, slice_of
from kaopu.decision.core.columns.assignments import assigned
from kaopu.decision.core.columns.by_word import by_word
from kaopu.decision.core.columns.closures import CLOSURES
from kaopu.decision.core.columns.functions import arrays as array_functions
from kaopu.decision.core.columns.functions import dates, kinds, legacy_dates, numeric, text
from kaopu.decision.core.columns.functions import objects as object_functions
from kaopu.decision.core.columns.functions.kinds import text_of
from kaopu.decision.core.columns.instants import INVALID, as_text
from kaopu.decision.core.columns.kinds import FAILED, NULL, boolean, is_kind, spoiled
from kaopu.decision.core.columns.kinds import text as text_value
from kaopu.decision.core.columns.moments import METHODS
from kaopu.decision.core.columns.objects import object_of
from kaopu.decision.core.columns.truth import both, either, known, negate
from kaopu.decision.core.columns.value import CannotCompile, Fields, Span, Value
from kaopu.decision.core.zen import syntax as ast
from kaopu.decision.core.zen.constant import at_instant, is_constant, reads_clock, written

if TYPE_CHECKING:
    from kaopu.decision.core.columns.scope import Scope

FUNCTIONS = {
    **array_functions.FUNCTIONS,
    **object_functions.FUNCTIONS,
    **dates.FUNCTIONS,
    **legacy_dates.FUNCTIONS,
    **kinds.FUNCTIONS,
    **numeric.FUNCTIONS,
    **text.FUNCTIONS,
}


def evaluate(node: ast.Node, scope: Scope) -> Value:
    """The columns of `node`.

    What mentions no field, clock or chance is a constant: zen works it out once.

    Raises:
        CannotCompile: with the reason, when there are no columns that are exactly what zen gives.
    """
    if scope.now is not None and reads_clock(node):
        node = at_instant(node, scope.now)
    if scope.fold and not isinstance(node, ast.Literal | ast.Interval) and is_constant(node):
        folded = _folded(node)
        if folded is not None:
            return folded
    return _compiled(node, scope)


def _folded(node: ast.Node) -> Value | None:
    """The constant that zen gives; None when it is of a kind that columns must build themselves."""
    try:
        answer = zen.evaluate_expression(written(node))
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return FAILED
    if isinstance(answer, str | list | dict) and _may_be_date(node):
        return None
    try:
        return constant(answer)
    except CannotCompile:
        return None


def _may_be_date(node: ast.Node) -> bool:
    """A date comes out of zen as a text: its kind must be kept."""
    match node:
        case ast.Call("d") | ast.MethodCall() | ast.Interval():
            return True
        case ast.Call("min" | "max", arguments):
            return any(_may_be_date(each) for each in arguments)
        case ast.ArrayOf(items):
            return any(_may_be_date(each) for each in items)
        case ast.ObjectOf(pairs):
            return any(_may_be_date(value) for _, value in pairs)
        case ast.Conditional(_, then, otherwise):
            return _may_be_date(then) or _may_be_date(otherwise)
        case ast.Binary("??" | "and" | "or", left, right):
            return _may_be_date(left) or _may_be_date(right)
        case ast.Member(target, _):
            return _may_be_date(target)
    return False


def constant(answer: Any) -> Value:
    """A JSON value known at compile time."""
    match answer:
        case None:
            return NULL
        case bool():
            return boolean(answer, complete=True)
        case int() | float() | Decimal():
            return numbers.constant(Decimal(repr(answer)) if isinstance(answer, float) else Decimal(answer))
        case str():
            return text_value(ibis.literal(answer), complete=True)
        case list():
            return array_of([constant(each) for each in answer])
        case dict():
            items = {key: (constant(each), True) for key, each in answer.items()}
            return Value(fields=Fields(items), complete=True)
    raise CannotCompile(f"a constant of type {type(answer).__name__}")


def _compiled(node: ast.Node, scope: Scope) -> Value:
    match node:
        case ast.Literal(value):
            return constant(value)
        case ast.Name(name):
            return _named(name, scope)
        case ast.Member(target, ast.Literal(str() as key)):
            return key_of(evaluate(target, scope), key)
        case ast.Member(target, key):
            return at(evaluate(target, scope), evaluate(key, scope))
        case ast.Slice(target, start, stop):
            ends = [evaluate(each, scope) if each else None for each in (start, stop)]
            return slice_of(evaluate(target, scope), *ends)
        case ast.Unary(operator, operand):
            return _unary(operator, evaluate(operand, scope))
        case ast.Binary(operator, left, right):
            return _binary(operator, evaluate(left, scope), evaluate(right, scope), scope)
        case ast.Conditional(condition, then, otherwise):
            return logic.conditional(evaluate(condition, scope), evaluate(then, scope), evaluate(otherwise, scope))
        case ast.Template(parts):
            return _template([evaluate(part, scope) for part in parts])
        case ast.Interval():
            return _interval(node, scope)
        case ast.ArrayOf(items):
            return array_of([evaluate(each, scope) for each in items])
        case ast.ObjectOf(pairs):
            return object_of([(evaluate(key, scope), evaluate(value, scope)) for key, value in pairs])
        case ast.Assignments():
            return assigned(node, scope, evaluate)
        case ast.Call() | ast.MethodCall():
            return _called(node, scope)
    raise CannotCompile(f"{type(node).__name__} is not known")


def _named(name: str, scope: Scope) -> Value:
    if name in scope.bound:
        return scope.bound[name]
    special = {"$root": scope.root, "$": scope.current, "$nodes": scope.nodes, "#": NULL}
    if name in special:
        found = special[name]
        return NULL if found is None else found
    return key_of(scope.root, name)


def _unary(operator: str, operand: Value) -> Value:
    if operator == "not":
        return logic.negation(operand)
    return numbers.negative(operand) if operator == "-" else numbers.positive(operand)


def _binary(operator: str, left: Value, right: Value, scope: Scope) -> Value:
    match operator:
        case "and":
            return logic.conjunction(left, right)
        case "or":
            return logic.disjunction(left, right)
        case "??":
            return logic.coalesced(left, right)
        case "==" | "!=":
            return comparison.equality(operator, left, right)
        case "<" | "<=" | ">" | ">=":
            return comparison.order(operator, left, right)
        case "in" | "not in":
            return comparison.within(operator, left, right)
        case "+" if left.moment is not None or right.moment is not None:
            return _dated_text(left, right)
        case "+" if left.text is not None and right.text is not None:
            return _joined(left, right)
    made = numbers.arithmetic(operator, left, right)
    if made.number is None:
        return made
    return scope.kept_number(made)


def _joined(left: Value, right: Value) -> Value:
    """Two texts in a row; two numbers are added; anything else fails."""
    texts = both(is_kind(left, "text"), is_kind(right, "text"))
    undecided = either(left.undecided, right.undecided)
    joined = text_value(left.text + right.text, complete=True, failed=negate(texts), undecided=undecided)
    if left.number is None or right.number is None:
        return joined
    from kaopu.decision.core.columns.choose import choose

    return choose(texts, joined, numbers.arithmetic("+", left, right))


def _dated_text(left: Value, right: Value) -> Value:
    """A date and a text make a text."""
    told = [_told(each) for each in (left, right)]
    return FAILED if any(each.text is None for each in told) else _joined(*told)


def _told(value: Value) -> Value:
    """Dates as texts where a text is needed: what is no date fails there."""
    if value.moment is None:
        return value
    return spoiled(as_text(value), known(value.moment.instant == INVALID))


def _template(parts: list[Value]) -> Value:
    texts = [text_of(part) for part in parts]
    if any(part.failed is True for part in texts):
        return FAILED
    column = texts[0].text
    for part in texts[1:]:
        column = column + part.text
    failed, undecided = (either(*[getattr(part, flag) for part in texts]) for flag in ("failed", "undecided"))
    return text_value(column, complete=True, failed=failed, undecided=undecided)


def _interval(node: ast.Interval, scope: Scope) -> Value:
    low, high = evaluate(node.low, scope), evaluate(node.high, scope)
    numeric = both(is_kind(low, "number"), is_kind(high, "number"))
    dated = both(is_kind(low, "moment"), is_kind(high, "moment"))
    failed = negate(either(numeric, dated))
    if failed is True:
        return FAILED
    outside = node.left_bracket == "]" or node.right_bracket == "["
    if outside:
        raise CannotCompile("an interval with brackets turned outwards")
    span = Span(low, high, node.left_bracket == "[", node.right_bracket == "]")
    return Value(span=span, failed=failed, undecided=either(low.undecided, high.undecided), complete=True)


def _called(node: ast.Call | ast.MethodCall, scope: Scope) -> Value:
    if isinstance(node, ast.MethodCall):
        if node.name not in METHODS:
            raise CannotCompile(f".{node.name}() has no columns")
        arguments = tuple(evaluate(each, scope) for each in node.arguments)
        method = METHODS[node.name]
        return by_word(node.name, lambda given: method(scope, given), (evaluate(node.target, scope), *arguments))
    if node.name in CLOSURES:
        items, closure = node.arguments
        assert isinstance(closure, ast.Closure)  # noqa: S101 - the parser makes nothing else of it
        return CLOSURES[node.name](scope, evaluate(items, scope), closure, evaluate)
    if node.name not in FUNCTIONS:
        raise CannotCompile(f"{node.name}() has no columns")
    values = tuple(evaluate(each, scope) for each in node.arguments)
    if node.name in text.FUNCTIONS:
        values = tuple(_told(each) for each in values)
    function = FUNCTIONS[node.name]
    return by_word(node.name, lambda given: function(scope, given), values)
