"""How the kernel's functions are compiled: helpers into their callers, entries once, kept on disk.

Numba keeps a compiled entry until its own file changes and does not look at the files of the helpers it calls. An entry
therefore closes over a digest of everything it was built from, which is part of the key of the kept code: a changed
helper or constant can never leave an old kernel in use.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType

F = TypeVar("F", bound="Callable[..., Any]")


def helper(function: F) -> F:
    """Compiled as part of whoever calls it."""
    return cast("F", njit(nogil=True, error_model="numpy")(function))


def tiny(function: F) -> F:
    """Written into whoever calls it before anything is compiled: handing over the tables costs more than the work."""
    return cast("F", njit(nogil=True, error_model="numpy", inline="always")(function))


def entry(signature: Any) -> Callable[[F], F]:
    """Compiled for exactly these types when its module is imported, and kept on disk."""

    def compiled(function: F) -> F:
        return cast("F", njit(signature, nogil=True, error_model="numpy", cache=True)(function))

    return compiled


def digest(*modules: ModuleType) -> int:
    """One number for the code and the constants of `modules`."""
    text = hashlib.sha256()
    for module in modules:
        for name, value in sorted(vars(module).items()):
            if isinstance(value, (int, tuple)):
                text.update(f"{name}={value!r};".encode())
            elif hasattr(value, "py_func"):
                text.update(f"{name}={_code(value.py_func.__code__)!r};".encode())
    return int.from_bytes(text.digest()[:7], "big")


def _code(code: CodeType) -> tuple[Any, ...]:
    return code.co_code, code.co_names, tuple(repr(each) for each in code.co_consts)
