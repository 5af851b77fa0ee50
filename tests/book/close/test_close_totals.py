"""What the close says, against sums made another way."""

# ruff: noqa: S608 - paths of the test's own folder in a query
import json
import subprocess
import sys
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from snapshots import AS_OF, positions, tiny, write

from kaopu.book.core.classification import BUCKETS, CLASSES, bucket_of, class_of
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow
from kaopu.book.core.position import position
from kaopu.book.core.position_columns import OUT32, OUT64
from kaopu.book.snapshot.close import close_snapshot
from kaopu.book.snapshot.result_folder import read_manifest
from kaopu.book.snapshot.synthetic import write_snapshot
from kaopu.book.snapshot.writer import schema


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    write_snapshot(folder, 20_000, 3, AS_OF, seed=7)
    out = tmp_path_factory.mktemp("out")
    return folder, out, close_snapshot(folder, AS_OF, out)


def test_three_debts_by_hand(tmp_path):
    result = close_snapshot(write(tmp_path / "in", tiny()), AS_OF, tmp_path / "out")
    #                    debts  outstanding: debt 1 owes 1010, debt 2 owes 2040; debt 3 is not yet disbursed
    assert (result["debts"], result["outstanding"], result["overdue"]) == (2, 3_050, 2_040)
    assert result["by_bucket"]["current"] == {"debts": 1, "outstanding": 1_010}
    assert result["by_bucket"]["91-180"] == {"debts": 1, "outstanding": 2_040}  # 113 days from 1 August
    assert result["by_class"]["substandard"] == {"debts": 1, "outstanding": 2_040}
    assert result["by_currency"] == {"CNY": {"debts": 2, "outstanding": 3_050, "overdue": 2_040}}
    assert positions(tmp_path / "out" / "positions" / "as_of=2026-11-22")["debt_id"].to_pylist() == [1, 2]


def test_keys_of_the_interface(made):
    result = made[2]
    assert set(result) >= {"debts", "outstanding", "overdue", "by_bucket", "by_class", "seconds"}
    assert tuple(result["by_bucket"]) == BUCKETS
    assert tuple(result["by_class"]) == CLASSES
    assert all(
        set(row) == {"debts", "outstanding"} for row in [*result["by_bucket"].values(), *result["by_class"].values()]
    )


def test_totals_equal_sums_of_the_database_engine(made):
    folder, out, result = made
    asked, paid = (
        duckdb.connect()
        .execute(f"""
        SELECT (SELECT sum(principal + interest + fee) FROM '{folder}/instalments/*.parquet'),
               (SELECT sum(amount) FROM '{folder}/events/*.parquet' WHERE "on" <= DATE '{AS_OF}')
    """)
        .fetchone()
    )
    credit, owed, debts = (
        duckdb.connect()
        .execute(f"""
        SELECT sum(credit_balance), sum(outstanding_principal + outstanding_interest + outstanding_fee), count(*)
        FROM '{out}/positions/as_of=2026-11-22/*.parquet'
    """)
        .fetchone()
    )
    assert result["outstanding"] == owed == asked - paid + credit
    assert result["debts"] == debts == 20_000


def test_buckets_and_classes_are_those_of_the_one_debt_functions(made):
    _, out, result = made
    found = positions(out / "positions" / "as_of=2026-11-22")
    days, classes = found["days_past_due"].to_pylist(), found["class"].to_pylist()
    assert len({bucket_of(each) for each in days}) >= 4
    for name in BUCKETS:
        assert result["by_bucket"][name]["debts"] == sum(bucket_of(each) == name for each in days)
    assert classes == [class_of(each) for each in days]


def test_every_column_equals_the_position_of_the_one_debt(made):
    folder, out, _ = made
    found = positions(out / "positions" / "as_of=2026-11-22").slice(0, 400).to_pylist()
    rows = {
        name: pq.read_table(folder / name / "bucket-000.parquet").to_pylist()[:6_000]
        for name in ("instalments", "events")
    }
    debts = pq.read_table(folder / "debts" / "bucket-000.parquet").to_pylist()[:400]
    for debt, row in zip(debts, found, strict=True):
        own = {name: [each for each in rows[name] if each["debt_id"] == debt["debt_id"]] for name in rows}
        history = History(
            DebtRules(**debt),
            tuple(
                InstalmentRow(**{key: value for key, value in each.items() if key != "debt_id"})
                for each in own["instalments"]
            ),
            tuple(EventRow(each["on"], EventKind(each["kind"]), each["amount"]) for each in own["events"]),
        )
        one = position(history, AS_OF)
        assert row["outstanding_principal"] == one.outstanding.principal
        assert row["overdue_interest"] == one.overdue.interest
        for name in (
            "days_past_due",
            "worst_days_past_due",
            "next_due",
            "accrued_interest",
            "paid_to_date",
            "credit_balance",
        ):
            assert row[name] == getattr(one, name), name


def test_one_file_gives_what_buckets_give(tmp_path, made):
    # Row groups that end inside a debt, of another size in every file.
    folder, out, result = made
    for name, rows in (("debts", 1_777), ("instalments", 5_003), ("events", 4_001)):
        whole = pa.concat_tables(pq.read_table(path) for path in sorted((folder / name).iterdir()))
        (tmp_path / "in").mkdir(exist_ok=True)
        pq.write_table(
            whole, tmp_path / "in" / f"{name}.parquet", row_group_size=rows, write_statistics=name != "events"
        )
    again = close_snapshot(tmp_path / "in", AS_OF, tmp_path / "out")
    assert {**again, "seconds": 0, "positions": ""} == {**result, "seconds": 0, "positions": ""}
    assert positions(tmp_path / "out" / "positions" / "as_of=2026-11-22").equals(
        positions(out / "positions" / "as_of=2026-11-22")
    )


def test_a_large_row_group_is_cut_into_ranges(tmp_path, made, monkeypatch):
    folder, out, result = made
    monkeypatch.setattr("kaopu.book.snapshot.ranges.ROWS_IN_RANGE", 10_000)
    for name in ("debts", "instalments", "events"):
        whole = pa.concat_tables(pq.read_table(path) for path in sorted((folder / name).iterdir()))
        (tmp_path / "in").mkdir(exist_ok=True)
        pq.write_table(whole, tmp_path / "in" / f"{name}.parquet")
    again = close_snapshot(tmp_path / "in", AS_OF, tmp_path / "out")
    place = tmp_path / "out" / "positions" / "as_of=2026-11-22"
    assert len(list(place.glob("bucket-*.parquet"))) > 5
    assert again["by_class"] == result["by_class"]
    assert positions(place).equals(positions(out / "positions" / "as_of=2026-11-22"))


def test_several_currencies_are_told_apart(tmp_path):
    book = tiny()
    book["debts"]["currency"] = ["CNY", "USD", "CNY"]
    result = close_snapshot(write(tmp_path / "in", book), AS_OF, tmp_path / "out")
    assert result["by_currency"] == {
        "CNY": {"debts": 1, "outstanding": 1_010, "overdue": 0},
        "USD": {"debts": 1, "outstanding": 2_040, "overdue": 2_040},
    }


def test_rules_versions_ids_and_components_reach_the_kernel(tmp_path):
    book = tiny()
    book["debts"] |= {"grace_days": [0, 0, None], "penalty_rate_ppm": [0, 365_000, 0]}
    book["instalments"] |= {"version": [1, 1, 1, 1, None], "from_on": [None] * 5, "cause_event": [0, None, 0, 0, 0]}
    book["events"] = {
        "debt_id": [1, 2, 2, 2], "on": [date(2026, 9, 1)] * 4, "kind": ["payment", "payment", "reversal", "waiver"],
        "amount": [1_020, 500, 0, 3], "event_id": [1, 2, 3, 4], "component": [None, None, None, "fee"],
        "reverses": [None, None, 2, None],
    }  # fmt: skip
    close_snapshot(write(tmp_path / "in", book, buckets=True), AS_OF, tmp_path / "out")
    row = positions(tmp_path / "out" / "positions" / "as_of=2026-11-22").to_pylist()[1]
    assert (row["paid_to_date"], row["waived"], row["outstanding_fee"]) == (0, 3, 7)
    # 1000 over 113 days and 1000 over 82 days at a thousandth a day, by hand.
    assert row["outstanding_penalty"] == (1_000 * 113 + 1_000 * 82) // 1_000


def test_schema_is_the_documented_one(made):
    _, out, _ = made
    found = pq.read_schema(out / "positions" / "as_of=2026-11-22" / "bucket-000.parquet")
    assert found.equals(schema())
    assert found.names == ["debt_id", *OUT64, *OUT32]


def test_manifest_holds_the_totals(made):
    _, out, result = made
    manifest = read_manifest(out / "positions" / "as_of=2026-11-22")
    assert manifest["by_class"] == result["by_class"]
    assert sum(each["rows"] for each in manifest["buckets"]) == result["debts"]


def test_an_empty_book_closes(tmp_path):
    book = {name: {column: values[:0] for column, values in columns.items()} for name, columns in tiny().items()}
    for buckets in (False, True):
        result = close_snapshot(
            write(tmp_path / f"in{buckets}", book, buckets=buckets), AS_OF, tmp_path / f"out{buckets}"
        )
        assert (result["debts"], result["outstanding"]) == (0, 0)


def test_a_first_payment_default_is_visible_the_day_after_it_happens(tmp_path):
    # Elsewhere a nightly job must run first. Due 1 December: nothing late on the day, late on the next.
    folder = write(tmp_path / "in", tiny())
    on_the_day = close_snapshot(folder, date(2026, 12, 1), tmp_path / "out")
    day_after = close_snapshot(folder, date(2026, 12, 2), tmp_path / "out")
    assert on_the_day["by_bucket"]["1-30"]["debts"] == 0
    assert day_after["by_bucket"]["1-30"] == {"debts": 1, "outstanding": 1_010}


def test_the_command_prints_json_alone_and_needs_no_database(tmp_path):
    folder = write(tmp_path / "in", tiny())
    done = subprocess.run(
        [sys.executable, "-m", "kaopu.cli.main", "book", "close", "--snapshot", folder, "--as-of", "2026-11-22", "--out", tmp_path / "out", "--json"],
        capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin", "KAOPU_DATABASE_URL": "postgres://nowhere/none", "KAOPU_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    result = json.loads(done.stdout)
    assert result["outstanding"] == 3_050
    assert not (tmp_path / "home").exists()
    assert np.isfinite(result["seconds"])
