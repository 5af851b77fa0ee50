"""A row that cannot be meant stops the replay, and its status names file, row and column."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow, prepare, prepare_all
from kaopu.book.core.position import position, positions
from kaopu.kernel.core.errors import BadInput

DAY = date(2026, 1, 1)
GOOD = History(
    DebtRules(1, 1, "CNY", DAY, 100), (InstalmentRow(1, DAY, 100, 0, 0),), (EventRow(DAY, K.PAYMENT, 5, event_id=1),)
)
OTHER = replace(GOOD, rules=replace(GOOD.rules, debt_id=2), events=())


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (replace(GOOD, events=(EventRow(DAY, K.REVERSAL, 0, event_id=2, reverses=9),)), "events, row 1, reverses"),
        (replace(GOOD, events=(EventRow(DAY, K.PAUSE, 40_000, event_id=2),)), "events, row 1, amount"),
        (replace(GOOD, events=(EventRow(DAY, K.PAYMENT, -1, event_id=2),)), "events, row 1, amount"),
        (replace(GOOD, instalments=(InstalmentRow(1, DAY, -1, 0, 0),)), "instalments, row 1, principal"),
        (
            replace(GOOD, instalments=(InstalmentRow(1, DAY, 1, 0, 0, cause_event=7),)),
            "instalments, row 1, cause_event",
        ),
        (replace(GOOD, rules=replace(GOOD.rules, allocation=24)), "debts, row 1, rules"),
        (replace(GOOD, rules=replace(GOOD.rules, penalty_days_in_year=364)), "debts, row 1, rules"),
    ],
)
def test_what_a_history_may_not_say(history, words):
    with pytest.raises(BadInput, match=words):
        position(history, DAY)


@pytest.mark.parametrize("as_of", [DAY, date(2025, 12, 31)])
@pytest.mark.parametrize(("block", "ids", "words"), [
    ("debts64", [1, 1], "debts, row 2, debt_id"),
    ("debts64", [2, 1], "instalments, row 1, debt_id"),
    ("instalments64", [1, 3], "instalments, row 2, debt_id"),
    ("instalments64", [0, 1], "instalments, row 1, debt_id"),
    ("instalments64", [2, 1], "instalments, row 2, debt_id"),
    ("events64", [3], "events, row 1, debt_id"),
    ("events64", [0], "events, row 1, debt_id"),
])  # fmt: skip
def test_rows_that_belong_to_no_debt_or_are_out_of_order(as_of, block, ids, words):
    prepared = prepare_all((GOOD, OTHER))
    columns = getattr(prepared, block).copy()
    columns[0] = ids
    with pytest.raises(BadInput, match=words):
        positions(replace(prepared, **{block: columns}), as_of)


def test_an_unknown_kind_is_refused():
    prepared = prepare(GOOD)
    kinds = prepared.events8.copy()
    kinds[0] = 29
    with pytest.raises(BadInput, match="events, row 1, kind"):
        positions(replace(prepared, events8=kinds), DAY)


def test_no_debts_give_no_positions():
    assert positions(prepare_all(()), DAY) == []
    orphan = replace(prepare_all(()), instalments64=np.ones((5, 1), np.int64), instalments32=np.ones((4, 1), np.int32))
    with pytest.raises(BadInput, match="instalments, row 1, debt_id"):
        positions(orphan, DAY)
