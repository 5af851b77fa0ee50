"""A book of some parties with several debts each, late and cured and restructured over three years, drawn by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from kaopu.book.core.classification_debtors import DebtorEvent
from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow

START = date(2023, 1, 10)
AS_OF = date(2026, 6, 17)


@dataclass(frozen=True)
class Known:
    """A debt with what the kernel does not ask for."""

    history: History
    upgrade: int
    retail: bool
    debtors: tuple[DebtorEvent, ...]


def random_book(seed: int, debts: int = 120) -> list[Known]:
    draw, ids, book = Random(seed), iter(range(1, 1_000_000)), []
    for number in range(1, debts + 1):
        events, debtors = [], []

        def happen(on, kind, amount=0, events=events, **more):
            event = EventRow(on, kind, amount, event_id=next(ids), **more)
            events.append(event)
            return event.event_id

        rows = [
            InstalmentRow(n, START + timedelta(days=30 * n), 100, draw.choice((0, 9)), 0)
            for n in range(1, draw.choice((24, 60, 60)))
        ]
        trouble = [draw.randint(1, 40) for _ in range(draw.choice((0, 1, 1, 2)))]
        for row in rows:
            lag = draw.choice((0,) * 30 + (3, 25))
            if any(0 <= row.seq - at < 4 for at in trouble):  # four late instalments, paid together
                lag = (next(at for at in trouble if 0 <= row.seq - at < 4) + 4 - row.seq) * 30 + 5
            if row.due_on + timedelta(days=lag) <= AS_OF and draw.random() < 0.998:
                happen(row.due_on + timedelta(days=lag), K.PAYMENT, row.principal + row.interest)
        if draw.random() < 0.4:
            happen(START + timedelta(days=draw.randint(30, 1200)), K.RESTRUCTURE)
        if draw.random() < 0.1:
            happen(
                START + timedelta(days=draw.randint(300, 1200)), draw.choice((K.CHARGE_OFF, K.TRANSFER, K.RE_AGE)), 5
            )
        for _ in range(draw.choice((0, 0, 0, 1, 2))):
            kind, on, party = (
                draw.choice((K.JOINING, K.ASSUMPTION)),
                START + timedelta(days=draw.randint(0, 1300)),
                draw.randint(1, 30),
            )
            event_id = happen(on, kind)
            debtors.append(DebtorEvent(on, event_id, kind.value, party))
            if draw.random() < 0.2:
                back = on + timedelta(days=draw.randint(0, 60))
                reversal = happen(back, K.REVERSAL, reverses=event_id)
                debtors.append(DebtorEvent(back, reversal, "reversal", None, event_id))
        rules = DebtRules(
            number,
            draw.randint(1, 30),
            draw.choice(("CNY", "CNY", "CNY", "USD")),
            START,
            sum(r.principal for r in rows),
        )
        judged = draw.random() < 0.7
        book.append(
            Known(
                History(rules, tuple(rows), tuple(events)),
                draw.choice((0, 1, 1)) if judged else 0,
                draw.random() < 0.4 if judged else True,
                tuple(debtors),
            )
        )
    return book


def write_book(folder, book, buckets=3):
    """The same as a snapshot of so many buckets."""
    share = -(-len(book) // buckets)
    for number in range(buckets):
        some = book[number * share : (number + 1) * share]
        party_of = {event.event_id: event.party_id for each in some for event in each.debtors}
        debts = {
            "debt_id": [each.history.rules.debt_id for each in some],
            "party_id": [each.history.rules.party_id for each in some],
            "currency": [each.history.rules.currency for each in some],
            "disbursed_on": [each.history.rules.disbursed_on for each in some],
            "principal": [each.history.rules.principal for each in some],
            "upgrade": pa.array([each.upgrade for each in some], pa.int8()),
            "retail": [each.retail for each in some],
        }
        lines = [(each.history.rules.debt_id, row) for each in some for row in each.history.instalments]
        instalments = {
            "debt_id": [debt for debt, _ in lines],
            "seq": pa.array([row.seq for _, row in lines], pa.int32()),
            "due_on": [row.due_on for _, row in lines],
            **{name: [getattr(row, name) for _, row in lines] for name in ("principal", "interest", "fee")},
        }
        happened = [(each.history.rules.debt_id, event) for each in some for event in each.history.events]
        events = {
            "debt_id": [debt for debt, _ in happened],
            "on": [event.on for _, event in happened],
            "kind": [event.kind.value for _, event in happened],
            "amount": [event.amount for _, event in happened],
            "event_id": [event.event_id for _, event in happened],
            "reverses": [event.reverses for _, event in happened],
            "party_id": pa.array([party_of.get(event.event_id) for _, event in happened], pa.int64()),
        }
        for name, columns in (("debts", debts), ("instalments", instalments), ("events", events)):
            (folder / name).mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.table(columns), folder / name / f"bucket-{number:03d}.parquet")
    return folder
