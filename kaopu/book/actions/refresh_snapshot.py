"""Bring the snapshot, the book as Parquet files, up to what PostgreSQL holds: only buckets with something new."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from kaopu.book import arrow_store
from kaopu.kernel import database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FORMAT = 3  # of the files; another number means that all are written anew
TABLES = ("debts", "instalments", "events")
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The snapshot's folder, the state of the database that it holds, and how much was written."""

    folder: Path
    watermark: int
    fingerprint: str
    buckets: int
    rewritten: int
    seconds: float


def snapshot_folder() -> Path:
    """Where the snapshot of this home is."""
    return database.home() / "snapshot"


def refresh_snapshot(
    folder: Path | None = None, progress: Callable[[int, int], None] | None = None, *, full: bool = False
) -> Refreshed:
    """Rewrite the buckets that changed since the last refresh; all of them at first, or where `full` asks for it.

    Killed in between, the next refresh writes the same buckets again: what it had seen is noted last.
    `progress(done, of)` counts buckets.
    """
    folder = folder or snapshot_folder()
    with held(folder):
        return refresh_held(folder, progress, full=full)


def refresh_held(folder: Path, progress: Callable[[int, int], None] | None = None, *, full: bool = False) -> Refreshed:
    """The same for a caller that holds the folder and goes on working with it."""
    started = perf_counter()
    with arrow_store.reading() as reader:
        known, state = _manifest(folder), reader.state
        whole = full or not _continues(known, state)
        stale = reader.all_buckets() if whole else reader.changed_buckets(known["watermark"])
        for done, number in enumerate(stale):
            if progress:
                progress(done, len(stale))
            _write(folder, number, reader.bucket(number))
        buckets = sorted(set(stale) if whole else {*known["buckets"], *stale})
        _drop_others(folder, buckets)
        manifest = {"format": FORMAT, **asdict(state), "buckets": buckets}
        _replace(folder / MANIFEST, json.dumps(manifest).encode())
    fingerprint = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    return Refreshed(folder, state.watermark, fingerprint, len(buckets), len(stale), perf_counter() - started)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """One process at a time works on a snapshot; the hold ends with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "in-use", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def bucket_name(number: int) -> str:
    """The file name of a bucket."""
    return f"bucket-{number:05d}.parquet"


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}


def _continues(known: dict[str, Any], state: arrow_store.State) -> bool:
    """Whether what the manifest saw was this database, earlier, with nothing taken out since."""
    return (
        known.get("format") == FORMAT
        and known["identity"] == state.identity
        and known["undone"] == state.undone
        and known["watermark"] <= state.watermark
    )


def _write(folder: Path, number: int, bucket: arrow_store.Bucket) -> None:
    for table in TABLES:
        (folder / table).mkdir(exist_ok=True)
        path = folder / table / bucket_name(number)
        part = path.with_suffix(".part")
        pq.write_table(getattr(bucket, table), part)
        part.replace(path)


def _drop_others(folder: Path, buckets: list[int]) -> None:
    names = {bucket_name(number) for number in buckets}
    for table in TABLES:
        (folder / table).mkdir(exist_ok=True)
        for path in (folder / table).iterdir():
            if path.name not in names:
                path.unlink()


def _replace(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
