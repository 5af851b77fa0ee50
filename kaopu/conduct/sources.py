"""Where the facts of a permit come from: rooms above register a source for what they know.

Names are "person", "debtor" and "episode"; each gives its part of the permit facts as plain JSON
(`reference/permit-facts.md`), None where it knows nothing of this ask. Conduct brings switches, holidays and history
itself. Who has no answer, and who gets two, gets no permit: unknown is never yes, and neither is a contradiction.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from kaopu.conduct.core.ask import Ask

    Source = Callable[[Ask, datetime], dict[str, Any] | None]

NAMES = ("person", "debtor", "episode")
_sources: dict[str, dict[str, Source]] = {}


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why a part of the facts could not be had."""

    why: str


def register(name: str, source: Source) -> None:
    """Ask `source(ask, now)` for the facts called `name`. The same function again is one source."""
    if name not in NAMES:
        raise ValueError(f"source {name}: expected one of {', '.join(NAMES)}")
    _sources.setdefault(name, {})[f"{source.__module__}.{source.__qualname__}"] = source


@contextmanager
def only(**given: Source) -> Iterator[None]:
    """Nothing but these sources, for a while: for tests, and for asking "what if"."""
    kept = {name: dict(sources) for name, sources in _sources.items()}
    _sources.clear()
    for name, source in given.items():
        register(name, source)
    try:
        yield
    finally:
        _sources.clear()
        _sources.update(kept)


def facts(name: str, ask: Ask, now: datetime) -> dict[str, Any] | Unknown | None:
    """The facts called `name`, fresh. None: the sources there are know nothing of it."""
    asked = _sources.get(name)
    if not asked:
        return Unknown(f"no source of {name!r} facts is registered")
    answers = [(where, answer) for where, source in asked.items() if (answer := source(ask, now)) is not None]
    if len(answers) > 1:
        return Unknown(f"{name}: {' and '.join(where for where, _ in answers)} both answer, expected one")
    return answers[0][1] if answers else None
