"""The native form: debts, instalments and events in files of their own, any order, any size.

Rows are staged in a DuckDB file on disk, so that what only shows across rows and files (repeated ids, references, the
order of instalments) is found within bounded memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaopu.book.imports.chunk import CHUNK_DEBTS, Chunk, same
from kaopu.book.imports.parsed import new_debts, rows
from kaopu.book.imports.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.book.imports.chunk import Sending
    from kaopu.book.imports.parsed import Rows

UNKNOWN_DEBT = "a debt_id of an accepted row of debts"
DEBT_COLUMNS_LEFT = ("debt_id", "party_id", "file", "number")


def chunks(sending: Sending) -> Iterator[Chunk]:
    """The debts in the order of their ids, with all that belongs to them."""
    with Stage(sending) as stage:
        for role in ("debts", "instalments", "events"):
            if any(spec.role == role for spec in sending.mapping.files):
                for batch in rows(sending, sending.mapping.file(role)):
                    stage.add(role, _new_debts(sending, batch) if role == "debts" else batch)
        stage.number_debts()
        _check_instalments(stage)
        _check_events(stage)
        sending.accepted = stage.count("debts") + stage.count("instalments") + stage.count("events")
        stage.order()
        for first in range(0, stage.count("debts"), CHUNK_DEBTS):
            yield _chunk(sending, stage, first)


def _new_debts(sending: Sending, batch: Rows) -> Rows:
    if {"compound_rate_ppm", "penalty_base"} <= set(batch.columns):
        rate, base = (pc.fill_null(batch.columns[name], 0) for name in ("compound_rate_ppm", "penalty_base"))
        both = np.asarray(pc.and_(pc.greater(rate, 0), pc.equal(base, 1)))
        told = "0 where penalty_base is 1: interest bears the penalty there already"
        batch = batch.without(sending, [batch.fault("compound_rate_ppm", both, told)])
    return new_debts(sending, batch, "debt_id")


def _check_instalments(stage: Stage) -> None:
    stage.reject("instalments", "debt_id", UNKNOWN_DEBT, "place IS NULL")
    stage.reject("instalments", "due_on", "a day not before the debt's disbursed_on", "due_on < disbursed_on")
    stage.reject("instalments", "from_on", "a day, where version is above 1", "version > 1 AND from_on IS NULL")
    stage.reject_repeated("instalments", "seq", ("debt_id", "version", "seq"), "a seq once in a version of a debt")


def _check_events(stage: Stage) -> None:
    stage.reject("events", "debt_id", UNKNOWN_DEBT, "place IS NULL")
    stage.reject("events", "on", "a day not before the debt's disbursed_on", '"on" < disbursed_on')
    stage.reject_repeated("events", "event_id", ("event_id",), "an event_id that no row before has", "event_id > 0")
    stage.reject("events", "reverses", "an event_id with kind reversal", "kind = 'reversal' AND reverses = 0")
    stage.reject("events", "reverses", "nothing, but with kind reversal", "kind <> 'reversal' AND reverses > 0")
    stage.reject("events", "component", "nothing, but with kind waiver", "kind <> 'waiver' AND component IS NOT NULL")
    most_days = "kind IN ('extension', 'pause') AND amount > 36525"
    stage.reject("events", "amount", "at most 36525 days with kind extension or pause", most_days)
    stage.reject("events", "amount", "at most 1200 months", "kind = 'reported_status' AND amount > 1200")
    told = 'the number of a party as {"party_id": 12}, with kind assumption or joining'
    stage.reject("events", "payload", told, _NO_DEBTOR)
    # A reversal whose target was just rejected falls next: until nothing falls any more.
    told = "the event_id of an accepted event of this debt, not later than the reversal"
    while stage.reject("events", "reverses", told, _TARGET_GONE):
        pass
    told = "the event_id of an accepted event of this debt"
    stage.reject("instalments", "cause_event", told, _CAUSE_GONE)


# Who takes a debt over or joins it: a number of the sending system, as `party_id` of its debts.
_DEBTOR = r"""regexp_extract(payload, '"party_id"\s*:\s*([0-9]{1,18})\s*[,}]', 1)"""
_NO_DEBTOR = f"kind IN ('assumption', 'joining') AND coalesce({_DEBTOR}, '') = ''"
_TARGET_GONE = """
reverses > 0 AND NOT EXISTS (SELECT 1 FROM events t WHERE t.event_id = r.reverses AND t.debt_id = r.debt_id
  AND t."on" <= r."on" AND t.event_id <> r.event_id AND t.rowid NOT IN (SELECT row FROM events_out))
"""
_CAUSE_GONE = """
cause_event > 0 AND NOT EXISTS (SELECT 1 FROM events t WHERE t.event_id = r.cause_event AND t.debt_id = r.debt_id
  AND t.rowid NOT IN (SELECT row FROM events_out))
"""


def _chunk(sending: Sending, stage: Stage, first: int) -> Chunk:
    last = first + CHUNK_DEBTS
    debts = stage.table("SELECT * FROM debts_ordered WHERE place >= ? AND place < ? ORDER BY place", first, last)
    columns = {
        "external_id": debts["debt_id"].cast(pa.string()),
        "party": debts["party_id"].cast(pa.string()),
        **{name: debts[name] for name in debts.column_names if name not in {*DEBT_COLUMNS_LEFT, "place"}},
    }
    if "portfolio" not in columns:
        columns["portfolio"] = same(sending.mapping.portfolio, len(debts))
    events = stage.table(_EVENTS, first, first, last)
    schedules = stage.table(_SCHEDULES, first, first, last)
    ids = events["event_id"]
    return Chunk(
        pa.table(columns),
        schedules.append_column("cause", _places(ids, schedules["cause_event"])).drop_columns(["cause_event"]),
        events.set_column(events.schema.get_field_index("reverses"), "reverses", _places(ids, events["reverses"])),
    )


# Within a day: by id; without ids by the order of the kinds in docs/snapshot.md, then component, then amount.
_EVENTS = f"""
SELECT place - ? AS debt, "on", kind, amount, component, payload, event_id, reverses,
  CASE WHEN kind IN ('assumption', 'joining') THEN {_DEBTOR} END AS debtor
FROM events_ordered WHERE place >= ? AND place < ? ORDER BY place, "on", event_id, rank, component_rank, amount, rowid
"""  # noqa: S608 - texts of our own
_SCHEDULES = """
SELECT place - ? AS debt, version, min(from_on) AS from_on, max(cause_event) AS cause_event,
  list(seq ORDER BY due_on, seq) AS seq, list(due_on ORDER BY due_on, seq) AS due_on,
  list(principal ORDER BY due_on, seq) AS principal, list(interest ORDER BY due_on, seq) AS interest,
  list(fee ORDER BY due_on, seq) AS fee
FROM instalments_ordered WHERE place >= ? AND place < ? GROUP BY place, version ORDER BY place, version
"""


def _places(ids: pa.ChunkedArray, wanted: pa.ChunkedArray) -> pa.Array:
    """Where each wanted id stands among `ids`; null for 0."""
    asked = pc.if_else(pc.equal(wanted, 0), None, wanted)
    if pc.count(asked).as_py() == 0:
        return pa.nulls(len(wanted), pa.int64())
    return pc.index_in(asked, ids.combine_chunks()).cast(pa.int64())
