"""A finished result takes the place of the old one in a single step that no kill can split.

Linux swaps two names in one call (renameat2), macOS too (renamex_np). Elsewhere two renames follow one another; a kill
between them leaves the new result under its waiting name, and `recover` puts it in place at the next close.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HERE, _EXCHANGE = -100, 2
# What a system says that has no swap of names, or a file system that cannot do it.
_NO_SWAP = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM})


def put_in_place(finished: Path, place: Path, *, exchange: Callable[[Path, Path], bool] | None = None) -> None:
    """Rename the folder `finished` to `place`; an older result there is swapped out and then removed.

    Args:
        finished: the complete new result, beside `place`.
        place: where readers look.
        exchange: swaps two names and says whether it could; the system's own by default.
    """
    if not place.exists():
        finished.rename(place)
    elif (exchange or swapped)(finished, place):
        shutil.rmtree(finished)
    else:
        old = _old_name(place)
        place.rename(old)
        finished.rename(place)
        shutil.rmtree(old)


def recover(finished: Path | None, place: Path) -> None:
    """Complete a replacement by two renames that was killed between them; remove what one by a swap left behind.

    `finished` is a result that waited to be put in place, if there is one.
    """
    old = _old_name(place)
    if finished is not None and not place.exists():
        finished.rename(place)
    elif finished is not None:
        shutil.rmtree(finished)
    if old.exists():
        if place.exists():
            shutil.rmtree(old)
        else:
            old.rename(place)


def swapped(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        failed = library.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE)
    elif hasattr(library, "renamex_np"):
        failed = library.renamex_np(names[0], names[1], _EXCHANGE)
    else:
        return False
    if failed:
        number = ctypes.get_errno()
        if number in _NO_SWAP:
            return False
        raise OSError(number, os.strerror(number), str(one), None, str(other))
    return True


def _old_name(place: Path) -> Path:
    return place.with_name(f".{place.name}.old")
