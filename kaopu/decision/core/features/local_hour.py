"""The local hour at which a debt was opened."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from kaopu.decision.core.features.book_columns import NO_INSTANT, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Values = NDArray[Any]

_QUARTER_US = 900_000_000  # offsets from UTC are whole quarters of an hour since 1972


@lru_cache(maxsize=1 << 20)
def _hour(quarter: int, zone: str) -> int:
    try:
        local = datetime.fromtimestamp(quarter * 900, UTC).astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        return UNKNOWN
    return local.hour


def local_hours(opened_us: Values, zone_codes: Values, zones: Sequence[str]) -> NDArray[np.int64]:
    """Hour 0 to 23 at the place of opening; UNKNOWN where the instant, the zone, or what it means is not known.

    Args:
        opened_us: microseconds since 1970 UTC, NO_INSTANT where not known.
        zone_codes: place of each debt's zone in `zones`, below 0 where not known.
        zones: names such as Asia/Shanghai.
    """
    hours = np.full(len(opened_us), UNKNOWN, np.int64)
    told = (opened_us != NO_INSTANT) & (zone_codes >= 0)
    if not told.any():
        return hours
    pairs = np.stack([opened_us[told] // _QUARTER_US, zone_codes[told]])
    different, places = np.unique(pairs, axis=1, return_inverse=True)
    found = [_hour(int(quarter), zones[code]) for quarter, code in different.T]
    hours[told] = np.array(found, np.int64)[places.reshape(-1)]
    return hours
