"""Where costly columns get their names: placeholders while compiling, staged columns of a real table at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ibis
from ibis.expr import operations as ops


@dataclass
class Plan:
    """Inputs and kept columns as placeholders, each with its stage: one more than the stages it is made of.

    Mutable on purpose: it grows while a graph is compiled and is bound to a table once.
    """

    stages: dict[str, int] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    known: dict[Any, Any] = field(default_factory=dict)

    def given(self, name: str, dtype: Any) -> Any:
        """A placeholder for a column of the table that comes at the end."""
        self.stages[name] = 0
        return _placeholder(name, dtype)

    def keep(self, column: Any) -> Any:
        """A reference to `column` under a name of its own; what is a name or a constant already stays."""
        if not isinstance(column, ibis.Expr):
            return column
        operation = column.op()
        if isinstance(operation, ops.Field | ops.Literal):
            return column
        if operation in self.known:
            return self.known[operation]
        name = f"k{len(self.kept)}"
        self.stages[name] = 1 + max((self.stages[each.name] for each in _fields(operation)), default=0)
        self.kept[name] = column
        self.known[operation] = _placeholder(name, column.type())
        return self.known[operation]

    def bind(self, table: Any, outputs: dict[str, Any], also: tuple[str, ...] = ()) -> Any:
        """`outputs` over a real table with the given columns; `also` are its own columns to carry along."""
        for stage in range(1, max(self.stages.values(), default=0) + 1):
            names = [name for name in self.kept if self.stages[name] == stage]
            table = table.mutate(**{name: _bound(self.kept[name], table) for name in names})
        made = {name: _bound(column, table).name(name) for name, column in outputs.items()}
        return table.select(*[table[name] for name in also], *made.values())


def _placeholder(name: str, dtype: Any) -> Any:
    return ibis.table({name: dtype}, name=f"placeholder_{name}")[name]


def _fields(operation: Any) -> list[Any]:
    return [each for each in operation.find(ops.Field) if isinstance(each.rel, ops.UnboundTable)]


def _bound(column: Any, table: Any) -> Any:
    if not isinstance(column, ibis.Expr):
        column = ibis.literal(column)
    operation = column.op()
    places = {each: table[each.name].op() for each in _fields(operation)}
    return operation.replace(places).to_expr() if places else column
