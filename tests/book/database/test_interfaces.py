"""docs/interfaces.md is what the commands answer: each is run in a database of its own, and its keys are compared."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from itertools import takewhile
from pathlib import Path

import psycopg
import pytest

from kaopu.kernel import database

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "interfaces.md"
BLOCK = re.compile(r"^### `kaopu (?P<command>[^`]+)`(?P<text>.*?)```json\n(?P<json>.*?)```", re.MULTILINE | re.DOTALL)


def _words(command):
    """`book close` of `book close --as-of DAY`."""
    return " ".join(takewhile(lambda word: word[0].islower(), command.split()))


EXAMPLES = {
    _words(found["command"]): json.loads(found["json"])
    for found in BLOCK.finditer(DOCUMENT.read_text(encoding="utf-8"))
}
QUOTE = (
    "--plan equal-instalment --principal 10000.00 --currency CNY --periods 12 --rate 0.12"
    " --start 2026-01-15 --day-count 30/360-us"
)
BOOK_A_DEBT = """
    import os, sys
    from pathlib import Path
    from kaopu.kernel.boot import boot
    boot()
    sys.path.insert(0, sys.argv[1])
    from agreed_terms import NOW, TERMS
    from kaopu.book.actions.book_debt import BookDebt, book_debt
    from kaopu.party.actions.create_party import create_party
    from kaopu.party.core.party import NewParty
    party = create_party(NewParty(name="王小明", phone="13800000000"), actor="test", now=NOW)
    book_debt(BookDebt(terms=TERMS, party_id=party, external_id="X-1"), "test", NOW)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """An own home, and an own database on the server of the tests."""
    home, name = tmp_path_factory.mktemp("home"), f"kaopu_interfaces_{os.getpid()}"
    address = database.ensure_running()
    server = f"host={address.socket_dir} port={address.port} user=postgres"
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = f"postgresql://postgres@/{name}?host={address.socket_dir}&port={address.port}"
    environment = {**os.environ, "KAOPU_HOME": str(home), "KAOPU_DATABASE_URL": url, "COLUMNS": "200"}
    yield home, environment
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def run(place):
    """`run("book position X-1 …", exit=0)`: what the command answers as JSON."""
    home, environment = place

    def command(words, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "kaopu.cli.main", *words.split(), "--json"],
            capture_output=True, env=environment, cwd=home, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        if code == 2:
            assert done.stdout == ""
            return done.stderr
        assert done.stdout.count("\n") == 1
        return json.loads(done.stdout)

    return command


@pytest.fixture(scope="module")
def book(place, run):
    """One debt; the first command has made the tables."""
    home, environment = place
    assert "expected a debt of this book" in run("book position X-1", code=2)
    program = [sys.executable, "-c", textwrap.dedent(BOOK_A_DEBT), str(Path(__file__).parent)]
    subprocess.run(program, check=True, env=environment, cwd=home)


def keys(value):
    """The shape of an answer: names all the way down, lists by their first entry."""
    if isinstance(value, dict):
        return {name: keys(part) for name, part in value.items()}
    return [keys(value[0])] if isinstance(value, list) and value else None


def same_keys(answer, command):
    assert keys(answer) == keys(EXAMPLES[command])


def test_every_documented_command_is_run_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert set(EXAMPLES) >= {"quote", "book position", "book add-event", "book close", "book verify", "book import"}
    assert [command for command in EXAMPLES if f'"{command}")' not in text] == []


def test_commands_without_a_book(run):
    quoted = run(f"quote {QUOTE}")
    same_keys(quoted, "quote")
    assert quoted["rows"][0] == EXAMPLES["quote"]["rows"][0]
    same_keys(run("cost --currency CNY --flow 2026-01-15:100.00 --flow 2026-02-15:-101.00"), "cost")


def test_position_and_events(run, book):
    event = "book add-event X-1 --kind payment --on 2026-02-15 --amount 10662 --key once"
    first = run(event)
    same_keys(first, "book add-event")
    assert run(event) == first
    assert "key_used_with_other_body" in run(event.replace("10662", "10663"), code=2)
    position = run("book position X-1 --as-of 2026-11-22")
    same_keys(position, "book position")
    told = {name: position[name] for name in ("class_reason", "class_rules")}
    assert position == {**EXAMPLES["book position"], **told}
    assert position["class_reason"] == position["class_rules"][0]["sentence"]
    assert run("book position D-1 --as-of 2026-11-22") == position
    assert "expected one of" in run("book add-event X-1 --kind gift --on 2026-02-15 --key k", code=2)


def test_close_verify_export(run, book, place):
    closed = run("book close --as-of 2026-11-22")
    same_keys(closed, "book close")
    assert (closed["debts"], sum(bucket["debts"] for bucket in closed["by_bucket"].values())) == (1, 1)
    same_keys(run("book verify"), "book verify")
    same_keys(run("audit seal"), "audit seal")
    same_keys(run("audit verify"), "audit verify")
    for what, rows in (("positions", 1), ("schedules", 12)):
        for suffix in ("csv", "parquet"):
            answer = run(f"book export {what} --out {what}.{suffix}")
            same_keys(answer, "book export positions")
            assert answer["rows"] == rows
    head, row = (place[0] / "positions.csv").read_text().splitlines()
    values = dict(zip(head.replace('"', "").split(","), row.replace('"', "").split(","), strict=True))
    assert (values["external_id"], values["class"], values["bucket"]) == ("X-1", "substandard", "181-270")
    assert "expected a name that ends in" in run("book export positions --out positions.xls", code=2)


def test_a_false_check_exits_1(run, book, place):
    with psycopg.connect(place[1]["KAOPU_DATABASE_URL"]) as connection:
        run("book close --as-of 2026-11-22")
        connection.execute("UPDATE book_positionrow SET waived = 1")
    answer = run("book verify", code=1)
    assert answer == {"ledger_balanced": True, "replay_equal": False, "audit_ok": True}


def test_reference_rates(run, book, place):
    path = place[0] / "rates.csv"
    path.write_text("publish_date,lpr_1y_pct,lpr_5y_pct\n2026-01-20,3.00,3.50\n2026-02-20,3.00,\n")
    answer = run(f"book reference-rates import {path}")
    same_keys(answer, "book reference-rates import")
    assert (answer["accepted"], answer["repeated"]) == (3, 0)
    assert run(f"book reference-rates import {path}")["repeated"] == 3
    path.write_text("publish_date,lpr_1y_pct\n2026-01-20,3.10\n")
    assert "expected the known" in run(f"book reference-rates import {path}", code=2)


def test_tables(run, shared):
    answers = run(f"book tables {shared('data', 'fineract_schedules', 'cases.json')}")
    (known,) = EXAMPLES.get("book tables")
    first = next(answer for answer in answers if answer["id"] == known["id"])
    assert first.keys() == known.keys()
    assert first["tables"][0].keys() == known["tables"][0].keys()


def test_parties(run, book):
    same_keys(run("party find --phone 13800000000"), "party find")


def test_import_and_its_undoing(run, book, place):
    folder = place[0] / "native"
    folder.mkdir()
    (folder / "debts.csv").write_text("debt_id,party_id,currency,disbursed_on,principal\n7001,1,CNY,2026-01-15,100\n")
    (folder / "instalments.csv").write_text("debt_id,seq,due_on,principal,interest,fee\n7001,1,2026-02-15,100,5,0\n")
    (folder / "events.csv").write_text("debt_id,on,kind,amount\n7001,2026-02-15,payment,50\n")
    imported = run(f"book import --mapping native {folder}")
    same_keys(imported, "book import")
    assert {name: imported[name] for name in ("debts", "events", "rejected", "repeated")} == {
        "debts": 1, "events": 1, "rejected": 0, "repeated": False,
    }  # fmt: skip
    assert run("book position 7001 --as-of 2026-03-01")["outstanding"]["principal"] == 55
    assert run(f"book import --mapping native {folder}")["repeated"]
    (folder / "debts.csv").write_text(
        "debt_id,party_id,currency,disbursed_on,principal\n7002,1,CNY,2026-01-15,100\n7003,1,CNY,2026-02-30,100\n"
    )
    (folder / "instalments.csv").unlink()
    (folder / "events.csv").unlink()
    faulty = run(f"book import --mapping native {folder}", code=3)
    assert (faulty["debts"], faulty["rejected"]) == (1, 1)
    assert Path(faulty["rejects_file"]).stat().st_mode & 0o777 == 0o600
    undone = run(f"book undo-import {imported['batch']}")
    same_keys(undone, "book undo-import")
    assert undone["debts"] == 1
    assert "not_done" in run(f"book undo-import {imported['batch']}", code=2)
    assert "expected a debt of this book" in run("book position 7001", code=2)


def test_users(run, book):
    same_keys(run("user add li.lei@example.org --role agent"), "user add")


def test_backup(run, book, place):
    (place[0] / "passphrase").write_text("a long phrase for a test")
    same_keys(run(f"backup {place[0] / 'book.kaopu'} --passphrase-file {place[0] / 'passphrase'}"), "backup")


def test_pause(run, book):
    run("book close --as-of 2026-11-22")
    days = "--from 2026-11-01 --to 2026-11-30"
    looked = run(f"book pause --where outstanding>0 {days}")
    same_keys(looked, "book pause")
    assert (looked["count"], looked["bulk"]) == (1, None)
    proposed = run(f"book pause --where outstanding>0 {days} --propose")
    assert proposed["fingerprint"] == looked["fingerprint"]
    refused = run(f"book pause-approve {proposed['bulk']}", code=2)
    assert "proposer_cannot_decide" in refused
    (listed,) = run("book pauses")
    assert (listed["bulk"], listed["state"], listed["applied"]) == (proposed["bulk"], "proposed", 0)
    assert "region" in run(f"book pause --where region=1 {days}", code=2)


def test_surplus(run, book):
    paid = run(
        """book add-event X-1 --kind payment --on 2026-02-15 --amount 900000 --key all --payload {"source":"card-1"}"""
    )
    back = run("book return-surplus X-1 --on 2026-02-16")
    same_keys(back, "book return-surplus")
    assert back["payouts"][0]["of_event"] <= paid["event_id"]
    run(f"book add-event X-1 --kind reversal --on 2026-02-15 --reverses {paid['event_id']} --key not-all")
