"""Checks that rooms above the book add to `kaopu book verify`. Light to import: every command loads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[Any], list[str]]  # what it gets is a `Refreshed` of `actions.refresh_snapshot`

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a check under the key `name` of the answer. Call it in `AppConfig.ready`; the same name again replaces it.

    `check` gets a new snapshot of the whole book and says what it finds wrong, nothing where all is well.
    """
    _checks[name] = check


def registered() -> Mapping[str, Check]:
    """The checks by name."""
    return dict(_checks)
