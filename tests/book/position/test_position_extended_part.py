"""Facts and counters of a snapshot's part are those of each debt alone; the close reads the new rules and kinds."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow, day_number
from kaopu.book.core.position import position
from kaopu.book.snapshot import layout
from kaopu.book.snapshot.close import close_snapshot
from kaopu.book.snapshot.extended import NARROW, WIDE, replay_extended
from kaopu.book.snapshot.parts import parts_of
from kaopu.book.snapshot.replay_part import Currencies, Memory, read_part, replay_to
from kaopu.kernel.core.errors import BadInput
from tests.book.position.position_cases import START, days, histories


def table(rows, example):
    """Rows of one frozen kind as a table, each column of the kind's own type."""
    names = [field.name for field in dataclasses.fields(example)]
    types = {name: pa.int64() for name in names}
    types |= {name: pa.date32() for name in ("disbursed_on", "due_on", "from_on", "on") if name in names}
    types |= {name: pa.string() for name in ("currency", "kind", "component") if name in names}
    columns = {"debt_id": pa.array([debt for debt, _ in rows], pa.int64())}
    for name in names:
        columns[name] = pa.array([getattr(row, name) for _, row in rows], types[name])
    return pa.table(columns)


def write(folder, debts: list[History]):
    folder.mkdir(exist_ok=True)
    pq.write_table(
        table([(each.rules.debt_id, each.rules) for each in debts], debts[0].rules), folder / "debts.parquet"
    )
    for name in ("instalments", "events"):
        rows = [(each.rules.debt_id, row) for each in debts for row in getattr(each, name)]
        pq.write_table(table(rows, rows[0][1]), folder / f"{name}.parquet")
    return folder


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(histories().filter(lambda each: each.events), min_size=1, max_size=5), day=days)
def test_a_part_says_what_each_debt_says(tmp_path, some, day):
    debts = []
    for at, each in enumerate(some, 1):
        events = tuple(
            dataclasses.replace(
                event,
                event_id=event.event_id + 100 * at,
                reverses=event.reverses + 100 * at if event.reverses else 0,
            )
            for event in each.events
        )
        debts.append(History(dataclasses.replace(each.rules, debt_id=at), each.instalments, events))
    (part,) = parts_of(layout.find(write(tmp_path / "book", debts)))
    columns, memory = read_part(part, Currencies()), Memory()
    wide, narrow = replay_extended(columns, day_number(day), memory)
    for at, each in enumerate(debts):
        found = dict(zip((*WIDE, *NARROW), (*wide[:, at].tolist(), *narrow[:, at].tolist()), strict=True))
        assert found == position(each, day).extended_columns()
    kept = wide[:16].copy(), narrow[:8].copy()
    short = replay_to(columns, day_number(day), memory)
    assert all(np.array_equal(*pair) for pair in zip(kept, short, strict=True))


def one_debt(tmp_path, **rules):
    rows = (InstalmentRow(1, START + timedelta(days=30), 100, 10, 1),)
    events = (EventRow(START, K.SET_OFF, 1, event_id=1),)
    return write(tmp_path / "book", [History(DebtRules(1, 1, "CNY", START, 100, **rules), rows, events)])


@pytest.mark.parametrize(("rules", "words"), [
    ({"refund_order": 4}, "column refund_order: found 4"),
    ({"late_allocation": 25}, "column late_allocation: found 25"),
    ({"pause_resets": 2}, "column pause_resets: found 2"),
    ({"subsidy": -1}, "column subsidy: found -1"),
    ({"compound_rate_ppm": 9, "penalty_base": 1}, "column compound_rate_ppm: found 9 with penalty_base 1"),
])  # fmt: skip
def test_a_rule_that_cannot_be_meant_is_named_with_its_column(tmp_path, rules, words):
    with pytest.raises(BadInput, match=words):
        close_snapshot(one_debt(tmp_path, **rules), START, tmp_path / "out")


def test_the_close_reads_the_new_kinds_and_rules(tmp_path):
    folder = one_debt(tmp_path, non_accrual_days=30, subsidy=7, accelerate_after_days=5)
    result = close_snapshot(folder, START + timedelta(days=40), tmp_path / "out")
    assert (result["debts"], result["outstanding"], result["overdue"]) == (1, 110, 110)
