"""What is asked before anything is restored: does the passphrase open the file, do the keys open the rows."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from kaopu.kernel import vault
from kaopu.kernel.backup import sealing
from kaopu.kernel.backup.archive import KEYS
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home
from kaopu.kernel.secret_file import replace

if TYPE_CHECKING:
    from pathlib import Path

    from kaopu.kernel.backup.archive import Archive
    from kaopu.kernel.backup.sealing import Seal


def seal_of(archive: Archive, passphrase: str | None) -> Seal | None:
    """The seal of a backup, tried on its key ring. Raises `BadInput` where the passphrase is missing or another."""
    salt = archive.manifest["salt"]
    if salt is None:
        return None
    if passphrase is None:
        raise BadInput("passphrase: none given, expected the one of this backup in --passphrase-file")
    seal = sealing.seal(passphrase, base64.b64decode(salt), archive.manifest["backup"])
    reader = archive.reader()
    try:
        reader.read(KEYS, seal)
    finally:
        reader.close()
    return seal


def ring_of(archive: Archive, seal: Seal | None, keys: Path | None) -> str | None:
    """The text of the key ring that opens the rows; None where the environment gives it. Raises `BadInput` for none."""
    if os.environ.get("KAOPU_VAULT_KEYS"):
        text = os.environ["KAOPU_VAULT_KEYS"]
    elif keys is not None:
        try:
            text = keys.read_text(encoding="utf-8")
        except OSError as problem:
            raise BadInput(f"keys: {keys.name}: {problem.strerror}, expected the key ring of the old home") from None
    elif seal is not None:
        reader = archive.reader()
        text = reader.read(KEYS, seal).decode()
        reader.close()
    else:
        raise BadInput(
            "keys: this backup was made without them; copy keys/vault.json of the old home and name it in --keys"
        )
    backup_id = archive.manifest["backup"]
    try:
        vault.parse(text).open(base64.b64decode(archive.manifest["ring"]), "backup", "ring", backup_id)
    except vault.CannotOpen:
        raise BadInput("keys: they do not open this backup, expected the key ring of the home it was made of") from None
    return None if os.environ.get("KAOPU_VAULT_KEYS") else text


def put_keys(text: str | None) -> None:
    """The key ring into the home, readable by its owner only."""
    if text is not None:
        replace(home() / "keys" / "vault.json", text)
