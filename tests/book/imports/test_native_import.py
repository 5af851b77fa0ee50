"""The native form: good rows are stored, bad rows are named, a bad file leaves no trace."""

from __future__ import annotations

import csv
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from django.db import connection
from native_book import DEBTS, EVENTS, INSTALMENTS, write

from kaopu.book import store
from kaopu.book.actions.import_book import ImportBook, import_book
from kaopu.book.actions.undo_import import Refusal, undo_import
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.position import position
from kaopu.book.models import Debt, Event, ImportBatch, ScheduleVersion
from kaopu.kernel.core.errors import BadInput
from kaopu.party.models import Party

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def take_in(path, **how):
    return import_book(ImportBook("native", path, **how), "test", NOW)


def rejects(imported):
    with Path(imported.rejects_file).open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_of_a_good_book_is_stored(tmp_path):
    imported = take_in(write(tmp_path / "book"))
    assert (imported.accepted, imported.rejected, imported.debts, imported.events) == (12, 0, 3, 5)
    assert imported.rejects_file is None
    debt = Debt.objects.get(source="native", external_id="1")
    schedule = ScheduleVersion.objects.get(debt=debt)
    assert schedule.seq == [1, 2]
    assert schedule.due_on == [date(2026, 2, 15), date(2026, 3, 15)]
    assert schedule.interest == [1000, 500]
    assert Party.objects.filter(source="native").count() == 2
    reversal = Event.objects.get(debt=debt, kind="reversal")
    assert reversal.reverses.on == date(2026, 2, 15)
    at = position(store.history(debt), date(2026, 3, 1))
    assert (at.paid_to_date, at.outstanding.principal) == (51000, 50000)


def test_parquet_gives_what_csv_gives(tmp_path):
    from_csv = take_in(write(tmp_path / "book"))
    rows = list(Event.objects.order_by("event_id").values_list("on", "kind", "amount", "component"))
    undo_import(from_csv.batch, "test", NOW)
    folder = tmp_path / "parquet"
    folder.mkdir()
    for path in (tmp_path / "book").glob("*.csv"):
        table = pa.csv.read_csv(path)
        pa.parquet.write_table(table, folder / f"{path.stem}.parquet")
    imported = take_in(folder)
    assert (imported.accepted, imported.rejected) == (12, 0)
    assert list(Event.objects.order_by("event_id").values_list("on", "kind", "amount", "component")) == rows


def test_the_same_book_twice_changes_nothing(tmp_path):
    first = take_in(write(tmp_path / "book"))
    again = take_in(tmp_path / "book")
    assert again.repeated
    assert (again.batch, again.accepted, again.debts, again.events) == (first.batch, 12, 3, 5)
    assert Debt.objects.count() == 3
    assert ImportBatch.objects.count() == 1


BIG = "9" * 25
ROW_FAULTS = [
    # file, good line, bad line, column, words of the expectation, rows lost with it
    ("debts", "2,11,CNY,2026-02-15,50000", "2,11,CNY,2026-02-15,-50000", "principal", "from 0", 2),
    ("debts", "2,11,CNY,2026-02-15,50000", "2,11,CNY,2026-02-30,50000", "disbursed_on", "a day as YYYY-MM-DD", 2),
    ("debts", "2,11,CNY,2026-02-15,50000", "2,11,XXX,2026-02-15,50000", "currency", "ISO 4217", 2),
    ("debts", "2,11,CNY,2026-02-15,50000", f"2,11,CNY,2026-02-15,{BIG}", "principal", "minor units", 2),
    ("debts", "2,11,CNY,2026-02-15,50000", "2,11,CNY,2026-02-15,", "principal", "not empty", 2),
    ("debts", "2,11,CNY,2026-02-15,50000", "1,11,CNY,2026-02-15,50000", "debt_id", "no row before has", 2),
    ("debts", "2,11,CNY,2026-02-15,50000", "2,11,CNY,2026-02-15", "", "as many columns", 2),
    ("debts", "2,11,CNY,2026-02-15,50000", "2,11,CNY,2026-02-15,500.5", "principal", "whole minor units", 2),
    ("instalments", "2,1,2026-03-15,50000,0,300", "9,1,2026-03-15,50000,0,300", "debt_id", "accepted row of debts", 0),
    ("instalments", "2,1,2026-03-15,50000,0,300", "2,1,2026-01-01,50000,0,300", "due_on", "not before", 0),
    ("instalments", "1,1,2026-02-15,50000,1000,0", "1,2,2026-02-15,50000,1000,0", "seq", "once in a version", 0),
    ("events", "2,2026-03-15,payment,50300,104,,", "2,2026-03-15,gift,50300,104,,", "kind", "one of", 0),
    ("events", "2,2026-03-15,payment,50300,104,,", "2,2026-03-15,payment,50300,103,,", "event_id", "no row before", 0),
    ("events", "2,2026-03-15,payment,50300,104,,", "2,2025-03-15,payment,50300,104,,", "on", "not before", 0),
    (
        "events",
        "2,2026-03-15,payment,50300,104,,",
        "2,2026-03-15,payment,50300,104,interest,",
        "component",
        "waiver",
        0,
    ),
    ("events", "2,2026-03-15,payment,50300,104,,", "2,2026-03-15,reversal,0,104,,101", "reverses", "of this debt", 0),
]


@pytest.mark.parametrize(("file", "good", "bad", "column", "expected", "lost"), ROW_FAULTS)
def test_a_bad_row_is_named_and_the_others_are_stored(tmp_path, file, good, bad, column, expected, lost):
    texts = {"debts": DEBTS, "instalments": INSTALMENTS, "events": EVENTS}
    assert good in texts[file]
    line = texts[file].splitlines().index(good) + 1
    texts[file] = texts[file].replace(good, bad)
    imported = take_in(write(tmp_path / "book", **texts))
    found = rejects(imported)
    assert (imported.rejected, imported.accepted) == (1 + lost, 11 - lost)
    first = next(row for row in found if row["file"] == f"{file}.csv")
    assert (int(first["row"]), first["column"]) == (line, column)
    assert expected in first["expectation"]
    assert len(found) == 1 + lost
    assert stat.S_IMODE(Path(imported.rejects_file).stat().st_mode) == 0o600


def test_a_reversal_falls_with_the_event_that_it_reverses(tmp_path):
    events = EVENTS.replace("1,2026-02-15,payment,51000,101,,", "1,2026-02-15,payment,-51000,101,,")
    imported = take_in(write(tmp_path / "book", events=events))
    assert [row["column"] for row in rejects(imported)] == ["amount", "reverses"]
    assert imported.events == 3


def test_strict_loads_nothing_where_one_row_is_bad(tmp_path):
    folder = write(tmp_path / "book", debts=DEBTS.replace("70000", "-70000"))
    with pytest.raises(BadInput, match="--strict"):
        take_in(folder, strict=True)
    assert not Debt.objects.exists()
    assert not Party.objects.exists()


FILE_FAULTS = [
    ("another encoding", DEBTS.replace("CNY", "人民币").encode("gb18030"), "UTF-8"),
    ("sixteen bits", DEBTS.encode("utf-16"), "expected"),
    ("a column is missing", DEBTS.replace(",principal", ",amount"), "principal"),
    ("empty", "", "empty"),
    ("not a table", b"\x00\x01\x02" * 50, "expected"),
    ("a column stands twice", DEBTS.replace("party_id", "debt_id"), "twice"),
]


@pytest.mark.parametrize(("_what", "content", "told"), FILE_FAULTS)
def test_a_file_that_cannot_be_used_loads_nothing(tmp_path, _what, content, told):
    folder = write(tmp_path / "book", debts=content)
    with pytest.raises(BadInput, match=told):
        take_in(folder)
    assert not Debt.objects.exists()
    assert not ImportBatch.objects.filter(status="done").exists()


def test_a_folder_that_is_not_there_and_a_false_parquet_are_bad_input(tmp_path):
    with pytest.raises(BadInput, match="can be read"):
        take_in(tmp_path / "nowhere")
    folder = write(tmp_path / "book")
    (folder / "debts.csv").rename(folder / "debts.parquet")
    with pytest.raises(BadInput, match="Parquet"):
        take_in(folder)


def test_a_fault_late_in_a_file_loads_nothing_of_it(tmp_path):
    with pytest.raises(BadInput, match="UTF-8"):
        take_in(write(tmp_path / "book", events=EVENTS.encode() + b"1,2026-05-01,\xff\xfe,1,106,,\n"))
    assert not Debt.objects.exists()
    assert ImportBatch.objects.get().status == "failed"


def test_debts_that_the_book_has_are_not_taken_again(tmp_path):
    take_in(write(tmp_path / "book"))
    second = take_in(
        write(
            tmp_path / "more",
            debts=DEBTS + "4,13,CNY,2026-03-15,100\n",
            instalments="debt_id,seq,due_on,principal,interest,fee\n",
            events="debt_id,on,kind,amount\n",
        )
    )
    assert (second.debts, second.rejected) == (1, 3)
    assert {row["column"] for row in rejects(second)} == {"debt_id"}


def test_an_import_can_be_taken_back_and_given_again(tmp_path):
    first = take_in(write(tmp_path / "book"))
    undone = undo_import(first.batch, "test", NOW)
    assert (undone.debts, undone.events, undone.parties) == (3, 5, 2)
    assert not (Debt.objects.exists() or Event.objects.exists() or Party.objects.exists())
    assert undo_import(first.batch, "test", NOW) is Refusal.NOT_DONE
    again = take_in(tmp_path / "book")
    assert not again.repeated
    assert again.debts == 3
    with connection.cursor() as cursor:  # deferred checks hold now, not only at the commit
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_import_on_which_something_was_built_stays(tmp_path):
    first = take_in(write(tmp_path / "book"))
    debt = Debt.objects.get(external_id="2")
    Event.objects.create(debt=debt, on=date(2026, 4, 1), kind=EventKind.PAYMENT, amount=1)
    assert undo_import(first.batch, "test", NOW) is Refusal.LATER_EVENTS
    assert Debt.objects.count() == 3
    assert undo_import(987654, "test", NOW) is Refusal.NO_SUCH_IMPORT


def test_rules_after_default_come_in_and_contradictions_are_named(tmp_path):
    debts = """debt_id,party_id,currency,disbursed_on,principal,compound_rate_ppm,penalty_base,subsidy,subsidy_payer,retail
1,11,CNY,2026-01-15,100000,120000,0,1500,M1,false
2,11,CNY,2026-02-15,50000,120000,1,,,
3,12,CNY,2026-03-15,70000,,,,,
"""
    imported = take_in(write(tmp_path / "book", debts=debts))
    assert rejects(imported)[0]["column"] == "compound_rate_ppm"
    one = Debt.objects.get(external_id="1")
    assert (one.compound_rate_ppm, one.subsidy, one.subsidy_payer, one.retail) == (120_000, 1_500, "M1", False)
    other = Debt.objects.get(external_id="3")
    assert (other.non_accrual_days, other.subsidy_payer, other.retail) == (90, None, True)


def test_what_comes_after_default_comes_in_and_another_debtor_is_a_party_of_the_book(tmp_path):
    events = """debt_id,on,kind,amount,event_id,payload
1,2026-02-16,set_off,5000,1,
1,2026-02-17,dispute,1,2,
1,2026-02-18,dispute_end,0,3,
1,2026-02-19,re_age,0,4,
1,2026-02-20,acceleration,0,5,
1,2026-02-21,reinstatement,0,6,
1,2026-02-22,joining,0,7,"{""party_id"": 12, ""deed"": ""D-7""}"
1,2026-02-23,assumption,0,8,"{""party_id"": 77}"
1,2026-02-24,joining,0,9,"{""party"": 12}"
1,2026-02-25,subsidy,500,10,
1,2026-02-26,transfer,40000,11,"{""owner"": ""fund-1""}"
"""
    imported = take_in(write(tmp_path / "book", events=events))
    assert [(row["row"], row["column"]) for row in rejects(imported)] == [("10", "payload")]
    came = list(Event.objects.filter(debt__external_id="1").order_by("event_id"))
    assert [event.kind for event in came] == [
        "set_off", "dispute", "dispute_end", "re_age", "acceleration", "reinstatement", "joining", "assumption",
        "subsidy", "transfer",
    ]  # fmt: skip
    joined, took_over = came[6], came[7]
    party = Party.objects.get(pk=joined.payload["party_id"])
    assert (party.external_id, joined.payload["deed"]) == ("12", "D-7")
    assert party == Debt.objects.get(external_id="3").party
    assert Party.objects.get(pk=took_over.payload["party_id"]).external_id == "77"
    assert came[9].payload == {"owner": "fund-1"}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert undo_import(imported.batch, "test", NOW).parties == 3
    assert not Party.objects.exists()
