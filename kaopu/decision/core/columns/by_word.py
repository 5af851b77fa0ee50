"""A unit of time that differs from row to row: each unit is compiled once, and the row's own word chooses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.access import constant_of
from kaopu.decision.core.columns.choose import choose
from kaopu.decision.core.columns.instants import UNITS
from kaopu.decision.core.columns.kinds import has, is_kind, spoiled, text
from kaopu.decision.core.columns.truth import both, known, negate

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.columns.value import Value

# Where the word of a unit stands among the arguments, the target of a method being the first.
PLACES = {
    "isBefore": 2, "isAfter": 2, "isSame": 2, "isSameOrBefore": 2, "isSameOrAfter": 2, "diff": 2,
    "add": 2, "sub": 2, "set": 1, "startOf": 1, "endOf": 1,
}  # fmt: skip


def by_word(name: str, call: Callable[[tuple[Value, ...]], Value], arguments: tuple[Value, ...]) -> Value:
    """`call(arguments)`; a unit that is a column is spread over the units there are. Other words are zen's."""
    place = PLACES.get(name, len(arguments))
    if name in {"startOf", "endOf"}:
        place = len(arguments) - 1
    if (
        place < 1
        or place >= len(arguments)
        or has(arguments[place]) != ("text",)
        or constant_of(arguments[place]) is not None
    ):
        return call(arguments)
    word = arguments[place]
    made: Value | None = None
    found: Any = False
    for words in UNITS.values():
        met = known(word.text.isin(sorted(words)))
        literal = text(ibis.literal(min(words)), complete=True)
        one = call((*arguments[:place], literal, *arguments[place + 1 :]))
        found = met if found is False else found | met
        made = one if made is None else choose(met, one, made)
    assert made is not None  # noqa: S101 - there are units
    odd = both(is_kind(word, "text"), negate(found))
    return spoiled(replace(made, complete=False), negate(is_kind(word, "text")), odd)
