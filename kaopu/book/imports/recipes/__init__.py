"""How the rows of each kind of book become debts, schedules and events."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.book.imports.chunk import Chunk, Sending


def chunks(sending: Sending) -> Iterator[Chunk]:
    """The debts of a sending, some at a time; bad rows go to its rejects."""
    recipe = import_module(f"kaopu.book.imports.recipes.{sending.mapping.recipe}")
    return recipe.chunks(sending)
