"""What the compiled filter is made of: the scalar steps, the order of a point's rows, consent, links to borrowers."""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import Any

import numpy as np

from kaopu.book.core.replay_compiled import helper
from kaopu.contacts.core import reach_step

# Places of the codes of words; a word that is none has the code UNKNOWN_WORD.
UNKNOWN_WORD = 255
CONFIRMS, STRANGER = 1, 2  # flags of evidence
NO, YES, UNKNOWN = 0, 1, 2  # what a row says about consent
OWN, CONTACT = 0, 1
FIRST_TIME, LAST_TIME = -(1 << 63), (1 << 63) - 1

# What stops a part, told with its row: (row << 3) | fault; a part without one returns -1.
FAULT_EVIDENCE, FAULT_KIND, FAULT_ROLE, FAULT_KIND_CHANGES, FAULT_ORDER = 0, 1, 2, 3, 4

# Part of the digest, so that a changed figure cannot leave an old kernel in use.
STEP_CONSTANTS = (reach_step.SUREST, reach_step.SECONDS_IN_YEAR)

after = helper(reach_step.after)
again = helper(reach_step.again)
seen = helper(reach_step.seen)


@helper
def consent_at(row: int, agreed: Any, known: Any, offset: int) -> Any:
    """What the row says, from Arrow's bits; without bits of validity every row says something."""
    place = row + offset
    if known.shape[0] > 0 and not (known[place >> 3] >> (place & 7)) & 1:
        return UNKNOWN
    if agreed.shape[0] == 0:
        return UNKNOWN
    return YES if (agreed[place >> 3] >> (place & 7)) & 1 else NO


@helper
def by_time(at: Any, first: int, stop: int, order: Any) -> None:
    """Write the rows first to stop into `order`, by time. By insertion: most stand right; many go through a sort."""
    count = stop - first
    sorted_already = True
    for place in range(count):
        order[place] = first + place
        if place > 0 and at[first + place] < at[first + place - 1]:
            sorted_already = False
    if sorted_already:
        return
    if count > 64:
        order[:count] = first + np.argsort(at[first:stop], kind="mergesort")
        return
    for place in range(1, count):
        row = order[place]
        hole = place
        while hole > 0 and at[order[hole - 1]] > at[row]:
            order[hole] = order[hole - 1]
            hole -= 1
        order[hole] = row


@helper
def link_agrees(
    first: int,
    stop: int,
    as_of: int,
    borrower: Any,
    like: int,
    at: Any,
    role: Any,
    agreed: Any,
    known: Any,
    offset: int,
) -> Any:
    """Whether the contact has agreed to this borrower: as `borrower_reach.agreed`, without an order of rows."""
    first_yes, last_no, latest, says = LAST_TIME, FIRST_TIME, FIRST_TIME, NO
    for row in range(first, stop):
        if at[row] > as_of or borrower[row] != borrower[like] or role[row] != role[like]:
            continue
        word = consent_at(row, agreed, known, offset)
        if word == YES:
            first_yes = min(first_yes, at[row])
        elif word == NO:
            last_no = max(last_no, at[row])
        if at[row] > latest:
            latest, says = at[row], word
        elif at[row] == latest and word != YES:
            says = word
    return says == YES and not (first_yes != LAST_TIME and last_no >= first_yes)


@helper
def leave_out_own(
    begun: int, links: int, borrower: Any, role: Any, role_lut: Any, link_row: Any, link_counts: Any
) -> None:
    """A borrower's own point is no contact of theirs as well: it counts once."""
    for one in range(begun, links):
        for other in range(begun, links):
            contact, own = link_row[one], link_row[other]
            both = borrower[contact] == borrower[own]
            if both and role_lut[role[contact]] == CONTACT and role_lut[role[own]] == OWN:
                link_counts[one] = False


@helper
def links_of(
    first: int, stop: int, as_of: int, borrower: Any, at: Any, role: Any, role_lut: Any, agreed: Any, known: Any,
    offset: int, point: int, links: int, link_row: Any, link_point: Any, link_counts: Any,
) -> Any:  # fmt: skip
    """Write a link for every borrower and role of the point that is known by `as_of`; how many links there are then."""
    begun = links
    for row in range(first, stop):
        if at[row] > as_of:
            continue
        before = begun
        while before < links:
            other = link_row[before]
            if borrower[other] == borrower[row] and role[other] == role[row]:
                break
            before += 1
        if before < links:
            continue
        counts = role_lut[role[row]] == OWN or link_agrees(
            first, stop, as_of, borrower, row, at, role, agreed, known, offset
        )
        link_row[links], link_point[links], link_counts[links] = row, point, counts
        links += 1
    if links - begun > 1:
        leave_out_own(begun, links, borrower, role, role_lut, link_row, link_counts)
    return links
