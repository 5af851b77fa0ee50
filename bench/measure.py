"""How things are timed here: medians, and peers run in turn so that whatever else the machine does hits both."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def interleaved(ours: Callable[[], float], peer: Callable[[], float], rounds: int = 3) -> dict[str, object]:
    """Medians of both and their ratio. Each action returns its own seconds; one round of both goes ahead uncounted."""
    ours()
    peer()
    pairs = [(ours(), peer()) for _ in range(rounds)]
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {
        "seconds": round(mine, 3),
        "peer_seconds": round(theirs, 3),
        "ratio": round(mine / theirs, 3),
        "rounds": [[round(one, 3), round(other, 3)] for one, other in pairs],
    }
