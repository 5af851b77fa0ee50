"""The two keys of a party: made when first needed, sealed by the ring, destroyed to erase."""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from kaopu.kernel import vault
from kaopu.party.models import PartyKey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kaopu.party.core.records import Scope

TABLE, COLUMN = "party_key", "key_sealed"
VERSION = b"\x02"  # sealed by a key of a party; what the ring seals begins with 1


class KeyDestroyed(RuntimeError):  # noqa: N818 - what happened, in the vault's words
    """The party is erased: what this key sealed is gone."""


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key of one party, ready to seal and open what is bound to one place."""

    key: AESGCM

    def seal(self, text: str, table: str, column: str, row_id: object) -> bytes:
        """`version (1 byte) · nonce (12) · sealed text and tag`."""
        nonce = os.urandom(vault.NONCE_BYTES)
        return VERSION + nonce + self.key.encrypt(nonce, text.encode(), vault.place(table, column, row_id))

    def open(self, ciphertext: bytes, table: str, column: str, row_id: object) -> str:
        """The text behind `ciphertext`. Raises CannotOpen."""
        blob = bytes(ciphertext)
        if blob[:1] != VERSION:
            raise vault.CannotOpen(f"{table}.{column}: not sealed by the key of a party")
        nonce, sealed = blob[1 : 1 + vault.NONCE_BYTES], blob[1 + vault.NONCE_BYTES :]
        try:
            return self.key.decrypt(nonce, sealed, vault.place(table, column, row_id)).decode()
        except InvalidTag:
            raise vault.CannotOpen(f"{table}.{column}: changed, or moved from another row") from None


def for_sealing(party_id: int, scope: Scope, now: datetime) -> OpenKey:
    """The party's key, made where there is none yet; locked against destruction until the transaction ends.

    Raises KeyDestroyed for an erased party.
    """
    return for_sealing_many([party_id], scope, now)[party_id]


def for_sealing_many(party_ids: Iterable[int], scope: Scope, now: datetime) -> dict[int, OpenKey]:
    """The keys of several parties in two or three statements."""
    wanted = {f"{party_id}:{scope}": party_id for party_id in sorted(party_ids)}
    known = set(PartyKey.objects.filter(pk__in=list(wanted)).values_list("pk", flat=True))
    fresh = [_fresh(key_id, party_id, scope, now) for key_id, party_id in wanted.items() if key_id not in known]
    PartyKey.objects.bulk_create(fresh, ignore_conflicts=True)  # of two who make it at once, one key stays
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, key_sealed FROM party_key WHERE id = ANY(%s) FOR SHARE", [list(wanted)])
        found = dict(cursor.fetchall())
    return {party_id: _opened(key_id, found.get(key_id)) for key_id, party_id in wanted.items()}


def _fresh(key_id: str, party_id: int, scope: Scope, now: datetime) -> PartyKey:
    text = base64.b64encode(secrets.token_bytes(vault.KEY_BYTES)).decode()
    sealed = vault.ring().seal(text, TABLE, COLUMN, key_id)
    return PartyKey(pk=key_id, party_id=party_id, scope=str(scope), key_sealed=sealed, made_at=now)


def for_opening(party_id: int, scope: Scope) -> OpenKey:
    """The party's key. Raises KeyDestroyed where it is gone."""
    return for_opening_many([party_id], scope)[party_id]


def for_opening_many(party_ids: Iterable[int], scope: Scope) -> dict[int, OpenKey]:
    """The keys of several parties in one query. Raises KeyDestroyed where one is gone."""
    wanted = {f"{party_id}:{scope}": party_id for party_id in party_ids}
    found = dict(PartyKey.objects.filter(pk__in=list(wanted)).values_list("pk", "key_sealed"))
    return {party_id: _opened(key_id, found.get(key_id)) for key_id, party_id in wanted.items()}


def destroy(party_id: int, scope: Scope, now: datetime) -> bool:
    """Destroy the key for ever; whether there was one. A destroyed row stays, so that no new key is made."""
    key_id = f"{party_id}:{scope}"
    row = PartyKey(pk=key_id, party_id=party_id, scope=str(scope), key_sealed=None, made_at=now, destroyed_at=now)
    PartyKey.objects.bulk_create([row], ignore_conflicts=True)
    found = PartyKey.objects.filter(pk=key_id, destroyed_at=None)
    return found.update(key_sealed=None, destroyed_at=now) > 0


def take_ids(table: str, count: int) -> list[int]:
    """Ids first: a ciphertext is bound to the id of its row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [number for (number,) in cursor.fetchall()]


def _opened(key_id: str, sealed: bytes | None) -> OpenKey:
    if sealed is None:
        raise KeyDestroyed(f"party {key_id}: its key is destroyed or was never made")
    return OpenKey(AESGCM(base64.b64decode(vault.ring().open(sealed, TABLE, COLUMN, key_id))))
