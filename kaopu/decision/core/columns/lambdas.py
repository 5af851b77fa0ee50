"""Lambdas over array columns whose variables have names of their own.

Ibis names the variable of a lambda after the parameter of the function; within another lambda over another array the
same name would hide the outer one.
"""

from __future__ import annotations

from contextvars import ContextVar
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_depth: ContextVar[int] = ContextVar("depth", default=0)


class _Named:
    """`body` with a parameter named for its depth."""

    def __init__(self, body: Callable[[Any], Any], depth: int) -> None:
        self.body, self.depth = body, depth
        self.__signature__ = Signature([Parameter(f"x{depth}", Parameter.POSITIONAL_OR_KEYWORD)])

    def __call__(self, **element: Any) -> Any:
        """The body, one level deeper; Ibis gives the element under the name that it read."""
        (value,) = element.values()
        token = _depth.set(self.depth + 1)
        try:
            return self.body(value)
        finally:
            _depth.reset(token)


def each(array: Any, body: Callable[[Any], Any]) -> Any:
    """`body` of every element, as an array."""
    return array.map(_Named(body, _depth.get()))


def those(array: Any, test: Callable[[Any], Any]) -> Any:
    """The elements that pass, as an array."""
    return array.filter(_Named(test, _depth.get()))
