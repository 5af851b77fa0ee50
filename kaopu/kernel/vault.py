"""Personal data at rest: AES-GCM under a ring of keys, and blind indexes to find a row by a value it hides.

A ciphertext is `version (1 byte) · key number (4) · nonce (12) · sealed text and tag`. It is bound to its place (table,
column, row): moved to another row it does not open. New text is sealed with the newest key; older keys still open what
they sealed until `kaopu.kernel.actions.rotate_keys` has re-sealed it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home
from kaopu.kernel.secret_file import read_or_create, replace

if TYPE_CHECKING:
    from pathlib import Path

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
HEAD_BYTES = 1 + 4


class CannotOpen(RuntimeError):  # noqa: N818 - what happened, in the vault's words
    """A ciphertext was changed, moved from its row, or sealed with a key that is not on the ring."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Sealing keys by number, the number in use, and the key of blind indexes (which never rotates)."""

    keys: dict[int, AESGCM]
    current: int
    index_key: bytes

    def seal(self, text: str, table: str, column: str, row_id: object) -> bytes:
        """`text` sealed for one place."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self.keys[self.current].encrypt(nonce, text.encode(), place(table, column, row_id))
        return VERSION + self.current.to_bytes(4, "big") + nonce + sealed

    def open(self, ciphertext: bytes, table: str, column: str, row_id: object) -> str:
        """The text behind `ciphertext`. Raises CannotOpen."""
        blob = bytes(ciphertext)
        key = self.keys.get(key_number(blob))
        if key is None:
            raise CannotOpen(f"{table}.{column}: sealed with key {key_number(blob)}, which is not on the ring")
        nonce, sealed = blob[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES], blob[HEAD_BYTES + NONCE_BYTES :]
        try:
            return key.decrypt(nonce, sealed, place(table, column, row_id)).decode()
        except InvalidTag:
            raise CannotOpen(f"{table}.{column}: changed, or moved from another row") from None

    def blind_index(self, kind: str, value: str) -> bytes:
        """32 bytes that are equal for equal normalised values of one kind and say nothing without the key.

        HMAC-SHA-256; `kind` ("phone", "name") keeps the indexes of different columns apart.
        """
        return hmac.digest(self.index_key, f"{kind}\0{normalise(kind, value)}".encode(), hashlib.sha256)


def place(table: str, column: str, row_id: object) -> bytes:
    """The associated data that ties a ciphertext to its row."""
    return f"{table}/{column}/{row_id}".encode()


def key_number(ciphertext: bytes) -> int:
    """Which key sealed it."""
    if ciphertext[:1] != VERSION:
        raise CannotOpen("not a sealed text of this vault")
    return int.from_bytes(ciphertext[1:HEAD_BYTES], "big")


def normalise(kind: str, value: str) -> str:
    """One spelling for one value: full-width forms folded, case and blanks dropped; a phone keeps its digits only.

    A Chinese number is the same with and without its country code (+86, 0086).
    """
    text = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    if kind != "phone":
        return text
    digits = "".join(sign for sign in text if sign.isdigit()).removeprefix("00")
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def ring_text() -> str:
    """The text of the key file, for a copy that is sealed itself. Never print or log it."""
    ring()  # made where it is missing
    return os.environ.get("KAOPU_VAULT_KEYS") or _key_file().read_text(encoding="utf-8").strip()


def ring() -> KeyRing:
    """The key ring: from `KAOPU_VAULT_KEYS` (the text of a key file), else the file under the home, made when missing.

    Read anew when the file changed, so that a running server follows a rotation.
    """
    global _cached  # noqa: PLW0603 - one ring a process
    given = os.environ.get("KAOPU_VAULT_KEYS")
    stamp = given or _stamp(_key_file())
    if _cached is None or stamp is None or _cached[0] != stamp:
        text = given or read_or_create(_key_file(), _fresh_ring)
        _cached = (given or _stamp(_key_file()), parse(text))
    return _cached[1]


def parse(text: str) -> KeyRing:
    """A ring from the JSON of a key file: `{"current": 1, "keys": {"1": base64}, "index": base64}`."""
    try:
        raw = json.loads(text)
        keys = {int(number): base64.b64decode(key, validate=True) for number, key in raw["keys"].items()}
        index_key, current = base64.b64decode(raw["index"], validate=True), int(raw["current"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput('vault keys: expected {"current": n, "keys": {"n": base64}, "index": base64}') from None
    if current not in keys or any(len(key) != KEY_BYTES for key in (*keys.values(), index_key)):
        raise BadInput("vault keys: expected keys of 32 bytes, the current one among them")
    return KeyRing({number: AESGCM(key) for number, key in keys.items()}, current, index_key)


def add_key() -> int:
    """Put a new key on the ring in the file and use it from now on; its number. Old keys stay."""
    if os.environ.get("KAOPU_VAULT_KEYS"):
        raise BadInput("KAOPU_VAULT_KEYS: keys come from the environment; add the new key there")
    raw = json.loads(read_or_create(_key_file(), _fresh_ring))
    number = max(map(int, raw["keys"])) + 1
    raw["keys"][str(number)] = _fresh_key()
    raw["current"] = number
    replace(_key_file(), json.dumps(raw))
    return number


_cached: tuple[object, KeyRing] | None = None


def _key_file() -> Path:
    return home() / "keys" / "vault.json"


def _stamp(path: Path) -> tuple[str, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return str(path), found.st_mtime_ns, found.st_ino


def _fresh_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _fresh_ring() -> str:
    return json.dumps({"current": 1, "keys": {"1": _fresh_key()}, "index": _fresh_key()})
