"""Boxes: for each column a set of atoms as bits. What is left of a box when others are taken out of it."""

from __future__ import annotations

from typing import TypeAlias

Box: TypeAlias = tuple[int, ...]
# A box taken out of a box leaves at most one box a column; over many rows that can multiply. Beyond this many boxes
# the checker says that it stopped, it does not guess.
MOST_BOXES = 4_000


class TooManyBoxes(Exception):  # noqa: N818 - a limit that was reached, not a fault
    """The table is too large to be reasoned about."""


def meet(one: Box, other: Box) -> Box:
    """What both hold."""
    return tuple(left & right for left, right in zip(one, other, strict=True))


def is_empty(box: Box) -> bool:
    """Whether nothing is in it."""
    return not all(box)


def without(boxes: list[Box], cut: Box) -> list[Box]:
    """The boxes with everything in `cut` taken out, as disjoint boxes again.

    Raises:
        TooManyBoxes: more than MOST_BOXES are left.
    """
    left: list[Box] = []
    for box in boxes:
        common = meet(box, cut)
        if is_empty(common):
            left.append(box)
            continue
        for place, bits in enumerate(box):
            rest = bits & ~cut[place]
            if rest:
                left.append((*common[:place], rest, *box[place + 1 :]))
        if len(left) > MOST_BOXES:
            raise TooManyBoxes
    return left
