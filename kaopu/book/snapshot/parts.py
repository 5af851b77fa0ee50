"""A snapshot cut into parts that can be closed one by one: its buckets, or ranges of debts of three single files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kaopu.book.snapshot.layout import FILES, Snapshot
from kaopu.book.snapshot.parquet_file import open_file
from kaopu.book.snapshot.ranges import ranges
from kaopu.book.snapshot.slab import Slab

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Part(Protocol):
    """Debts with all their instalments and events."""

    def rows(self, name: str, columns: list[str] | None = None) -> Slab:
        """The rows of `debts`, `instalments` or `events`, whole or some columns."""
        ...

    def names(self, name: str) -> list[str]:
        """The columns of that file, documented or not."""
        ...

    def release(self) -> None:
        """The part is finished, or will not be read: what it alone kept in memory may go."""
        ...


class Bucket:
    """File k of each folder."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = dict(zip(FILES, paths, strict=True))

    def rows(self, name: str, columns: list[str] | None = None) -> Slab:
        """All rows of the file; its columns are checked on the way."""
        file = open_file(name, self._paths[name])
        return Slab(file.path, 0, file.columns, file.read(columns=columns))

    def names(self, name: str) -> list[str]:
        """The columns of that file, documented or not."""
        return list(open_file(name, self._paths[name]).metadata.schema.names)

    def release(self) -> None:
        """Nothing is kept."""


def parts_of(snapshot: Snapshot) -> list[Part]:
    """The parts in their order."""
    if snapshot.is_single:
        files = {name: open_file(name, path) for name, path in zip(FILES, snapshot.buckets[0], strict=True)}
        return list(ranges(files))
    return [Bucket(paths) for paths in snapshot.buckets]
