"""Parties: sealed, found by whole values, masked, revealed for a written reason, and brought in by the thousand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from kaopu.kernel import database, vault
from kaopu.kernel.models import AuditRow
from kaopu.party import store
from kaopu.party.actions import show_party
from kaopu.party.actions.create_party import create_parties, create_party
from kaopu.party.core.party import Kind, NewParty, RevealReason, mask_name, mask_phone
from kaopu.party.models import Party

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WANG = NewParty(name="王小明", phone="138 1234 5678")
KAOPU = Path(sys.executable).with_name("kaopu")


@pytest.mark.django_db
def test_a_party_is_found_by_its_whole_phone_or_name_and_shown_masked():
    party_id = create_party(WANG, actor="staff:1", now=NOW)
    for wanted in ({"phone": "+8613812345678"}, {"name": " 王小明"}, {"phone": "13812345678", "name": "王小明"}):
        (found,) = store.find(**wanted)
        assert (found.id, found.name, found.phone, found.masked) == (party_id, "王**", "138******5678", True)
    assert store.find(phone="1381234567") == store.find(name="王小") == []


@pytest.mark.django_db
def test_the_row_shows_neither_name_nor_phone():
    party_id = create_party(WANG, actor="staff:1", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM party_party p WHERE id = %s", [party_id])
        text = cursor.fetchone()[0]
    assert not any(hidden in text for hidden in ("王小明", "王小明".encode().hex(), "5678", b"5678".hex()))


@pytest.mark.django_db
def test_to_reveal_is_to_leave_a_trace():
    party_id = create_party(WANG, actor="staff:1", now=NOW)
    assert show_party.show_masked(party_id).name == "王**"
    shown = show_party.reveal(party_id, reason=RevealReason.DISPUTE, actor="staff:2", now=NOW)
    assert (shown.name, shown.phone, shown.masked) == ("王小明", "138 1234 5678", False)
    row = AuditRow.objects.get(act="party.revealed")
    assert (row.subject, row.actor, row.details) == (f"party:{party_id}", "staff:2", {"reason": "dispute"})


@pytest.mark.django_db
def test_a_party_that_is_not_there():
    assert show_party.show_masked(10**12) is show_party.Refusal.NO_SUCH_PARTY
    assert (
        show_party.reveal(10**12, reason=RevealReason.DISPUTE, actor="s", now=NOW) is show_party.Refusal.NO_SUCH_PARTY
    )
    assert not AuditRow.objects.exists()


@pytest.mark.django_db
def test_an_anonymised_book_brings_external_ids_only_and_each_once():
    parties = [NewParty(source="berka", external_id=str(n)) for n in range(3)]
    ids = create_parties(parties, actor="staff:1", now=NOW, batch="b1")
    assert store.by_external_id("berka", ["0", "2", "9"]) == {"0": ids[0], "2": ids[2]}
    assert AuditRow.objects.get().details == {"count": 3, "first": ids[0], "last": ids[-1]}
    with pytest.raises(IntegrityError, match="party_external_id"), transaction.atomic():
        create_parties(parties[:1], actor="staff:1", now=NOW, batch="b2")
    assert create_parties([], actor="staff:1", now=NOW, batch="b3") == []


@pytest.mark.django_db
def test_a_whole_book_of_parties_comes_in_within_seconds():
    parties = [
        NewParty(kind=Kind.PERSON, name=f"借款人{n}", phone=f"139{n:08}", source="s", external_id=str(n))
        for n in range(20_000)
    ]
    started = time.perf_counter()
    ids = create_parties(parties, actor="staff:1", now=NOW, batch="b")
    elapsed = time.perf_counter() - started
    assert Party.objects.count() == len(ids) == 20_000
    assert store.find(phone="13900012345")[0].id == ids[12_345]
    assert elapsed < 6  # 120,000 in a few seconds; a loaded machine gets some air


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("02012345", "0*****45"),
        ("12345", "*****"),
        ("+8613812345678", "+86*******5678"),
    ],
)
def test_a_masked_phone_keeps_what_tells_two_apart_for_its_owner(phone, shown):
    assert mask_phone(phone) == shown


def test_a_masked_name_keeps_the_first_character():
    assert (mask_name("王小明"), mask_name("李"), mask_name("")) == ("王**", "李*", "*")


def kaopu(*arguments, url=""):
    return subprocess.run(
        [KAOPU, *arguments], env={**os.environ, "KAOPU_DATABASE_URL": url}, capture_output=True, text=True, check=False
    )


@pytest.mark.django_db(transaction=True)
def test_the_commands_find_show_and_reveal():
    party_id = create_party(WANG, actor="staff:1", now=NOW)
    url = _url()
    found = kaopu("party", "find", "--phone", "13812345678", "--json", url=url)
    assert (found.returncode, json.loads(found.stdout)["parties"][0]["id"]) == (0, party_id)
    masked = kaopu("party", "show", str(party_id), "--json", url=url)
    assert json.loads(masked.stdout)["name"] == "王**"
    refused = kaopu("party", "show", str(party_id), "--reveal", "--json", url=url)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--reason" in refused.stderr
    shown = kaopu("party", "show", str(party_id), "--reveal", "--reason", "dispute", "--json", url=url)
    assert json.loads(shown.stdout)["name"] == "王小明"
    assert kaopu("party", "show", "999999999", "--json", url=url).returncode == 2
    verdict = kaopu("audit", "verify", "--json", url=url)
    assert (verdict.returncode, json.loads(verdict.stdout)["unsealed"]) == (0, 2)
    assert json.loads(kaopu("audit", "seal", "--json", url=url).stdout) == {"sealed": 2}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE kernel_audit SET actor = 'staff:9' WHERE sequence = 2")
        cursor.execute("SET session_replication_role = origin")
    broken = kaopu("audit", "verify", "--json", url=url)
    assert (broken.returncode, json.loads(broken.stdout)["first_broken"]["sequence"]) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_the_vault_command_changes_the_key_and_parties_still_open():
    party_id = create_party(WANG, actor="staff:1", now=NOW)
    before = vault.ring().current
    rotated = json.loads(kaopu("vault", "rotate", "--json", url=_url()).stdout)
    assert rotated == {"key": before + 1, "values": 2}
    # This process learns of the new key from the file, without a restart.
    assert vault.ring().current == before + 1
    assert store.find(phone="13812345678")[0].id == party_id


def test_the_party_command_starts_without_numba_and_in_half_a_second():
    script = "import sys, kaopu.party.commands; sys.exit('numba' in sys.modules or 'django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    assert kaopu("party", "--help").returncode == 0  # the first start writes byte code
    best = min(_seconds("party", "--help") for _ in range(5))
    assert best <= 0.5


def test_models_and_stores_load_without_numba():
    script = "import sys; from kaopu.kernel.boot import boot; boot(); import kaopu.party.store; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def _seconds(*arguments):
    started = time.perf_counter()
    kaopu(*arguments)
    return time.perf_counter() - started


def _url():
    settings = connection.settings_dict
    if settings["ENGINE"] != "kaopu.kernel.embedded":
        return os.environ["KAOPU_DATABASE_URL"]
    address = database.ensure_running()
    return f"postgresql://postgres@/{settings['NAME']}?host={address.socket_dir}&port={address.port}"
