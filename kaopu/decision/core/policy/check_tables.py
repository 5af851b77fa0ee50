"""Rows that never hit, rows that contradict each other, and values no row speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.decision.core.policy.boxes import MOST_BOXES, Box, TooManyBoxes, is_empty, meet, without
from kaopu.decision.core.policy.finding import Finding, FindingKind
from kaopu.decision.core.policy.pieces import TABLE, NodeView, Role
from kaopu.decision.core.policy.table_boxes import TableBoxes, table_boxes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kaopu.decision.core.policy.atoms import Domain
    from kaopu.decision.core.policy.pieces import GraphView

GAPS_SHOWN = 3
REASONS = frozenset({"reason", "reasons"})


def check_tables(view: GraphView, seen: Mapping[str, Mapping[str, Domain]]) -> Iterator[Finding]:
    """Every table of the graph. Beyond the algebra, or beyond MOST_BOXES boxes, a note `undecided` says so."""
    for node in view.nodes.values():
        if node.type != TABLE:
            continue
        table = table_boxes(node, {} if node.loops else seen.get(node.id, {}))
        for row in table.rows:
            if row.opaque:
                message = f"{'; '.join(row.opaque)}: beyond the reasoning about ranges, taken as sometimes true"
                yield Finding(node.id, row.number, FindingKind.UNDECIDED, message)
        try:
            yield from _check(node, table)
        except TooManyBoxes:
            message = f"more than {MOST_BOXES} combinations of ranges: shadowed rows and gaps were not looked for"
            yield Finding(node.id, None, FindingKind.UNDECIDED, message)


def _check(node: NodeView, table: TableBoxes) -> Iterator[Finding]:
    left = [table.whole]  # what no row so far surely takes
    for place, row in enumerate(table.rows):
        if is_empty(row.box):
            yield Finding(node.id, row.number, FindingKind.UNREACHABLE_ROW, "no value of the declared ranges hits it")
            continue
        if node.collects:
            continue
        remaining = [each for each in (meet(box, row.box) for box in left) if not is_empty(each)]
        if not remaining:
            earlier = [one.number for one in table.rows[:place] if not is_empty(meet(one.box, row.box))]
            message = f"shadowed: whatever hits it has hit row {_listed(earlier)} before"
            yield Finding(node.id, row.number, FindingKind.UNREACHABLE_ROW, message)
            continue
        if not row.otherwise and not node.setting.get("order_matters"):
            yield from _overlaps(node, table, place)
        if not row.opaque:
            left = without(left, row.box)
    if not node.collects:
        yield from _gaps(node, table, left)


def _overlaps(node: NodeView, table: TableBoxes, place: int) -> Iterator[Finding]:
    row = table.rows[place]
    for at, earlier in enumerate(table.rows[:place]):
        common = meet(earlier.box, row.box)
        if (
            earlier.opaque
            or row.opaque
            or is_empty(common)
            or _answer(node, earlier.number) == _answer(node, row.number)
        ):
            continue
        boxes = [common]
        for one in table.rows[:at]:
            boxes = boxes if one.opaque else without(boxes, one.box)
        if boxes:
            message = (
                f"rows {earlier.number} and {row.number} both hit where {table.words(boxes[0])}, and answer differently"
            )
            yield Finding(node.id, row.number, FindingKind.OVERLAPPING_ROWS, message)


def _gaps(node: NodeView, table: TableBoxes, left: list[Box]) -> Iterator[Finding]:
    certain = left
    for row in table.rows:
        if row.opaque:
            certain = without(certain, row.box)
    for box in certain[:GAPS_SHOWN]:
        yield Finding(node.id, None, FindingKind.GAP, f"no row hits where {table.words(box)}")
    if len(certain) > GAPS_SHOWN:
        yield Finding(node.id, None, FindingKind.GAP, f"and {len(certain) - GAPS_SHOWN} more such regions")
    if left and not certain:
        message = f"whether a row hits where {table.words(left[0])} depends on tests beyond the reasoning"
        yield Finding(node.id, None, FindingKind.UNDECIDED, message)


def _answer(node: NodeView, row: int) -> dict[str, str]:
    """What a row answers, its reasons apart."""
    answers = node.of_row(row, Role.ANSWER)
    return {each.target: each.text.strip() for each in answers if each.target.split(".")[-1] not in REASONS}


def _listed(numbers: list[int]) -> str:
    return " or ".join(str(each) for each in numbers)
