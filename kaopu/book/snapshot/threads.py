"""How many threads a close runs."""

from __future__ import annotations

import os


def cores() -> int:
    """One a core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
