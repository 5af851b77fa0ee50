"""The graph of a policy as a drawing made on the server: boxes where the editor put them, lines from left to right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kaopu.decision.console.policy_words import NODE_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH, HEIGHT, EDGE = 168, 52, 16
LETTERS_MOST = 22


@dataclass(frozen=True, slots=True)
class Box:
    """One node. `faults` is how many findings name it."""

    id: str
    x: int
    y: int
    title: str
    whole_title: str
    kind: str
    is_table: bool
    faults: int
    middle: int
    first_line: int
    second_line: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What SVG needs. `sentence` says the same in words."""

    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    sentence: str


def draw(document: Mapping[str, Any], faults: Mapping[str | None, int]) -> Drawing:
    """The drawing; nodes without a place of their own stand side by side."""
    nodes = list(document.get("nodes", []))
    places = {node["id"]: _place(node, number) for number, node in enumerate(nodes)}
    left = min((x for x, _y in places.values()), default=0) - EDGE
    top = min((y for _x, y in places.values()), default=0) - EDGE
    at = {node_id: (x - left, y - top) for node_id, (x, y) in places.items()}
    edges = [(one.get("sourceId"), one.get("targetId")) for one in document.get("edges", [])]
    return Drawing(
        width=max((x for x, _y in at.values()), default=0) + WIDTH + EDGE,
        height=max((y for _x, y in at.values()), default=0) + HEIGHT + EDGE,
        box_width=WIDTH,
        box_height=HEIGHT,
        boxes=tuple(_box(node, *at[node["id"]], faults.get(node["id"], 0)) for node in nodes),
        lines=tuple(_line(at[source], at[target]) for source, target in edges if source in at and target in at),
        sentence=_("Graph of %(nodes)d nodes and %(edges)d connections.") % {"nodes": len(nodes), "edges": len(edges)},
    )


def _place(node: Mapping[str, Any], number: int) -> tuple[int, int]:
    place = node.get("position") or {}
    x, y = place.get("x"), place.get("y")
    if isinstance(x, int | float) and isinstance(y, int | float):
        return round(x), round(y)
    return number * (WIDTH + 56), 0


def _box(node: Mapping[str, Any], x: int, y: int, faults: int) -> Box:
    title = str(node.get("name") or node["id"])
    short = title if len(title) <= LETTERS_MOST else f"{title[: LETTERS_MOST - 1]}…"
    return Box(
        id=node["id"],
        x=x,
        y=y,
        title=short,
        whole_title=title,
        kind=str(NODE_TYPES.get(node["type"], node["type"])),
        is_table=node["type"] == "decisionTableNode",
        faults=faults,
        middle=x + WIDTH // 2,
        first_line=y + 21,
        second_line=y + 39,
    )


def _line(source: tuple[int, int], target: tuple[int, int]) -> str:
    x1, y1 = source[0] + WIDTH, source[1] + HEIGHT // 2
    x2, y2 = target[0], target[1] + HEIGHT // 2
    bend = max(abs(x2 - x1) // 2, 24)
    return f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"
