"""`kaopu book tables` as a lender runs it: what it prints, and how it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from table_loans import PAID_OUT, case, happened

from kaopu.book.core.tables.case import tables_of
from kaopu.kernel.core.errors import BadInput


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "kaopu.cli.main", "book", "tables", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def written(tmp_path, content):
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_cases_that_cannot_be_understood_are_named_and_the_others_printed(tmp_path):
    wrong = case(PAID_OUT, happened("repayment", "2024-02-31", 10.0, entered="2024-02-28")) | {"id": "T2"}
    done = run(written(tmp_path, {"cases": [case(PAID_OUT), wrong]}), "--json")
    good, bad = json.loads(done.stdout)
    assert done.returncode == 3
    assert good["id"] == "T1"
    assert good["tables"][0]["totals"]["principal"] == 1000.0
    assert bad == {"id": "T2", "error": "case T2: events[2].date: expected a day written as YYYY-MM-DD"}


def test_a_good_file_ends_with_0_and_a_list_is_accepted_too(tmp_path):
    done = run(written(tmp_path, [case(PAID_OUT)]), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert set(json.loads(done.stdout)[0]) == {"id", "tables"}


def test_without_json_a_line_is_printed_for_every_row(tmp_path):
    done = run(written(tmp_path, [case(PAID_OUT)]))
    assert done.returncode == 0
    assert "T1 after event 1, read on 2024-01-15" in done.stdout
    assert len(done.stdout.splitlines()) == 7  # a heading, the disbursement, four instalments, the total


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe[", "not UTF-8"),
        (b"[", "expected JSON"),
        (b'{"loans": []}', "expected a list of cases"),
        (b'"text"', "expected a list of cases"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2(tmp_path, content, told):
    path = tmp_path / "cases.json"
    path.write_bytes(content)
    done = run(path, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_file_that_is_not_there_ends_with_2(tmp_path):
    done = run(tmp_path / "none.json", "--json")
    assert done.returncode == 2
    assert "none.json" in done.stderr


def test_neither_numba_nor_django_is_loaded(tmp_path):
    path = written(tmp_path, [case(PAID_OUT)])
    program = (
        "import sys; from pathlib import Path; from kaopu.book.tables_command import tables\n"
        f"tables(Path({str(path)!r}), True)\n"
        "assert not {'numba', 'django'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def without(made, *path):
    inner = made
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return made


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (None, "case #1: case: expected an object"),
        ({"id": "T1"}, "case T1: inputs: expected an object"),
        (without(case(PAID_OUT), "inputs", "product_settings"), "inputs.product_settings: expected an object"),
        (without(case(PAID_OUT), "inputs", "submitted"), "inputs.submitted: expected a day"),
        (case(PAID_OUT, principal_applied=-1), "inputs.principal_applied: expected a number that is not negative"),
        (case(PAID_OUT, principal_applied=1.005), "inputs.principal_applied: expected an amount with at most two"),
        (case(PAID_OUT, principal_applied=float("nan")), "inputs.principal_applied: expected a number"),
        (case(PAID_OUT, principal_applied=1e30), "inputs.principal_applied: expected an amount"),
        (case(PAID_OUT, annual_rate_percent="much"), "inputs.annual_rate_percent: expected a number"),
        (case(PAID_OUT, instalments=0), "inputs.instalments: expected a whole number of from 1"),
        (case(PAID_OUT, instalments=2.5), "inputs.instalments: expected a whole number"),
        (case(PAID_OUT, instalments=10**9), "inputs.instalments: expected a whole number of from 1 to 1200"),
        (case(PAID_OUT, every_unit="fortnights"), "inputs.every_unit: expected one of days, weeks, months"),
        (case(PAID_OUT, every=1200, instalments=1200), "inputs: expected due days before the year 10000"),
        (case(PAID_OUT, payment_strategy="whim"), "inputs.payment_strategy: expected one of"),
        (case(PAID_OUT, grace_interest=2), "expected no grace periods on a progressive schedule"),
        (case(PAID_OUT, product={"schedule_type": "spiral"}), "schedule_type: expected one of progressive, cumulative"),
        (case("a payment"), "case T1: events[1]: expected an object"),
        (case({"type": "gift", "as_of": "2024-01-15"}), "events[1].type: expected one of disburse"),
        (case(happened("repayment", "2024-01-20", 1.0)), "events[1].date: expected a day on or after the first"),
        (case(PAID_OUT, happened("undo", "2024-01-20", what="repayment")), "events[2].nr: expected a repayment"),
        (case(PAID_OUT, happened("chargeback", "2024-01-20", 1.0, of_payment_nr=3)), "events[2].of_payment_nr"),
        (case(PAID_OUT) | {"events": "none so far"}, "events: expected a list"),
        (case(PAID_OUT) | {"expected": [{"after_event": 2, "as_of": "2024-01-15"}]}, "expected[1].after_event"),
        (case(PAID_OUT) | {"expected": [{"after_event": 1}]}, "expected[1].as_of: expected a day"),
    ],
)
def test_a_case_that_cannot_be_understood_names_its_field_and_what_was_expected(made, told):
    with pytest.raises(BadInput) as refused:
        tables_of(made, 1)
    assert told in str(refused.value)
