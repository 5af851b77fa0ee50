"""And, or, not over columns that may be plain `True` and `False`, so that what is known at once never reaches SQL."""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis


def both(*conditions: Any) -> Any:
    """True where all are."""
    return reduce(_both, conditions, True)


def either(*conditions: Any) -> Any:
    """True where one is."""
    return reduce(_either, conditions, False)


def negate(condition: Any) -> Any:
    """True where `condition` is false."""
    return (not condition) if isinstance(condition, bool) else ~condition


def known(condition: Any) -> Any:
    """NULL counts as false."""
    return condition if isinstance(condition, bool) else condition.fill_null(False)


def filled(column: Any) -> Any:
    """True where the column is not NULL."""
    return column.notnull()


def where(condition: Any, then: Any, otherwise: Any) -> Any:
    """`then` where the condition is true, `otherwise` where it is false or NULL; either may be None for NULL."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    if then is None and otherwise is None:
        return None
    if otherwise is None:
        return ibis.cases((condition, then))
    if then is None:
        return ibis.cases((~known(condition), otherwise))
    return ibis.cases((condition, then), else_=otherwise)


def column(condition: Any) -> Any:
    """A boolean as something that SQL can hold."""
    return ibis.literal(condition) if isinstance(condition, bool) else condition


def _both(left: Any, right: Any) -> Any:
    if isinstance(left, bool):
        return right if left else False
    if isinstance(right, bool):
        return left if right else False
    return left & right


def _either(left: Any, right: Any) -> Any:
    if isinstance(left, bool):
        return True if left else right
    if isinstance(right, bool):
        return True if right else left
    return left | right
