"""What an expression can see while it is compiled, and where it may put a column that is used more than once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kaopu.decision.core.columns.value import Value


@dataclass(frozen=True)
class Scope:
    """Names in reach.

    `root`: the node's input as a Value (an object as a rule); bare names are its fields, `$root` is itself.
    `current`: `$` (the cell's field in a table, the object built so far in an expression node), None where unknown.
    `nodes`: `$nodes`. `bound`: `#` and aliases of the closures around, the innermost wins.
    `keep`: gives a costly column a name in the plan and returns a reference to it, so that the SQL says it once.
            Within a closure over an array column it returns its argument unchanged (lambdas cannot see new columns).
    `now`: the instant that `d()` and `date('now')` mean; None refuses them (a policy at work never reads the clock).
    `fold`: whether zen works out constants once; off in the proofs that lift every literal into a column.
    """

    root: Value
    keep: Callable[[Any], Any]
    current: Value | None = None
    nodes: Value | None = None
    bound: Mapping[str, Value] = field(default_factory=dict)
    fold: bool = True
    now: datetime | None = None

    def with_element(self, element: Value, alias: str | None, keep: Callable[[Any], Any] | None = None) -> Scope:
        """The scope inside a closure: `#` is `element`, and so is `alias`."""
        bound = {**self.bound, "#": element, **({alias: element} if alias else {})}
        return replace(self, bound=bound, keep=keep or self.keep)

    def kept_number(self, value: Value) -> Value:
        """`value` with its number named: checks and ties say it again and again."""
        if value.number is None:
            return value
        return replace(value, number=replace(value.number, column=self.keep(value.number.column)))
