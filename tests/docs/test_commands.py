"""Every command shown in the documents runs, in the order in which it is shown, against a small book of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from kaopu.kernel import database

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.joinpath("docs").rglob("*.md")])
BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
# `serve` runs until it is stopped; tests/cli starts and stops it.
NOT_HERE = ("kaopu serve",)
SAMPLE = """
import sys
from datetime import date
from kaopu.book.opened_book import opened_book
with opened_book():
    from kaopu.book.sample.load import load_sample
    load_sample(seed=1, end=date(2026, 11, 22), borrowers=40)
"""


def commands(page: Path) -> list[str]:
    """The lines of its shell blocks that use kaopu, and those before them that make what they use."""
    found = []
    for _, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if ".venv/bin/kaopu" in text:
            lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
            found += [line for line in lines if line and not line.startswith(("#", "make "))]
    return [line for line in found if not any(word in line for word in NOT_HERE)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder that looks like a checkout after `make install`, with a home and a database of its own."""
    folder = tmp_path_factory.mktemp("checkout")
    script = folder / ".venv" / "bin" / "kaopu"
    script.parent.mkdir(parents=True)
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kaopu.cli.main "$@"\n')
    script.chmod(0o755)
    address, name = database.ensure_running(), f"kaopu_docs_{os.getpid()}"
    server = f"host={address.socket_dir} port={address.port} user=postgres"
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    environment = {
        **os.environ,
        "KAOPU_HOME": str(folder / "var"),
        "KAOPU_DATABASE_URL": f"postgresql://postgres@/{name}?host={address.socket_dir}&port={address.port}",
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([sys.executable, "-c", SAMPLE], env=environment, cwd=folder, check=True, capture_output=True)
    (folder / "kaopu" / "decision").mkdir(parents=True)
    for room in ("decision", "contacts"):
        (folder / "kaopu" / room).mkdir(parents=True, exist_ok=True)
        (folder / "kaopu" / room / "policies").symlink_to(ROOT / "kaopu" / room / "policies")
    shutil.copytree(ROOT / "kaopu" / "conduct" / "packs", folder / "kaopu" / "conduct" / "packs")
    native = folder / "PATH"
    native.mkdir()
    (native / "debts.csv").write_text("debt_id,party_id,currency,disbursed_on,principal\n77,7,CNY,2026-01-15,100000\n")
    yield folder, environment
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.name)
def test_every_command_shown_runs(place, page):
    folder, environment = place
    event_id = ""
    for line in commands(page):
        if "CASES.json" in line:
            _cases(folder)
        typed = line.replace("EVENT_ID", event_id)
        done = subprocess.run(
            ["sh", "-euc", typed], env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{page.name}: {typed}\n{done.stdout}{done.stderr}"
        told = re.search(r'event[_ ]id"?: (\d+)', done.stdout)
        event_id = told[1] if told else event_id


def _cases(folder: Path) -> None:
    from shared_data import shared_root

    cases = shared_root() / "data" / "fineract_schedules" / "cases.json"
    if not cases.exists():
        pytest.skip("the shared data fineract_schedules is not on this machine; set KAOPU_SHARED to its folder")
    (folder / "CASES.json").write_bytes(cases.read_bytes())


def test_the_commands_are_found():
    shown = {page.name: commands(page) for page in PAGES if page.parent.name != "evidence"}
    assert len(shown["README.md"]) >= 6
    assert len(shown["events.md"]) >= 10
    assert any("vault rotate" in line for line in shown["vault-keys.md"])
