"""Limits and prices inside the back-test's query: the columns of the asked output keys, and their sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.backtest.amounts import TIE
from kaopu.decision.core.columns.truth import both, column, either, known
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.decision.core.columns.graph import GraphColumns
    from kaopu.decision.core.columns.value import Value


def amount_columns(name: str, made: GraphColumns, keys: tuple[str, ...], side: str) -> dict[str, Any]:
    """`old_amount0` and so on: the number under each key, NULL where there is none or the graph fails.

    Raises:
        BadInput: the policy `name` never gives a number under such a key.
    """
    failed = column(known(either(*(each for _, each in made.failures))))
    return {
        f"{side}_amount{place}": ibis.ifelse(failed, ibis.null("float64"), _amount(name, made.result, key))
        for place, key in enumerate(keys)
    }


def _amount(name: str, result: Value, key: str) -> Any:
    value, here = result, True
    for step in key.split("."):
        inside = value.fields
        found = inside.items.get(step) if inside else None
        if inside is None or found is None:
            raise _no_number(name, key)
        value, present = found
        here = both(here, both(inside.here, present))
    if value.number is None or here is False:
        raise _no_number(name, key)
    number = value.number.column
    number = number if isinstance(number, ibis.Expr) else ibis.literal(number)
    return ibis.ifelse(column(known(here)), number.cast("float64"), ibis.null("float64"))


def _no_number(name: str, key: str) -> BadInput:
    return BadInput(f"{name}: --amount {key}: expected an output key that holds a number, this policy gives none")


def moved_sql(place: int) -> str:
    """Rows whose amount differs by more than a tie."""
    old, new = f"old_amount{place}", f"new_amount{place}"
    return (
        f"((({old} IS NULL) <> ({new} IS NULL)) OR "
        f"coalesce(abs({new} - {old}) > {TIE} * greatest(abs({old}), abs({new})), false))"
    )


def sums_sql(count: int) -> str:
    """The fields of an AmountTally for each key, in its order."""
    return "".join(f", {_sums(place)}" for place in range(count))


def _sums(place: int) -> str:
    old, new, moved = f"old_amount{place}", f"new_amount{place}", moved_sql(place)
    change, pair = f"({new} - {old})", f"{old} IS NOT NULL AND {new} IS NOT NULL"
    sums = (
        f"count({change})",
        f"count(*) FILTER (WHERE {moved} AND {new} > {old})",
        f"count(*) FILTER (WHERE {moved} AND {new} < {old})",
        f"coalesce(sum({old}) FILTER (WHERE {pair}), 0)",
        f"coalesce(sum({new}) FILTER (WHERE {pair}), 0)",
        f"coalesce(sum({change}), 0)",
        f"coalesce(sum({change} * {change}), 0)",
        f"count({old})",
        f"coalesce(sum({old}), 0)",
        f"count({new})",
        f"coalesce(sum({new}), 0)",
    )
    return ", ".join(sums)


def amount_in(output: Any, key: str) -> float | None:
    """The number that zen gave under a key; None where it gave none."""
    for step in key.split("."):
        output = output.get(step) if isinstance(output, dict) else None
    return float(output) if isinstance(output, int | float) and not isinstance(output, bool) else None
