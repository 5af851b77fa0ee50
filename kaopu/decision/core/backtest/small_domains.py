"""Simpler columns, same values: what depends on one column of few values is worked out value by value.

A decision table leaves the place of its first hit as one small column; everything the later nodes ask of the table is
a function of that place. Such a function becomes `place IN (…)`, one short CASE, or a constant. SQL's own rules for
NULL are kept: the tables below hold None for it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from ibis.expr import operations as ops

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kaopu.decision.core.columns.plan import Plan

MOST_VALUES = 64
COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ops.Equals: lambda left, right: left == right,
    ops.NotEquals: lambda left, right: left != right,
    ops.Less: lambda left, right: left < right,
    ops.LessEqual: lambda left, right: left <= right,
    ops.Greater: lambda left, right: left > right,
    ops.GreaterEqual: lambda left, right: left >= right,
}
# Never NULL where nothing that goes in is.
FILLED_BY_FILLED = (
    *COMPARISONS, ops.And, ops.Or, ops.Not, ops.InValues, ops.SearchedCase,
    ops.Add, ops.Subtract, ops.Multiply, ops.Abs,
)  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """What is known of an operation: a value for each value of one small column; `key` None: it is a constant."""

    key: Any
    values: tuple[Any, ...]
    domain: tuple[Any, ...] = (None,)


@dataclass
class Simplifier:
    """Grows along the plan's stages: `domains` are the small columns met so far, by their placeholder's operation.

    `never_null` are names of columns that are filled in every row that counts.
    """

    never_null: frozenset[str] = frozenset()
    domains: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    functions: dict[str, _Known] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)

    def simplify(self, expression: Any) -> Any:
        """The same column, shorter."""
        tables: dict[Any, _Known] = {}

        def one(node: Any, kwargs: Mapping[str, Any] | None) -> Any:
            made = node.__recreate__(kwargs) if kwargs else node
            return self._one(made, tables)

        found = expression.op().replace(one).to_expr()
        return found.cast(expression.type()) if found.type() != expression.type() else found

    def learn(self, name: str, expression: Any) -> None:
        """Remember a kept column: its few values, and whether it is ever NULL."""
        known, values = self._known(expression.op(), {}), _values(expression)
        if known is not None:
            self.functions[name] = known
        elif values is not None:
            self.domains[name] = values
        elif _fills(expression.op(), self._column_filled):
            self.filled.add(name)

    def _column_filled(self, name: str) -> bool:
        if name in self.functions:
            return None not in self.functions[name].values
        if name in self.domains:
            return None not in self.domains[name]
        return name in self.filled or name in self.never_null

    def _one(self, node: Any, tables: dict[Any, _Known]) -> Any:
        known = self._known(node, tables)
        if known is not None:
            short = _shortest(node, known)
            tables[short] = known
            return short
        if isinstance(node, ops.Coalesce | ops.NotNull | ops.IsNull):
            return self._never_null(node)
        match node:
            case ops.And() | ops.Or():
                return _junction(node)
            case ops.Not(ops.Not(inner)):
                return inner
            case ops.SearchedCase():
                return _case(node)
        return node

    def _never_null(self, node: Any) -> Any:
        """What is asked of NULLs in a column that has none is known."""
        if isinstance(node, ops.Coalesce):
            first = node.arg[0]
            return first if _fills(first, self._column_filled) and first.dtype == node.dtype else node
        if not _fills(node.arg, self._column_filled):
            return node
        return ops.Literal(isinstance(node, ops.NotNull), node.dtype)

    def _known(self, node: Any, tables: dict[Any, _Known]) -> _Known | None:
        if node in tables:
            return tables[node]
        if isinstance(node, ops.Literal):
            return _Known(None, (node.value,)) if _plain(node.value) else None
        return self._known_column(node) if isinstance(node, ops.Field) else self._calculated(node, tables)

    def _known_column(self, node: Any) -> _Known | None:
        if node.name in self.functions:
            return self.functions[node.name]
        domain = self.domains.get(node.name)
        return None if domain is None else _Known(node, domain, domain)

    def _calculated(self, node: Any, tables: dict[Any, _Known]) -> _Known | None:
        """A function of one small column, or of constants alone."""
        calculate = _calculation(node)
        if calculate is None:
            return None
        inside = []
        for each in _arguments(node):
            known = self._known(each, tables)
            if known is None:
                return None
            inside.append(known)
        keys = {each.key for each in inside if each.key is not None}
        if len(keys) > 1:
            return None
        key = next(iter(keys), None)
        domain = self.domains[key.name] if key is not None else (None,)
        rows = [[each.values[0 if each.key is None else place] for each in inside] for place in range(len(domain))]
        return _Known(key, tuple(calculate(row) for row in rows), domain)


def simplified(
    plan: Plan, outputs: Mapping[str, Any], never_null: frozenset[str]
) -> tuple[dict[str, Any], tuple[str, ...] | None]:
    """(the outputs, shorter; the small columns that they hang on, None where they hang on others too).

    The plan's kept columns are made shorter as well, those that nothing needs are dropped.
    """
    simplifier = Simplifier(never_null)
    for name in sorted(plan.kept, key=lambda each: plan.stages[each]):
        plan.kept[name] = simplifier.simplify(plan.kept[name])
        simplifier.learn(name, plan.kept[name])
    found = {name: simplifier.simplify(column) for name, column in outputs.items()}
    _drop_unused(plan, list(found.values()))
    names = {each.name for column in found.values() for each in column.op().find(ops.Field)}
    return found, tuple(sorted(names)) if names <= set(simplifier.domains) else None


def _drop_unused(plan: Plan, todo: list[Any]) -> None:
    used: set[str] = set()
    while todo:
        names = {each.name for each in todo.pop().op().find(ops.Field)} - used
        used |= names
        todo += [plan.kept[name] for name in names if name in plan.kept]
    for name in set(plan.kept) - used:
        del plan.kept[name]


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | str)


def _values(expression: Any) -> tuple[Any, ...] | None:
    """All values that a column of constants can take."""
    node = expression.op()
    if isinstance(node, ops.SearchedCase):
        branches = (*node.results, node.default)
        if all(isinstance(each, ops.Literal) and _plain(each.value) for each in branches):
            values = tuple(dict.fromkeys(each.value for each in branches))
            return values if len(values) <= MOST_VALUES else None
    return None


def _arguments(node: Any) -> tuple[Any, ...]:
    if isinstance(node, ops.SearchedCase):
        return (*node.cases, *node.results, node.default)
    if isinstance(node, ops.Coalesce):
        return tuple(node.arg)
    if isinstance(node, ops.InValues):
        return (node.value, *node.options)
    return tuple(each for each in node.__args__ if isinstance(each, ops.Node))


def _calculation(node: Any) -> Callable[[Sequence[Any]], Any] | None:
    compare = COMPARISONS.get(type(node))
    if compare is not None:
        return lambda row: None if None in row else compare(row[0], row[1])
    if isinstance(node, ops.SearchedCase):
        count = len(node.cases)
        return lambda row: _first_true(row, count)
    return CALCULATIONS.get(type(node))


def _first_true(row: Sequence[Any], count: int) -> Any:
    """A CASE: `count` conditions, as many results, the default."""
    pairs = zip(row[:count], row[count : 2 * count], strict=True)
    return next((result for case, result in pairs if case is True), row[2 * count])


def _is_in(row: Sequence[Any]) -> bool | None:
    value, *options = row
    if value is None:
        return None
    return True if value in options else None if None in options else False


CALCULATIONS: dict[type, Callable[[Sequence[Any]], Any]] = {
    ops.And: lambda row: False if False in row else None if None in row else True,
    ops.Or: lambda row: True if True in row else None if None in row else False,
    ops.Not: lambda row: None if row[0] is None else not row[0],
    ops.IsNull: lambda row: row[0] is None,
    ops.NotNull: lambda row: row[0] is not None,
    ops.Coalesce: lambda row: next((each for each in row if each is not None), None),
    ops.InValues: _is_in,
}


def _shortest(node: Any, known: _Known) -> Any:
    """A constant, `column IN (…)`, or one CASE over the column's values."""
    if isinstance(node, ops.Literal) or node == known.key:
        return node
    distinct = list(dict.fromkeys((type(each), each) for each in known.values))
    if len(distinct) == 1:
        return ops.Literal(known.values[0], node.dtype)
    if known.key is None:
        return node
    column = known.key.to_expr()
    if {kind for kind, _ in distinct} == {bool}:
        if column.type().is_boolean() or None in known.domain:
            return node
        places = [place for place, value in zip(known.domain, known.values, strict=True) if value is True]
        return _among(column, places, known.domain).op()
    return _short_case(node, known)


def _short_case(node: Any, known: _Known) -> Any:
    """The commonest value last, so that the fewest comparisons are made; a NULL place falls through to it as well."""
    if any(place is None for place in known.domain):
        return node
    counted = Counter((type(value), value) for value in known.values)
    (_, last), _ = counted.most_common(1)[0]
    pairs = []
    for _, value in counted:
        if value == last and type(value) is type(last):
            continue
        places = [
            place
            for place, found in zip(known.domain, known.values, strict=True)
            if found == value and type(found) is type(value)
        ]
        test = _among(known.key.to_expr(), places, known.domain)
        pairs.append((test.op(), ops.Literal(value, node.dtype)))
    return ops.SearchedCase(
        tuple(test for test, _ in pairs), tuple(value for _, value in pairs), ops.Literal(last, node.dtype)
    )


def _among(column: Any, places: Sequence[Any], domain: Sequence[Any]) -> Any:
    """`column IN places` for a column of these values. DuckDB makes a join of a long list: runs of places do not."""
    if not all(isinstance(each, int) and not isinstance(each, bool) for each in domain):
        return column == places[0] if len(places) == 1 else column.isin(list(places))
    order = sorted(domain)
    inside = [each in places for each in order]
    tests = []
    first = 0
    for last, each in enumerate(order):
        if inside[last] and (last == len(order) - 1 or not inside[last + 1]):
            tests.append(_run(column, order[first], each, order))
        if not inside[last]:
            first = last + 1
    return reduce(or_, tests)


def _run(column: Any, low: int, high: int, order: Sequence[int]) -> Any:
    if low == high:
        return column == low
    if low == order[0]:
        return column <= high
    return column >= low if high == order[-1] else (column >= low) & (column <= high)


def _junction(node: Any) -> Any:
    absorbing = isinstance(node, ops.Or)
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(one, ops.Literal) and isinstance(one.value, bool):
            return one if one.value is absorbing else other
    return node.left if node.left == node.right else node


def _fills(node: Any, column_filled: Callable[[str], bool]) -> bool:
    match node:
        case ops.Literal():
            return node.value is not None
        case ops.Field():
            return column_filled(node.name)
        case ops.Coalesce():
            return any(_fills(each, column_filled) for each in node.arg)
    if isinstance(node, ops.IsNull | ops.NotNull):
        return True
    asked = (*node.results, node.default) if isinstance(node, ops.SearchedCase) else _arguments(node)
    return isinstance(node, FILLED_BY_FILLED) and all(_fills(each, column_filled) for each in asked)


def _case(node: Any) -> Any:
    """Branches that never hold go, a branch that always holds is the last."""
    pairs, default = [], node.default
    for case, result in zip(node.cases, node.results, strict=True):
        if isinstance(case, ops.Literal) and case.value is not True:
            continue
        if isinstance(case, ops.Literal):
            default = result
            break
        pairs.append((case, result))
    if not pairs:
        return default if default.dtype == node.dtype else node
    if len(pairs) == len(node.cases):
        return node
    return ops.SearchedCase(tuple(case for case, _ in pairs), tuple(result for _, result in pairs), default)
