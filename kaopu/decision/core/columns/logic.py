"""`and`, `or`, `not`, `? :`, `??`: only true and false decide, anything else fails; the right side runs when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.decision.core.columns.choose import choose
from kaopu.decision.core.columns.kinds import FAILED, boolean, is_kind, is_null, spoiled
from kaopu.decision.core.columns.truth import known, negate

if TYPE_CHECKING:
    from kaopu.decision.core.columns.value import Value


def _decides(value: Value) -> tuple[Any, Any]:
    """(true where it is true, never NULL; the rows that fail because it is no boolean)."""
    if value.boolean is None:
        return False, True
    failed = negate(is_kind(value, "boolean"))
    return (value.boolean if failed is False else known(value.boolean)), failed


def conditional(condition: Value, then: Value, otherwise: Value) -> Value:
    """`condition ? then : otherwise`."""
    holds, failed = _decides(condition)
    if failed is True:
        return FAILED
    return spoiled(choose(holds, then, otherwise), failed, condition.undecided)


def conjunction(left: Value, right: Value) -> Value:
    """`left and right`: the right side counts where the left is true."""
    quick = _both_booleans(left, right)
    return conditional(left, right, boolean(False, complete=True)) if quick is None else quick


def disjunction(left: Value, right: Value) -> Value:
    """`left or right`: the right side counts where the left is false (null on the left fails only when asked)."""
    if left.boolean is None:
        return FAILED
    return conditional(left, boolean(True, complete=True), right)


def _both_booleans(left: Value, right: Value) -> Value | None:
    """Two sides that are never anything but true and false: plain AND."""
    sure = all(side.complete and side.failed is False and is_kind(side, "boolean") is True for side in (left, right))
    if not sure or left.undecided is not False or right.undecided is not False:
        return None
    return boolean(left.boolean & right.boolean, complete=True)


def negation(value: Value) -> Value:
    """`not value`."""
    if value.boolean is None:
        return FAILED
    failed = negate(is_kind(value, "boolean"))
    return boolean(~value.boolean, complete=True, failed=failed, undecided=value.undecided)


def coalesced(left: Value, right: Value) -> Value:
    """`left ?? right`: a failing left side fails."""
    return spoiled(choose(is_null(left), right, left), left.failed, left.undecided)
