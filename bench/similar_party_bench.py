"""One new person looked for among a million made-up ones in PostgreSQL: keys, candidates opened, judged.

Half of the persons asked for are known (with a slip in the number and a new phone), half are not.
"""

from __future__ import annotations

import base64
import json
import os
import random
import secrets
import statistics
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.party.core.person_record import PersonRecord

PERSONS = int(os.environ.get("KAOPU_BENCH_PERSONS", "1000000"))
ASKED, TARGET_P99_MS = 1_000, 20.0
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红"


def run() -> dict[str, Any]:
    """Milliseconds of one look, its wrong and missed answers, and seconds to fill the tables."""
    from kaopu.kernel.boot import boot
    from kaopu.kernel.database import running_database

    boot()
    with running_database():
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        began = time.perf_counter()
        _fill()
        filled = time.perf_counter() - began
        return {"persons": PERSONS, "fill_seconds": round(filled, 1), **_asked()}


def person(number: int) -> dict[str, str]:
    """The made-up person of a number: always the same."""
    draw = random.Random(number)
    born = f"{draw.randint(1950, 2006)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"
    town = draw.randint(1, 340)
    return {
        "surname": draw.choice(SURNAMES), "given_name": draw.choice(GIVEN) + draw.choice(GIVEN), "birth_date": born,
        "id_number": _number(f"{110100 + draw.randint(1, 999)}{born}{draw.randint(0, 999):03d}"),
        "phone": f"1{draw.choice('35789')}{draw.randint(0, 999_999_999):09d}", "suburb": f"区{town}",
        "street": f"路{draw.randint(1, 900)}号{draw.randint(1, 400)}室",
        "postcode": f"{town * 1000 + draw.randint(0, 90):06d}",
    }  # fmt: skip


def _number(first_17: str) -> str:
    from kaopu.party.core.resident_id import check_character

    return first_17 + check_character(first_17).casefold()


def _fill() -> None:
    from django.db import connection

    from kaopu.party.core.person_record import person_record
    from kaopu.party.store.linkage_rows import blind_keys

    parties = ("party_party (id, kind, source, created_at)", ["int8", "varchar", "varchar", "timestamptz"])
    _copy(*parties, ((n, "person", "", NOW) for n in range(1, PERSONS + 1)))
    records = ((n, person_record(person(n))) for n in range(1, PERSONS + 1))
    _copy_sealed(records)
    _copy(
        "party_linkage_key (key, party_id)",
        ["bytea", "int8"],
        ((key, n) for n in range(1, PERSONS + 1) for key in blind_keys(person_record(person(n)))),
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE party_linkage; ANALYZE party_linkage_key; ANALYZE party_key; ANALYZE party_party")


def _copy_sealed(records: Iterator[tuple[int, PersonRecord]]) -> None:
    """Keys of parties and records under them, as `linkage_rows.write` makes them."""
    from kaopu.kernel import vault
    from kaopu.party.store import keys
    from kaopu.party.store.linkage_rows import COLUMN, TABLE

    ring, sealed, held = vault.ring(), [], []
    for number, record in records:
        key_id, fresh = f"{number}:ordinary", secrets.token_bytes(vault.KEY_BYTES)
        text = base64.b64encode(fresh).decode()
        held.append((key_id, number, "ordinary", ring.seal(text, keys.TABLE, keys.COLUMN, key_id), NOW))
        fields = {name: value for name, value in asdict(record).items() if value is not None}
        said = json.dumps(fields, ensure_ascii=False)
        sealed.append((number, keys.OpenKey(keys.AESGCM(fresh)).seal(said, TABLE, COLUMN, number), NOW))
    types = ["varchar", "int8", "varchar", "bytea", "timestamptz"]
    _copy("party_key (id, party_id, scope, key_sealed, made_at)", types, iter(held))
    _copy("party_linkage (party_id, record_sealed, recorded_at)", ["int8", "bytea", "timestamptz"], iter(sealed))


def _copy(into: str, types: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    from django.db import connection, transaction

    statement = f"COPY {into} FROM STDIN (FORMAT BINARY)"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _asked() -> dict[str, Any]:
    from kaopu.party.actions.find_similar import find_similar
    from kaopu.party.core.person_record import person_record

    draw, took, missed, wrong = random.Random(1), [], 0, 0
    for turn in range(ASKED + 50):
        known = draw.randint(1, PERSONS) if turn % 2 else PERSONS + turn
        raw = person(known)
        if turn % 2:
            raw |= {"phone": f"199{draw.randint(0, 99_999_999):08d}", "id_number": _slipped(raw["id_number"], draw)}
        began = time.perf_counter()
        found = find_similar(person_record(raw))
        if turn < 50:
            continue  # plans and pages warm up
        took.append((time.perf_counter() - began) * 1000)
        ids = {similar.party_id for similar in found}
        missed += bool(turn % 2) and known not in ids
        wrong += len(ids - {known})
    took.sort()
    p99 = took[int(len(took) * 0.99)]
    return {
        "asked": len(took), "p50_ms": round(statistics.median(took), 2), "p99_ms": round(p99, 2),
        "worst_ms": round(took[-1], 2), "missed": missed, "wrong": wrong, "p99_limit_ms": TARGET_P99_MS,
        "load_average": round(os.getloadavg()[0], 2), "met": p99 <= TARGET_P99_MS,
    }  # fmt: skip


def _slipped(number: str, draw: random.Random) -> str:
    place = draw.randrange(17)
    return number[:place] + str((int(number[place]) + draw.randint(1, 9)) % 10) + number[place + 1 :]
