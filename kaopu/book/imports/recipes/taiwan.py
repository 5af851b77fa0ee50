"""Taiwan: card accounts with six monthly statements, a payment and a reported status each; no schedule is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaopu.book.imports.chunk import ARRAYS, Chunk, days, json_objects, lists, same
from kaopu.book.imports.field import month_start
from kaopu.book.imports.parsed import new_debts, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.book.imports.chunk import Sending
    from kaopu.book.imports.parsed import Rows

INFERRED_DAY = '{"inferred":["on"]}'


def chunks(sending: Sending) -> Iterator[Chunk]:
    """The accounts of the file, batch by batch."""
    for batch in rows(sending, sending.mapping.file("accounts")):
        found = new_debts(sending, batch, "id")
        if len(found):
            sending.accepted += len(found)
            yield _chunk(sending, found)


def _chunk(sending: Sending, batch: Rows) -> Chunk:
    count = len(batch)
    months = np.array(sending.mapping.settings["months"], dtype="datetime64[M]").astype(np.int64)
    debts = {
        "external_id": batch.columns["id"].cast(pa.string()),
        "party": batch.columns["id"].cast(pa.string()),
        "currency": same(sending.mapping.currency, count),
        "portfolio": same(sending.mapping.portfolio, count),
        "disbursed_on": days(np.repeat(month_start(months.min(keepdims=True)), count)),
        "principal": pa.array(np.zeros(count, np.int64)),
        "ladder": pa.array(np.full(count, sending.mapping.settings["ladder"])),
    }
    no_schedules = {"debt": pa.array([], pa.int64())} | {name: lists(np.zeros((0, 0), np.int64)) for name in ARRAYS}
    return Chunk(pa.table(debts), pa.table(no_schedules), _events(batch, months))


def _events(batch: Rows, months: np.ndarray) -> pa.Table:
    pieces = []
    for place in np.argsort(months):  # the file runs backwards
        number, last_day = place + 1, int(month_start(months[place : place + 1] + 1)[0]) - 1
        paid, bill, status = (batch.numpy(f"{name}_{number}") for name in ("paid", "bill", "status"))
        inferred = np.full(len(batch), INFERRED_DAY)
        # Within a day the payment counts first: the statement of the month already holds it.
        month = [
            _rows("payment", paid > 0, paid, inferred),
            _rows("reported_balance", bill >= 0, bill, inferred),
            _rows("reported_credit", bill < 0, -bill, inferred),
            _rows("reported_status", np.ones(len(batch), bool), np.maximum(status, 0), _facts(batch, number)),
        ]
        joined = pa.concat_tables(month)
        pieces.append(joined.append_column("on", days(np.full(len(joined), last_day))))
    events = pa.concat_tables(pieces)
    return events.take(pa.array(np.argsort(np.asarray(events["debt"]), kind="stable")))


def _rows(kind: str, wanted: np.ndarray, amount: np.ndarray, payload: np.ndarray | pa.Array) -> pa.Table:
    place = np.flatnonzero(wanted)
    return pa.table(
        {
            "debt": pa.array(place),
            "kind": same(kind, len(place)),
            "amount": pa.array(amount[place]),
            "payload": pa.array(payload).take(pa.array(place)),
        }
    )


def _facts(batch: Rows, number: int) -> pa.Array:
    """The status as the file has it (-2 no use, -1 paid in full, 0 revolving); with the latest, limit and outcome."""
    reported = pc.cast(batch.columns[f"status_{number}"], pa.string())
    if number > 1:
        return json_objects(reported=reported, inferred='["on"]')
    return json_objects(
        reported=reported,
        limit=batch.columns["limit"].cast(pa.string()),
        default_next_month=batch.columns["default_next_month"].cast(pa.string()),
        inferred='["on"]',
    )
