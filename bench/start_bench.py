"""Small commands start without Numba and Django: `quote`, `cost` and `party` in half a second."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.measure import seconds

KAOPU = str(Path(sys.executable).parent / "kaopu")
TARGET_SECONDS = 0.5
QUOTE = [
    "quote",
    "--plan",
    "equal-instalment",
    "--principal",
    "10000.00",
    "--currency",
    "CNY",
    "--periods",
    "12",
    "--rate",
    "0.12",
    "--start",
    "2026-01-15",
    "--day-count",
    "30/360-us",
    "--json",
]
COMMANDS = {"quote": QUOTE, "cost": ["cost", "--help"], "party": ["party", "--help"], "python alone": None}


def run() -> dict[str, Any]:
    """Median of five starts of each, and of the interpreter alone."""

    def once(words: list[str] | None) -> float:
        command = [sys.executable, "-c", "pass"] if words is None else [KAOPU, *words]
        return seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))

    found = {name: round(statistics.median(once(words) for _ in range(5)), 3) for name, words in COMMANDS.items()}
    return {"seconds": found, "target_seconds": TARGET_SECONDS, "met": max(found.values()) <= TARGET_SECONDS}
