"""Random books for the tests: several debts a party, every kind of event, each with the instant it was recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kaopu.book.core.history import History, prepare_all
from kaopu.book.snapshot.columns import RULES
from kaopu.decision.core.features.book_columns import BookColumns, microseconds
from tests.book.histories import random_history

ZONES = ("Asia/Shanghai", "Europe/London", None)


def random_book(seed, debts=6, parties=3):
    """(histories, debts' other columns by debt id, instants of recording by event id)."""
    draw = Random(seed)
    histories, other, recorded = [], {}, {}
    for debt_id in range(1, debts + 1):
        history = random_history(draw.randrange(1 << 30), debt_id)
        shift = debt_id * 100_000  # ids are unique in a book
        history = History(
            replace(history.rules, debt_id=debt_id, party_id=draw.randint(1, parties)),
            tuple(
                replace(row, cause_event=row.cause_event + shift if row.cause_event else 0)
                for row in history.instalments
            ),
            tuple(
                replace(
                    event,
                    event_id=event.event_id + shift if event.event_id else 0,
                    reverses=event.reverses + shift if event.reverses else 0,
                )
                for event in history.events
            ),
        )
        histories.append(numbered(history, shift))
        other[debt_id] = (
            draw.choice((None, "shoes", "food", "phone")),
            draw.choice((None, "m1", "m2")),
            draw.choice(("", "bnpl")),
            draw.choice((None, datetime(2024, 1, 20, tzinfo=UTC) + timedelta(minutes=draw.randrange(90_000)))),
            draw.choice(ZONES),
        )
        for event in histories[-1].events:
            late = draw.choice((0, 0, 0, 2, 30))
            recorded[event.event_id] = datetime.combine(event.on, time(draw.randrange(24)), UTC) + timedelta(days=late)
    return histories, other, recorded


def numbered(history, shift):
    """Give ids where the history has none."""
    if all(event.event_id for event in history.events):
        return history
    return replace(
        history,
        events=tuple(replace(event, event_id=shift + place) for place, event in enumerate(history.events, 1)),
    )


def columns_of(histories, other, recorded):
    """The book as one set of columns, as a bucket of a snapshot would be."""
    from kaopu.decision.core.features.local_hour import local_hours
    from kaopu.decision.features.codes import Codes

    ordered = sorted(histories, key=lambda each: each.rules.debt_id)
    made = prepare_all(ordered)
    rows = [other[each.rules.debt_id] for each in ordered]
    codes = [Codes() for _ in range(4)]
    category, merchant, product, zone = (
        code.of_all([row[place] for row in rows]) for code, place in zip(codes, (0, 1, 2, 4), strict=True)
    )
    opened = np.array([microseconds(row[3]) if row[3] else -(1 << 63) for row in rows], np.int64)
    return BookColumns(
        of_kernel=(
            made.debts64[0], made.debts32[0], made.debts64[1], made.rules,
            made.instalments64[0], made.instalments32[0], made.instalments32[1], *made.instalments64[1:4],
            made.instalments32[2], made.instalments32[3], made.instalments64[4],
            made.events64[0], made.events32[0], made.events8[0], made.events64[1], made.events64[2],
            made.events8[1], made.events64[3],
        ),
        party_id=np.array([each.rules.party_id for each in ordered], np.int64),
        currency=np.zeros(len(ordered), np.int64),
        local_hour=local_hours(opened, zone, codes[3].names),
        category=category,
        merchant=merchant,
        product=product,
        recorded_at=np.array(
            [microseconds(recorded[event.event_id]) for each in ordered for event in each.events], np.int64
        ),
    )  # fmt: skip


def write_snapshot(folder, histories, other, recorded, buckets=3):
    """The same book as a snapshot of several buckets."""
    ordered = sorted(histories, key=lambda each: each.rules.debt_id)
    size = -(-len(ordered) // buckets)
    for number in range(0, len(ordered), size):
        some = ordered[number : number + size]
        for name, rows in (
            ("debts", _debts(some, other)),
            ("instalments", _instalments(some)),
            ("events", _events(some, recorded)),
        ):
            (folder / name).mkdir(parents=True, exist_ok=True)
            pq.write_table(rows, folder / name / f"bucket-{number // size:03d}.parquet")


def _debts(some, other):
    rules = [each.rules for each in some]
    rows = [other[each.debt_id] for each in rules]
    return pa.table(
        {
            name: [getattr(each, name) for each in rules]
            for name in ("debt_id", "party_id", "currency", "disbursed_on", "principal")
        }
        | {rule.name: [getattr(each, rule.name) for each in rules] for rule in RULES}
        | {
            "category": pa.array([row[0] for row in rows], pa.string()),
            "merchant_id": pa.array([row[1] for row in rows], pa.string()),
            "product": pa.array([row[2] for row in rows], pa.string()),
            "opened_at": pa.array([row[3] for row in rows], pa.timestamp("us", "UTC")),
            "time_zone": pa.array([row[4] for row in rows], pa.string()),
        }
    )


def _instalments(some):
    rows = [(each.rules.debt_id, row) for each in some for row in each.instalments]
    types = {"due_on": pa.date32(), "from_on": pa.date32(), "seq": pa.int32(), "version": pa.int32()}
    names = ("seq", "due_on", "principal", "interest", "fee", "version", "from_on", "cause_event")
    return pa.table(
        {"debt_id": pa.array([debt for debt, _ in rows], pa.int64())}
        | {name: pa.array([getattr(row, name) for _, row in rows], types.get(name, pa.int64())) for name in names}
    )


def _events(some, recorded):
    rows = [(each.rules.debt_id, event) for each in some for event in each.events]
    return pa.table(
        {
            "debt_id": pa.array([debt for debt, _ in rows], pa.int64()),
            "on": pa.array([event.on for _, event in rows], pa.date32()),
            "kind": pa.array([event.kind.value for _, event in rows], pa.string()),
            "amount": pa.array([event.amount for _, event in rows], pa.int64()),
            "event_id": pa.array([event.event_id for _, event in rows], pa.int64()),
            "component": pa.array(
                [event.component.value if event.component else None for _, event in rows], pa.string()
            ),
            "reverses": pa.array([event.reverses for _, event in rows], pa.int64()),
            "recorded_at": pa.array([recorded[event.event_id] for _, event in rows], pa.timestamp("us", "UTC")),
        }
    )
