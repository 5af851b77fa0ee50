"""What staff may do in the room, and which roles may from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaopu.kernel.console.access import Right

RIGHTS: tuple[Right, ...] = ()
