"""`kaopu backup` and `kaopu restore`, tried on a second empty home: nothing lost, nothing readable by others, no half."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from kaopu.kernel import database

KAOPU = [sys.executable, "-m", "kaopu.cli.main"]
NAME = "欧阳试验"
PASSPHRASE = "correct horse battery"  # noqa: S105 - of backups that live for one test
FILL = f"""
from datetime import date
from kaopu.book.opened_book import opened_book
with opened_book():
    from kaopu.book.actions.close_book import close_book
    from kaopu.book.sample.load import load_sample
    from kaopu.kernel import audit, database
    from kaopu.kernel.clock import system_clock
    from kaopu.party.actions.create_party import create_party
    from kaopu.party.core.party import NewParty
    load_sample(seed=1, end=date(2026, 11, 22), borrowers=60)
    create_party(NewParty(external_id="P-X", name="{NAME}", phone="13900001111"), actor="test", now=system_clock().now())
    close_book(date(2026, 11, 22))
    audit.seal(system_clock().now())
    rejects = database.home() / "rejects"
    rejects.mkdir()
    (rejects / "import-1.csv").write_text("{NAME}")
    from kaopu.book.models import ImportBatch
    ImportBatch.objects.update(rejects_path=str(rejects / "import-1.csv"))
"""
LOOK = """
import json
from kaopu.book.opened_book import opened_book
with opened_book():
    from django.db import DatabaseError, connection, transaction
    from kaopu.book.models import CloseRun, ImportBatch, PositionRow
    from kaopu.kernel import audit
    from kaopu.kernel.models import AuditRow
    from kaopu.party.models import Party
    from kaopu.party import store
    party = Party.objects.get(external_id="P-X")
    def refused(statement):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError as problem:
            return "only grows" in str(problem) or "unsealed" in str(problem)
        return False
    verdict = audit.verify()
    print(json.dumps({
        "name": store.view(party, masked=False).name,
        "positions": PositionRow.objects.count(),
        "refused": [refused(statement) for statement in (
            "UPDATE book_event SET amount = 1", "DELETE FROM book_debt", "TRUNCATE book_event CASCADE",
            "UPDATE kernel_audit SET act = 'x'", "DELETE FROM kernel_audit",
            "INSERT INTO kernel_audit (at, act, subject, actor, details, sequence, row_hash)"
            " VALUES (now(), 'x', 'x', 'x', '{}', 999999, 'x')")],
        "audit": [verdict.ok, verdict.sealed, verdict.roots],
        "rejects": open(ImportBatch.objects.get().rejects_path).read(),
        "restored": AuditRow.objects.filter(act="backup.restored").count(),
    }))
"""


def environment(home, **more):
    given = {
        name: value for name, value in os.environ.items() if name not in {"KAOPU_DATABASE_URL", "KAOPU_VAULT_KEYS"}
    }
    return {**given, "KAOPU_HOME": str(home), **more}


def kaopu(home, *words, **more):
    return subprocess.run(  # noqa: PLW1510 - the exit code is what is tested
        [*KAOPU, *words], env=environment(home, **more), capture_output=True, text=True, timeout=180
    )


def script(home, text, **more):
    done = subprocess.run(  # noqa: PLW1510 - its words are shown first
        [sys.executable, "-c", text], env=environment(home, **more), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def place():
    folder = Path(tempfile.mkdtemp(prefix="kb-"))
    (folder / "pass").write_text(f"{PASSPHRASE}\n")
    script(folder / "old", FILL)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def sealed(place):
    file = place / "sealed.kaopu"
    done = kaopu(place / "old", "backup", str(file), "--passphrase-file", str(place / "pass"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["sealed"], told["files"] >= 2, told["bytes"]) == (True, True, file.stat().st_size)
    assert "book_event" in done.stderr, "progress is told"
    return file


@pytest.fixture
def home():
    folder = Path(tempfile.mkdtemp(prefix="kr-"))
    yield folder / "new"
    shutil.rmtree(folder, ignore_errors=True)


def restore(home, file, place, *more, **variables):
    words = ("--passphrase-file", str(place / "pass")) if "--keys" not in more else ()
    return kaopu(home, "restore", str(file), *words, *more, "--json", **variables)


def expect_whole(home, place, **variables):
    """The second home holds what the first holds, and guards it as the first does."""
    done = kaopu(home, "book", "verify", "--json", **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert (told["replay_equal"], told["audit_ok"]) == (True, True)
    old, new = json.loads(script(place / "old", LOOK)), json.loads(script(home, LOOK, **variables))
    assert new["refused"] == [True] * 6
    assert new["restored"] == 1
    assert new["audit"][0] is True
    assert new["audit"][1] > 0
    for same in ("name", "positions", "rejects"):
        assert new[same] == old[same]
    assert new["name"] == NAME
    debt = ("book", "position", "D-1", "--as-of", "2026-11-22", "--json")
    assert kaopu(home, *debt, **variables).stdout == kaopu(place / "old", *debt).stdout != ""


def test_a_second_empty_home_holds_all_of_it_and_goes_on(place, sealed, home):
    done = restore(home, sealed, place)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] > 500
    expect_whole(home, place)
    # What is recorded from now on is seen: marks of what was looked at counted transactions of another database.
    event = ("--kind", "payment", "--on", "2026-11-22", "--amount", "100", "--key", "after")
    assert kaopu(home, "book", "add-event", "D-1", *event, "--json").returncode == 0
    assert kaopu(home, "book", "close", "--as-of", "2026-11-23", "--json").returncode == 0
    assert kaopu(home, "book", "add-event", "D-2", *event[:-1], "again", "--json").returncode == 0
    assert kaopu(home, "book", "close", "--as-of", "2026-11-24", "--json").returncode == 0
    assert json.loads(kaopu(home, "book", "verify", "--json").stdout)["replay_equal"] is True
    # And nothing is put over what is there.
    again = restore(home, sealed, place)
    assert again.returncode == 2
    assert "expected an empty home" in again.stderr


def test_nobody_reads_names_or_keys_from_the_file(place, sealed):
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    key = json.loads((place / "old" / "keys" / "vault.json").read_text())["keys"]["1"]
    content = sealed.read_bytes()
    assert key.encode() not in content
    assert NAME.encode() not in content
    assert b"book_event" in content, "the manifest can be read, and says what is in it"
    with tarfile.open(sealed) as tar:
        assert tar.extractfile("data/party_party/00000.gz").read()[:2] != b"\x1f\x8b"


def test_without_a_passphrase_the_keys_stay_at_home(place, home):
    file = place / "open.kaopu"
    refused = kaopu(place / "old", "backup", str(file))
    assert refused.returncode == 2
    assert "keys/vault.json" in refused.stderr
    assert not file.exists()
    done = kaopu(place / "old", "backup", str(file), "--without-keys", "--json")
    assert json.loads(done.stdout)["sealed"] is False
    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert not [name for name in names if name.startswith(("keys/", "files/rejects"))]
    without = kaopu(home, "restore", str(file), "--json")
    assert without.returncode == 2
    assert "--keys" in without.stderr
    other = home.parent / "other.json"
    ring = json.loads((place / "old" / "keys" / "vault.json").read_text())
    other.write_text(json.dumps({**ring, "keys": {"1": ring["index"]}}))
    wrong = restore(home, file, place, "--keys", str(other))
    assert wrong.returncode == 2
    assert "do not open" in wrong.stderr
    assert not home.exists()
    done = restore(home, file, place, "--keys", str(place / "old" / "keys" / "vault.json"))
    assert done.returncode == 0, done.stderr
    assert json.loads(kaopu(home, "book", "verify", "--json").stdout)["audit_ok"] is True


def test_what_is_damaged_or_not_opened_touches_nothing(place, sealed, home):
    other = home.parent / "pass"
    other.write_text("another passphrase\n")
    wrong = kaopu(home, "restore", str(sealed), "--passphrase-file", str(other))
    assert (wrong.returncode, "does not open" in wrong.stderr) == (2, True)
    bad = home.parent / "bad.kaopu"
    content = bytearray(sealed.read_bytes())
    place_of = content.index(b"data/book_event/00000.gz") + 700
    content[place_of] ^= 1
    bad.write_bytes(content)
    damaged = restore(home, bad, place)
    assert (damaged.returncode, "data/book_event/00000.gz is not what was written" in damaged.stderr) == (2, True)
    bad.write_bytes(sealed.read_bytes()[: sealed.stat().st_size // 2])
    cut = restore(home, bad, place)
    assert cut.returncode == 2
    bad.write_bytes(b"not a backup")
    assert "expected a file made by" in restore(home, bad, place).stderr
    assert not home.exists()
    taken = kaopu(place / "old", "backup", str(sealed), "--passphrase-file", str(place / "pass"))
    assert (taken.returncode, "expected a new one" in taken.stderr) == (2, True)


def test_a_killed_restore_says_so_and_is_started_again(place, sealed, home):
    for seconds in (1.2, 2.0, 2.6, 3.0):
        process = subprocess.Popen(
            [*KAOPU, "restore", str(sealed), "--passphrase-file", str(place / "pass")],
            env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (home / "restore-unfinished").exists():
            for words in (("book", "verify"), ("audit", "verify"), ("user", "list")):
                said = kaopu(home, *words)
                assert said.returncode == 2
                assert "has not ended" in said.stderr
        elif home.exists() and (home / "postgres").exists():
            break  # it had come to its end
    if (home / "restore-unfinished").exists() or not home.exists():
        done = restore(home, sealed, place)
        assert done.returncode == 0, done.stderr
    expect_whole(home, place)


def test_a_killed_backup_leaves_no_file(place):
    file = place / "killed.kaopu"
    process = subprocess.Popen(
        [*KAOPU, "backup", str(file), "--passphrase-file", str(place / "pass")],
        env=environment(place / "old"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    process.stderr.readline()  # the first table is written
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not file.exists()
    done = kaopu(place / "old", "backup", str(file), "--passphrase-file", str(place / "pass"))
    assert done.returncode == 0, "what the killed one left does not get in the way"
    assert not file.with_name(f"{file.name}.part").exists()


def test_your_own_postgresql_takes_it_without_a_superuser(place, sealed, home):
    address, name = database.ensure_running(), f"kaopu_restore_{os.getpid()}"
    server = f"host={address.socket_dir} port={address.port} user=postgres dbname=postgres"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        connection.execute(f"CREATE DATABASE {name} OWNER {name}")
    url = f"postgresql://{name}@/{name}?host={address.socket_dir}&port={address.port}"
    try:
        done = restore(home, sealed, place, KAOPU_DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        expect_whole(home, place, KAOPU_DATABASE_URL=url)
        third = home.parent / "third"
        refused = restore(third, sealed, place, KAOPU_DATABASE_URL=url)
        assert refused.returncode == 2
        assert "expected an empty database" in refused.stderr
        assert not (third / "restore-unfinished").exists()
        (third / "restore-unfinished").write_text(json.dumps({"backup": json.loads(done.stdout)["backup"][::-1]}))
        assert restore(third, sealed, place, KAOPU_DATABASE_URL=url).returncode == 2
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute(f"DROP ROLE {name}")
