"""Where a close writes: `positions/as_of=DAY/` with a file a bucket and a manifest, complete or not there at all.

A close works in a hidden folder named for its inputs. A finished file is renamed inside it, so what is there under its
final name is complete and a later close of the same inputs goes on from it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.book.snapshot import swap
from kaopu.book.snapshot.faults import file_fault

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class ResultFolder:
    """The folder of one as-of day below `out`, and where it is built."""

    out: Path
    as_of: date
    fingerprint: str

    @property
    def place(self) -> Path:
        """Where readers find the result."""
        return place_of(self.out, self.as_of)

    @property
    def work(self) -> Path:
        """Where it is built. The name holds the fingerprint of the inputs."""
        return self.place.with_name(f".{self.place.name}.work-{self.fingerprint}")

    @property
    def finished(self) -> Path:
        """The complete new result, just before it takes its place."""
        return self.place.with_name(f".{self.place.name}.finished-{self.fingerprint}")

    @property
    def lock(self) -> Path:
        """Held by the close that works on this day."""
        return self.place.with_name(f".{self.place.name}.lock")

    def bucket(self, number: int) -> Path:
        """A finished file of the folder in work."""
        return self.work / bucket_name(number)

    def begin(self) -> None:
        """Clear what killed closes left, and keep the work of one with the same inputs."""
        if self.place.exists() and not self.place.is_dir():
            raise file_fault(self.place, "expected a folder or nothing")
        waiting = sorted(self.place.parent.glob(f".{self.place.name}.finished-*"))
        for each in waiting[1:]:
            shutil.rmtree(each)
        swap.recover(waiting[0] if waiting else None, self.place)
        for each in self.place.parent.glob(f".{self.place.name}.work-*"):
            if each != self.work:
                shutil.rmtree(each)
        self.work.mkdir(exist_ok=True)
        for each in self.work.glob("*.part"):
            each.unlink()

    def finish(self, manifest: dict[str, Any], *, durable: bool) -> None:
        """Write the manifest and put the result in place, in one step. `durable` waits for the disk before it."""
        path = self.work / MANIFEST
        path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        if durable:
            for each in (*self.work.iterdir(), self.work):
                _to_disk(each)
        self.work.rename(self.finished)
        swap.put_in_place(self.finished, self.place)
        if durable:
            _to_disk(self.place.parent)

    def give_up(self) -> None:
        """Leave nothing of a close whose input is bad."""
        shutil.rmtree(self.work, ignore_errors=True)


def place_of(out: Path, as_of: date) -> Path:
    """The folder of the positions of a day."""
    return out / "positions" / f"as_of={as_of.isoformat()}"


def bucket_name(number: int) -> str:
    """The file of a part."""
    return f"bucket-{number:03d}.parquet"


def read_manifest(place: Path) -> dict[str, Any]:
    """The manifest of a finished result. Raises BadInput where it is absent or a file is not as it says."""
    path = place / MANIFEST
    if not path.is_file():
        raise file_fault(path, "is absent; expected the result of a finished close")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for each in manifest["buckets"]:
        file = place / each["file"]
        if not file.is_file() or file.stat().st_size != each["bytes"]:
            raise file_fault(file, f"expected {each['bytes']} bytes, as the manifest says; close the day again")
    return manifest


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
