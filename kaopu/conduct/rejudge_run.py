"""A file of facts judged under two rulebooks, by all processors at once, in chunks of lines."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from kaopu.conduct.core.rejudge import Rejudge, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kaopu.conduct.core.rulebook import Rulebook

CHUNK = 2_000
AHEAD = 3  # chunks a processor that are read before the oldest is done: memory stays small whatever the file

_judge: Rejudge | None = None


def rejudge(
    lines: Iterable[bytes], old: Rulebook, new: Rulebook, *, report: Callable[[int], None], workers: int | None = None
) -> Tally:
    """What differs; `report` is called with the number of lines done so far."""
    processors = workers or len(os.sched_getaffinity(0))
    chunks = _chunks(lines)
    first = list(islice(chunks, 2))
    tally = Tally()
    if len(first) < 2 or processors == 1:  # not worth a process
        _start(old, new)
        for chunk in [*first, *chunks]:
            tally.add(_chunk(chunk))
            report(tally.lines)
        return tally
    with multiprocessing.Pool(processors, _start, (old, new)) as pool:
        waiting = deque(pool.apply_async(_chunk, (chunk,)) for chunk in first)
        while waiting:
            while len(waiting) < processors * AHEAD and (chunk := next(chunks, None)):
                waiting.append(pool.apply_async(_chunk, (chunk,)))
            tally.add(waiting.popleft().get())
            report(tally.lines)
    return tally


def _chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    given = iter(lines)
    while chunk := list(islice(given, CHUNK)):
        yield chunk


def _start(old: Rulebook, new: Rulebook) -> None:
    global _judge  # noqa: PLW0603 - one a process
    _judge = Rejudge(old, new)


def _chunk(lines: list[bytes]) -> Tally:
    tally = Tally()
    judge = _judge
    if judge is None:  # pragma: no cover - a pool starts its processes first
        raise LookupError("no rulebooks to judge by")
    for line in lines:
        judge.line(line, tally)
    return tally
