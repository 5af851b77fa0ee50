"""The file: a tar of compressed parts, its last member a manifest with the length and SHA-256 of each of the others.

A file without a manifest was not finished. Parts of a table are its rows as COPY writes them, under gzip; with a
passphrase every member but the manifest is sealed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kaopu.kernel.backup.sealing import Seal

MANIFEST = "manifest.json"
KEYS = "keys/vault.json"
GZIP = 16 + zlib.MAX_WBITS
FORMAT = 1


@dataclass(slots=True)
class Writer:
    """Writes members one after the other; `finish` makes the file appear under its name, whole or not at all."""

    path: Path
    seal: Seal | None
    made_at: int
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    _tar: tarfile.TarFile | None = None
    _file: Any = None

    def __post_init__(self) -> None:
        if self.path.exists():
            raise BadInput(f"{self.path.name}: there is a file of that name, expected a new one")
        try:
            descriptor = os.open(self._part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        except OSError as problem:
            raise BadInput(f"{self.path.name}: {problem.strerror}, expected a folder that can be written") from None
        self._file = os.fdopen(descriptor, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - finish closes it

    @property
    def _part(self) -> Path:
        return self.path.with_name(f"{self.path.name}.part")

    def add(self, name: str, content: bytes) -> None:
        """One member, sealed where there is a passphrase."""
        kept = self.seal.close(name, content) if self.seal else content
        self.members[name] = {"bytes": len(kept), "sha256": hashlib.sha256(kept).hexdigest()}
        self._append(name, kept)

    def finish(self, manifest: dict[str, Any]) -> int:
        """Write the manifest and give the file its name; its length in bytes."""
        text = json.dumps({"format": FORMAT, **manifest, "members": self.members}, indent=1, sort_keys=True)
        self._append(MANIFEST, text.encode())
        self._tar.close()  # type: ignore[union-attr] - open since the start
        self._file.flush()
        os.fsync(self._file.fileno())
        length = int(self._file.tell())
        self._file.close()
        self._part.rename(self.path)
        return length

    def give_up(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _append(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = len(content), self.made_at, 0o600
        self._tar.addfile(entry, io.BytesIO(content))  # type: ignore[union-attr] - same


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished file and its manifest."""

    path: Path
    manifest: dict[str, Any]

    def names(self, folder: str) -> list[str]:
        """Members below `folder`, in order."""
        return sorted(name for name in self.manifest["members"] if name.startswith(f"{folder}/"))

    def check(self, tell: Callable[[int, int], None]) -> None:
        """Read every member and compare its hash. Raises `BadInput` naming the first that differs or is missing."""
        expected = dict(self.manifest["members"])
        of, done = sum(each["bytes"] for each in expected.values()), 0
        with _opened(self.path) as tar:
            for entry in tar:
                if entry.name == MANIFEST:
                    continue
                known = expected.pop(entry.name, None)
                content = tar.extractfile(entry)
                digest = hashlib.file_digest(content, "sha256").hexdigest() if content and known else ""
                if not known or known["sha256"] != digest:
                    raise BadInput(f"{self.path.name}: {entry.name} is not what was written; this backup is damaged")
                done += known["bytes"]
                tell(done, of)
        if expected:
            raise BadInput(f"{self.path.name}: {min(expected)} is missing; this backup is damaged")

    def reader(self) -> Reader:
        """The file opened for reading members by name."""
        return Reader(_opened(self.path))


@dataclass(frozen=True, slots=True)
class Reader:
    """Members by name."""

    tar: tarfile.TarFile

    def read(self, name: str, seal: Seal | None) -> bytes:
        """One member, opened."""
        content = self.tar.extractfile(name)
        kept = content.read() if content else b""
        return seal.open(name, kept) if seal else kept

    def close(self) -> None:
        """Let go of the file."""
        self.tar.close()


def opened(path: Path) -> Archive:
    """A backup with its manifest read. Raises `BadInput` for anything else."""
    try:
        with _opened(path) as tar:
            content = tar.extractfile(MANIFEST)
            manifest = json.loads(content.read() if content else b"")
    except KeyError:
        raise BadInput(f"{path.name}: it has no manifest; the backup was not finished") from None
    except (tarfile.TarError, ValueError, EOFError):
        raise BadInput(f"{path.name}: expected a file made by `kaopu backup`") from None
    if manifest.get("format") != FORMAT:
        raise BadInput(
            f"{path.name}: format {manifest.get('format')} given, expected {FORMAT}; use the version it is of"
        )
    return Archive(path, manifest)


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, mode="r:")
    except OSError as problem:
        raise BadInput(f"{path.name}: {problem.strerror or problem}, expected a readable file") from None
    except tarfile.TarError:
        raise BadInput(f"{path.name}: expected a file made by `kaopu backup`") from None
