"""Members of a backup under a passphrase: AES-256-GCM with a key from scrypt, each bound to its name and its backup."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
# RFC 7914; 64 MiB and about 0.2 s a try: a passphrase is guessed offline by whoever finds the file.
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**16, 8, 1
PASSPHRASE_MIN = 12


@dataclass(frozen=True, slots=True)
class Seal:
    """The key of one backup."""

    cipher: AESGCM
    backup_id: str

    def close(self, name: str, content: bytes) -> bytes:
        """`content` sealed for the member `name`: nonce, then sealed text and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, content, self._place(name))

    def open(self, name: str, sealed: bytes) -> bytes:
        """What `close` sealed under this name. Raises `BadInput` under another passphrase, name or backup."""
        try:
            return self.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._place(name))
        except InvalidTag:
            raise BadInput("passphrase: it does not open this backup, or the backup was changed") from None

    def _place(self, name: str) -> bytes:
        return f"{self.backup_id}\0{name}".encode()


def seal(passphrase: str, salt: bytes, backup_id: str) -> Seal:
    """The key that a passphrase gives for one backup."""
    key = Scrypt(salt=salt, length=KEY_BYTES, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.encode())
    return Seal(AESGCM(key), backup_id)


def read_passphrase(path: Path) -> str:
    """The first line of a file. Never an argument: every user of a machine sees the arguments of its processes."""
    try:
        passphrase = path.read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except OSError as problem:
        raise BadInput(f"{path.name}: {problem.strerror}, expected a file with the passphrase") from None
    if len(passphrase) < PASSPHRASE_MIN:
        raise BadInput(f"{path.name}: expected a passphrase of {PASSPHRASE_MIN} characters or more in its first line")
    return passphrase
