"""Permits with 200 past attempts: 200 µs each, 1 ms to read a line, 20 ms to the next instant; 10,000 re-judged/s.

Each line is read anew, so that nothing worked out for one judgement is left for the next. The figures are medians over
200 lines of the heaviest sorts: a contact and a debtor, judged under all three jurisdictions and the strict profile.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from bench.conduct_lines import line
from kaopu.conduct.core.next_allowed import next_allowed_at
from kaopu.conduct.core.parse import ParsedLine, parse_line
from kaopu.conduct.core.permit import permit
from kaopu.conduct.packs import SHIPPED, load_packs, load_texts
from kaopu.conduct.rejudge_run import rejudge

if TYPE_CHECKING:
    from collections.abc import Callable

HISTORY = 200
LINES = 200
PLACES = ["CN", "US", "IN"]
TARGETS = {"permit_us": 200, "parse_us": 1_000, "next_allowed_ms": 20}
MONTH = 40_000
REJUDGED_A_SECOND = 10_000


def run() -> dict[str, Any]:
    """The four figures and whether each is met."""
    found = {role: _of(role) for role in ("debtor", "contact")}
    worst = {name: max(figures[name] for figures in found.values()) for name in TARGETS}
    rejudged = _rejudged()
    met = all(worst[name] <= target for name, target in TARGETS.items()) and rejudged >= REJUDGED_A_SECOND
    return {**found, "targets": TARGETS, "rejudged_a_second": rejudged, "rejudge_target": REJUDGED_A_SECOND, "met": met}


def _of(role: str) -> dict[str, float]:
    rulebook = load_packs()
    texts = [line(seed, role=role, history=HISTORY, days=30, places=PLACES) for seed in range(LINES + 20)]
    parse, parsed = _timed(parse_line, texts)
    lines = [one for one in parsed if isinstance(one, ParsedLine)]
    judge, _ = _timed(lambda one: permit(one.request, one.facts, rulebook, one.request.at), lines)
    following, _ = _timed(lambda one: next_allowed_at(one.request, one.facts, rulebook, one.request.at), lines)
    return {
        "permit_us": round(judge * 1e6, 1),
        "parse_us": round(parse * 1e6, 1),
        "next_allowed_ms": round(following * 1e3, 2),
    }


def _timed(action: Callable[[Any], Any], values: list[Any]) -> tuple[float, list[Any]]:
    """The median time of one call, the first twenty uncounted, and what the calls gave."""
    seconds, results = [], []
    for value in values:
        started = time.perf_counter()
        results.append(action(value))
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[20:]), results


def _rejudged() -> int:
    """Lines a second on all processors: 20 attempts each, three rules changed."""
    files = {path.name: path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.toml")}
    files["china.toml"] = files["china.toml"].replace("daily 08:00-22:00", "daily 08:00-20:00")
    files["strict.toml"] = files["strict.toml"].replace("at_least = 3, days = 7", "at_least = 5, days = 7")
    roles = ("debtor", "contact", "debtor")
    lines = [
        line(seed, role=roles[seed % 3], history=20, days=60, places=["CN"]).encode() for seed in range(MONTH // 4)
    ] * 4
    started = time.perf_counter()
    tally = rejudge(lines, load_packs(), load_texts(files), report=lambda _: None)
    return round(tally.lines / (time.perf_counter() - started))
