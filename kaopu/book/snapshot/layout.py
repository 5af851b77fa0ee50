"""Where a snapshot lies: three files, or three folders of buckets in which file k of each holds the same debts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.book.snapshot.faults import file_fault

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

FILES = ("debts", "instalments", "events")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of a snapshot. `buckets` holds (debts, instalments, events), one of each or one per bucket."""

    folder: Path
    buckets: tuple[tuple[Path, Path, Path], ...]
    is_single: bool

    def fingerprint(self, as_of: date, kernel: int) -> str:
        """A name for this input, this day and this kernel: the same name, the same positions.

        Names, sizes and times of change; hashing the content would cost as long as the close.
        """
        text = hashlib.sha256(f"{as_of.isoformat()} {kernel}".encode())
        for bucket in self.buckets:
            for path in bucket:
                facts = path.stat()
                name = path.relative_to(self.folder)
                text.update(f"\n{name} {facts.st_size} {facts.st_mtime_ns} {facts.st_ino}".encode())
        return text.hexdigest()[:16]


def find(folder: Path) -> Snapshot:
    """Look for the files of the snapshot in `folder`. Raises BadInput where one is absent."""
    if not folder.is_dir():
        raise file_fault(folder, "expected a folder with debts, instalments and events")
    single = tuple(folder / f"{name}.parquet" for name in FILES)
    folders = tuple(folder / name for name in FILES)
    for path, parts in zip(single, folders, strict=True):
        if path.is_file() and parts.is_dir():
            raise file_fault(path, f"expected either this file or the folder {parts.name}, not both")
    if all(path.is_file() for path in single):
        return Snapshot(folder, ((single[0], single[1], single[2]),), is_single=True)
    are_files = any(path.is_file() for path in single)
    for path, parts in zip(single, folders, strict=True):
        if are_files and not path.is_file():
            raise file_fault(path, "is absent; expected all three as files, or all three as folders of buckets")
        if not are_files and not parts.is_dir():
            raise file_fault(path, f"is absent; expected it, or a folder {parts.name} with bucket-000.parquet …")
    return Snapshot(folder, _buckets(folders), is_single=False)


def _buckets(folders: tuple[Path, ...]) -> tuple[tuple[Path, Path, Path], ...]:
    names = [sorted(path.name for path in each.glob("bucket-*.parquet")) for each in folders]
    if not names[0]:
        raise file_fault(folders[0] / "bucket-000.parquet", "is absent; expected at least one bucket")
    for each, found in zip(folders[1:], names[1:], strict=True):
        if missing := sorted(set(names[0]) - set(found)):
            raise file_fault(each / missing[0], f"is absent; {folders[0].name} has a bucket of this name")
        if extra := sorted(set(found) - set(names[0])):
            raise file_fault(each / extra[0], f"has no bucket of this name in {folders[0].name}")
    return tuple((folders[0] / name, folders[1] / name, folders[2] / name) for name in names[0])
