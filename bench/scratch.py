"""Where benchmarks keep their made-up books: outside the repository, thrown away unless KAOPU_BENCH_DIR keeps them."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kaopu.book.snapshot.synthetic import write_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_OF = date(2026, 11, 22)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for files that are not worth keeping; KAOPU_BENCH_DIR names one whose books serve the next run again."""
    kept = os.environ.get("KAOPU_BENCH_DIR")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory(prefix="kaopu-bench-") as folder:
        yield Path(folder)


def snapshot(folder: Path, debts: int, buckets: int) -> Path:
    """The made-up book of this size, written once."""
    book = folder / f"book-{debts}-{buckets}"
    if not (book / "complete").exists():
        write_snapshot(book, debts, buckets, AS_OF)
        (book / "complete").write_text("")
    return book
