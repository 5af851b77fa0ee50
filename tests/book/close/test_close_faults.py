"""Faulty snapshots: the message names file, row, column and expectation; exit code 2; nothing is written."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from snapshots import AS_OF, tiny, write

from kaopu.book.snapshot.close import close_snapshot
from kaopu.kernel.core.errors import BadInput


def spoiled(name, column, row, value):
    book = tiny()
    book[name].setdefault(column, [None] * len(book[name]["debt_id"]))[row] = value
    return book


def with_ids(*ids):
    book = tiny()
    book["events"] = {
        "debt_id": [1, 1, 2],
        "on": [date(2026, 9, 1)] * 3,
        "kind": ["payment"] * 3,
        "amount": [1, 2, 3],
        "event_id": list(ids),
    }
    return book


# fmt: off
ROWS = [
    # what is spoiled                                        words that the message must hold
    (spoiled("instalments", "debt_id", 4, 4),                ("instalments", "row 4 (debt_id 4)", "no such debt in")),
    (spoiled("instalments", "debt_id", 0, 0),                ("instalments", "row 0 (debt_id 0)", "no such debt in")),
    (spoiled("events", "debt_id", 0, 99),                    ("events", "row 0 (debt_id 99)", "no such debt in")),
    (spoiled("instalments", "debt_id", 3, 1),                ("instalments", "row 3 (debt_id 1)", "comes after 2", "sorted by debt_id")),
    (spoiled("debts", "debt_id", 2, 0),                      ("debts", "row 2 (debt_id 0)", "comes after 2", "sorted")),
    (spoiled("debts", "debt_id", 1, 1),                      ("debts", "row 1 (debt_id 1)", "twice", "each debt once")),
    (spoiled("debts", "principal", 1, -1),                   ("debts", "row 1 (debt_id 2)", "column principal", "0 or more")),
    (spoiled("instalments", "interest", 3, -5),              ("instalments", "row 3 (debt_id 2)", "interest", "0 or more")),
    (spoiled("events", "amount", 0, -1),                     ("events", "row 0 (debt_id 1)", "column amount", "0 or more")),
    (spoiled("debts", "party_id", 1, None),                  ("debts", "row 1 (debt_id 2)", "column party_id", "found null", "int64")),
    (spoiled("debts", "disbursed_on", 2, None),              ("debts", "row 2 (debt_id 3)", "column disbursed_on", "found null", "date32")),
    (spoiled("debts", "currency", 2, None),                  ("debts", "row 2 (debt_id 3)", "column currency", "found null", "ISO 4217")),
    (spoiled("debts", "currency", 2, "YUAN"),                ("debts", "row 2 (debt_id 3)", "column currency", "'YUAN'", "ISO 4217")),
    (spoiled("debts", "debt_id", 1, None),                   ("debts", "row 1", "column debt_id", "found null")),
    (spoiled("instalments", "debt_id", 1, None),             ("instalments", "row 1", "column debt_id", "found null")),
    (spoiled("instalments", "due_on", 1, None),              ("instalments", "row 1 (debt_id 1)", "column due_on", "found null", "date32")),
    (spoiled("instalments", "seq", 1, None),                 ("instalments", "row 1 (debt_id 1)", "column seq", "found null", "int32")),
    (spoiled("events", "kind", 0, None),                     ("events", "row 0 (debt_id 1)", "column kind", "found null", "kinds of docs/snapshot.md")),
    (spoiled("events", "kind", 0, "gift"),                   ("events", "row 0 (debt_id 1)", "column kind", "'gift'", "kinds of docs/snapshot.md")),
    (spoiled("events", "component", 0, "tax"),               ("events", "row 0 (debt_id 1)", "column component", "'tax'", "penalty")),
    (spoiled("debts", "ladder", 1, 5),                       ("debts", "row 1 (debt_id 2)", "column ladder", "found 5")),
    (spoiled("debts", "allocation", 1, 24),                  ("debts", "row 1 (debt_id 2)", "column allocation", "found 24")),
    (spoiled("debts", "penalty_days_in_year", 0, 364),       ("debts", "row 0 (debt_id 1)", "column penalty_days_in_year", "364")),
    (with_ids(1, 2, 2),                                      ("events", "row 2 (debt_id 2)", "column event_id", "twice")),
    (with_ids(5, 900_000_000_000, 900_000_000_000),          ("events", "row 2 (debt_id 2)", "column event_id", "twice")),
    (with_ids(1, 2, 0),                                      ("events", "row 2 (debt_id 2)", "column event_id", "above 0")),
    (with_ids(1, None, 2),                                   ("events", "row 1 (debt_id 1)", "column event_id", "every row or in none")),
]
# fmt: on


@pytest.mark.parametrize("buckets", [False, True])
@pytest.mark.parametrize(("book", "words"), ROWS, ids=[" ".join(words[:3]) for _, words in ROWS])
def test_a_faulty_row_is_named_and_nothing_is_written(tmp_path, book, words, buckets):
    folder = write(tmp_path / "in", book, buckets=buckets)
    with pytest.raises(BadInput) as fault:
        close_snapshot(folder, AS_OF, tmp_path / "out")
    assert all(word in str(fault.value) for word in (*words, ".parquet")), fault.value
    assert not (tmp_path / "out").exists()


def test_an_unknown_reversal_target(tmp_path):
    book = with_ids(1, 2, 3)
    book["events"] |= {"kind": ["payment", "reversal", "payment"], "reverses": [None, 77, None]}
    with pytest.raises(BadInput, match=r"row 1 \(debt_id 1\), column reverses: expected the event_id of another event"):
        close_snapshot(write(tmp_path / "in", book), AS_OF, tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "column"),
    [("debts", "currency"), ("debts", "party_id"), ("instalments", "due_on"), ("events", "kind"), ("events", "amount")],
)
def test_a_missing_column(tmp_path, name, column):
    book = tiny()
    del book[name][column]
    with pytest.raises(BadInput, match=rf"{name}.parquet: column {column} is missing; expected"):
        close_snapshot(write(tmp_path / "in", book), AS_OF, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("column", "type_", "words"),
    [
        ("amount", pa.float64(), "column amount holds double; expected int64"),
        ("amount", pa.string(), "column amount holds string; expected int64"),
        ("on", pa.int64(), "column on holds int64; expected date32"),
        ("kind", pa.int64(), "column kind holds int64; expected string"),
    ],
)
def test_a_column_of_another_type(tmp_path, column, type_, words):
    book = tiny()
    value = {"amount": "1020" if type_ == pa.string() else 1020, "on": 20_697, "kind": 9}[column]
    book["events"][column] = [value]
    with pytest.raises(BadInput, match=words):
        close_snapshot(write(tmp_path / "in", book, types={column: type_}), AS_OF, tmp_path / "out")


def test_narrow_and_wide_whole_numbers_and_dictionaries_are_taken(tmp_path):
    types = {
        "seq": pa.int64(),
        "amount": pa.int32(),
        "debt_id": pa.uint32(),
        "kind": pa.dictionary(pa.int8(), pa.string()),
        "currency": pa.large_string(),
    }
    result = close_snapshot(write(tmp_path / "in", tiny(), types=types), AS_OF, tmp_path / "out")
    assert result["outstanding"] == 3_050


def test_a_number_too_large_for_its_column(tmp_path):
    book = spoiled("instalments", "seq", 1, 1 << 40)
    with pytest.raises(BadInput, match=r"row 1 \(debt_id 1\), column seq: found 1099511627776; expected int32"):
        close_snapshot(write(tmp_path / "in", book, types={"seq": pa.int64()}), AS_OF, tmp_path / "out")


def test_a_debt_in_two_buckets(tmp_path):
    folder = write(tmp_path / "in", tiny(), buckets=True)
    for name in ("debts", "instalments", "events"):
        pq.write_table(pq.read_table(folder / name / "bucket-000.parquet"), folder / name / "bucket-001.parquet")
    with pytest.raises(BadInput, match=r"bucket-001.parquet, row 0 \(debt_id 1\), column debt_id: 1 is there twice"):
        close_snapshot(folder, AS_OF, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_files_that_are_absent_or_unreadable(tmp_path):
    with pytest.raises(BadInput, match="expected a folder"):
        close_snapshot(tmp_path / "nowhere", AS_OF, tmp_path / "out")
    folder = write(tmp_path / "in", tiny(), buckets=True)
    (folder / "events" / "bucket-000.parquet").rename(folder / "events" / "bucket-007.parquet")
    with pytest.raises(BadInput, match=r"events/bucket-000.parquet: is absent"):
        close_snapshot(folder, AS_OF, tmp_path / "out")
    folder = write(tmp_path / "in2", tiny())
    (folder / "events.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(BadInput, match=r"events.parquet: expected a readable Parquet file"):
        close_snapshot(folder, AS_OF, tmp_path / "out")
    (folder / "events.parquet").unlink()
    with pytest.raises(BadInput, match=r"events.parquet: is absent"):
        close_snapshot(folder, AS_OF, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_truncated_file(tmp_path):
    folder = write(tmp_path / "in", tiny(), buckets=True)
    file = folder / "instalments" / "bucket-000.parquet"
    body = file.read_bytes()
    file.write_bytes(body[:40] + bytes(60) + body[100:])
    with pytest.raises(BadInput, match=r"instalments/bucket-000.parquet"):
        close_snapshot(folder, AS_OF, tmp_path / "out")


def test_a_faulty_file_leaves_the_result_before(tmp_path):
    out, place = tmp_path / "out", tmp_path / "out" / "positions" / "as_of=2026-11-22"
    close_snapshot(write(tmp_path / "in", tiny()), AS_OF, out)
    before = {path: path.read_bytes() for path in place.iterdir()}
    with pytest.raises(BadInput):
        close_snapshot(write(tmp_path / "in", spoiled("events", "amount", 0, -1)), AS_OF, out)
    assert {path: path.read_bytes() for path in place.iterdir()} == before
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_the_command_exits_2_with_the_message_on_stderr(tmp_path):
    folder = write(tmp_path / "in", spoiled("events", "kind", 0, "gift"))
    command = [
        Path(sys.executable).parent / "kaopu",
        "book",
        "close",
        "--snapshot",
        folder,
        "--as-of",
        "2026-11-22",
        "--out",
        tmp_path / "out",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "events.parquet, row 0 (debt_id 1), column kind: found 'gift'; expected one of the kinds" in done.stderr
    without_out = subprocess.run(command[:5] + command[5:7] + ["--json"], capture_output=True, text=True, check=False)
    assert without_out.returncode == 2
