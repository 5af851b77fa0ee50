"""No look-ahead: what occurred after the day or was recorded later changes nothing; one party is its row of the book."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.history import EventRow, day_number
from kaopu.decision.core.features.book_columns import known_by, microseconds
from kaopu.decision.core.features.catalogue import CATALOGUE
from kaopu.decision.core.features.evaluate import values_of_one
from kaopu.decision.core.features.party_facts import Partial, PartyFacts, partial
from kaopu.decision.features.book import features_of_book
from tests.decision.features.books import columns_of, random_book, write_snapshot

START = date(2024, 1, 20)
days = st.integers(0, 260).map(lambda n: START + timedelta(days=n))
seeds = st.integers(0, 1 << 40)


def facts(book, as_of, known_at=None):
    columns = known_by(columns_of(*book), day_number(as_of), None if known_at is None else microseconds(known_at))
    return PartyFacts(day_number(as_of), partial(columns, as_of))


def values(book, as_of, known_at=None):
    """Every feature of every party, one party at a time."""
    whole = facts(book, as_of, known_at)
    found = {}
    for place, party in enumerate(whole.parts.party_id.tolist()):
        details = whole.parts.details[:, whole.parts.details[0] == party]
        one = Partial(np.array([party]), whole.parts.sums[place : place + 1], details)
        found[party] = values_of_one(CATALOGUE, PartyFacts(day_number(as_of), one))
    return found


def of_party(book, party):
    histories, other, recorded = book
    return [each for each in histories if each.rules.party_id == party], other, recorded


@settings(max_examples=150, deadline=None)
@given(seed=seeds, as_of=days)
def test_every_later_event_may_move_be_added_or_vanish(seed, as_of):
    book = random_book(seed)
    histories, other, recorded = book
    draw = Random(seed)

    def changed(history):
        kept = [event for event in history.events if event.on <= as_of]
        later = [
            replace(event, on=event.on + timedelta(days=draw.randrange(1, 400)), amount=event.amount // 2)
            for event in history.events
            if event.on > as_of and event.kind is not EventKind.REVERSAL and draw.random() < 0.5
        ]
        ids = {event.event_id for event in (*kept, *later)}
        new = history.rules.debt_id * 100_000 + 90_000
        added = [
            EventRow(
                as_of + timedelta(days=1 + n),
                draw.choice((EventKind.PAYMENT, EventKind.CHARGE_OFF, EventKind.REFUND)),
                5,
                new + n,
            )
            for n in range(2)
        ]
        target = next((event for event in kept if event.kind is EventKind.PAYMENT), None)
        if target:
            added.append(EventRow(as_of + timedelta(days=3), EventKind.REVERSAL, 0, new + 5, reverses=target.event_id))
        rows = tuple(
            row if row.from_on is None or row.from_on <= as_of else replace(row, principal=row.principal + 7)
            for row in history.instalments
            if row.cause_event == 0 or row.cause_event in ids
        )
        for event in added:
            recorded[event.event_id] = datetime.combine(event.on, time(), UTC)
        return replace(history, events=(*kept, *later, *added), instalments=rows)

    before = values(book, as_of)
    assert values(([changed(each) for each in histories], other, recorded), as_of) == before


@settings(max_examples=150, deadline=None)
@given(seed=seeds, as_of=days, hours=st.integers(-2_000, 400))
def test_what_was_recorded_later_is_as_if_it_were_not(seed, as_of, hours):
    histories, other, recorded = random_book(seed)
    known_at = datetime.combine(as_of, time(), UTC) + timedelta(hours=hours)
    kept = []
    for history in histories:
        events = [event for event in history.events if recorded[event.event_id] <= known_at]
        while True:  # a reversal of what is not known is not known either
            ids = {event.event_id for event in events}
            fewer = [event for event in events if event.kind is not EventKind.REVERSAL or event.reverses in ids]
            if len(fewer) == len(events):
                break
            events = fewer
        rows = tuple(row for row in history.instalments if row.cause_event == 0 or row.cause_event in ids)
        kept.append(replace(history, events=tuple(events), instalments=rows))
    assert values((histories, other, recorded), as_of, known_at) == values((kept, other, recorded), as_of)


@settings(max_examples=100, deadline=None)
@given(seed=seeds, as_of=days)
def test_a_party_alone_is_its_row_among_all(seed, as_of):
    book = random_book(seed, debts=8)
    for party, together in values(book, as_of).items():
        assert values(of_party(book, party), as_of)[party] == together


@pytest.mark.parametrize("seed", range(25))
def test_the_columns_of_a_snapshot_are_the_values_of_each_party(tmp_path, seed):
    book = random_book(seed, debts=12, parties=4)
    as_of = START + timedelta(days=120 + seed * 3)
    write_snapshot(tmp_path / "snapshot", *book)
    known_at = datetime.combine(as_of, time(), UTC) - timedelta(hours=40) if seed % 2 else None
    features_of_book(tmp_path / "snapshot", as_of, tmp_path / "out.parquet", known_at=known_at)
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["party_id"] for row in rows] == sorted(row["party_id"] for row in rows)
    for row in rows:
        alone = values(of_party(book, row["party_id"]), as_of, known_at)[row["party_id"]]
        assert {each.name: each.value for each in alone} == {name: row[name] for name in row if name != "party_id"}


@settings(max_examples=200, deadline=None)
@given(seed=seeds, as_of=days)
def test_every_known_value_lies_in_its_declared_range(seed, as_of):
    for found in values(random_book(seed), as_of).values():
        for feature, each in zip(CATALOGUE, found, strict=True):
            if each.value is None:
                assert each.why_missing
                continue
            low = -np.inf if feature.low is None else feature.low
            high = np.inf if feature.high is None else feature.high
            assert low <= each.value <= high, feature.name


def test_ranges_of_parties_in_files_give_what_memory_gives(tmp_path, monkeypatch):
    from kaopu.decision.features import book as module

    book = random_book(5, debts=40, parties=15)
    write_snapshot(tmp_path / "snapshot", *book, buckets=6)
    as_of = START + timedelta(days=150)
    features_of_book(tmp_path / "snapshot", as_of, tmp_path / "memory.parquet")
    monkeypatch.setattr(module, "DEBTS_AT_ONCE", 7)
    written = features_of_book(tmp_path / "snapshot", as_of, tmp_path / "files.parquet")
    assert written.parties == 15
    assert pq.read_table(tmp_path / "files.parquet").equals(pq.read_table(tmp_path / "memory.parquet"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files.parquet", "memory.parquet", "snapshot"]
