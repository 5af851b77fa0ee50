"""A ring as a drawing made on the server: at most 60 people round a circle, or the hub in the middle; else a matrix."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.contacts.core.quality import GroupKind

if TYPE_CHECKING:
    from kaopu.contacts.core.quality import Group

DRAWN_MAX = 60
DOT = 13
EDGE = 26
CELL = 8


@dataclass(frozen=True, slots=True)
class Dot:
    """One person: where, and the number that the table beside the drawing has."""

    x: int
    y: int
    number: int


@dataclass(frozen=True, slots=True)
class RingDrawing:
    """What SVG needs. `lines` are paths from who names to who is named; `cells` are those of a matrix."""

    size: int
    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    cells: tuple[tuple[int, int], ...]
    sentence: str


def order_of(group: Group) -> tuple[int, ...]:
    """People in the order in which they are drawn and listed: along the nominations, the one named most first."""
    named: dict[int, int] = {}
    onward: dict[int, list[int]] = {}
    for source, target in group.edges:
        named[target] = named.get(target, 0) + 1
        onward.setdefault(source, []).append(target)
    waiting = sorted(group.people, key=lambda person: (-named.get(person, 0), person))
    found: list[int] = []
    while waiting:
        person: int | None = waiting[0]
        while person is not None:
            found.append(person)
            waiting.remove(person)
            person = next((each for each in sorted(onward.get(person, [])) if each in waiting), None)
    return tuple(found)


def draw(group: Group) -> RingDrawing:
    """The drawing of a group and the same in words."""
    order = order_of(group)
    place = {person: number for number, person in enumerate(order)}
    sentence = _("%(people)d people, %(edges)d nominations; an arrow leads from who names to who is named.") % {
        "people": len(order),
        "edges": len(group.edges),
    }
    pairs = [(place[source], place[target]) for source, target in group.edges]
    if len(order) > DRAWN_MAX:
        cells = tuple((target * CELL, source * CELL) for source, target in pairs)
        return RingDrawing(len(order) * CELL, (), (), cells, sentence)
    radius = max(70, round(len(order) * EDGE * 1.5 / (2 * pi)))
    size = 2 * (radius + EDGE)
    middle = size // 2
    at = _places(len(order), middle, radius, hub=group.kind is GroupKind.SHARED)
    dots = tuple(Dot(x, y, number + 1) for number, (x, y) in enumerate(at))
    return RingDrawing(size, dots, tuple(_line(at[one], at[other]) for one, other in pairs), (), sentence)


def _places(count: int, middle: int, radius: int, *, hub: bool) -> list[tuple[int, int]]:
    around = count - hub
    places = [(middle, middle)] if hub else []
    for number in range(around):
        angle = 2 * pi * number / max(around, 1) - pi / 2
        places.append((round(middle + radius * cos(angle)), round(middle + radius * sin(angle))))
    return places


def _line(start: tuple[int, int], end: tuple[int, int]) -> str:
    """A straight line from edge to edge of two dots, bent a little so that both of a pair are seen."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = hypot(across, down) or 1.0
    unit = across / length, down / length
    side = -unit[1] * 5, unit[0] * 5
    first = start[0] + unit[0] * DOT + side[0], start[1] + unit[1] * DOT + side[1]
    last = end[0] - unit[0] * (DOT + 7) + side[0], end[1] - unit[1] * (DOT + 7) + side[1]
    return f"M{first[0]:.0f} {first[1]:.0f}L{last[0]:.0f} {last[1]:.0f}"
