"""Judge a typed code under the lock of its row: five tries, ten minutes, once."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts.actions.send_code import address_of
from kaopu.contacts.core import one_time_code
from kaopu.contacts.core.one_time_code import CodePurpose, CodeState, Verdict
from kaopu.contacts.models import OneTimeCode
from kaopu.kernel import vault

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kaopu.contacts.models import Link


@dataclass(frozen=True, slots=True)
class TypedCode:
    """What a person typed, for the code that was sent under `ticket`."""

    code_id: UUID
    ticket: str
    typed: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The code was right: this address reaches the person."""

    address: str
    code_id: UUID


def judge_code(link: Link, purpose: CodePurpose, code: TypedCode, *, now: datetime) -> Confirmed | Verdict:
    """Use the code up if it is right, count the try if it is wrong. The count stays, whatever the caller does next."""
    address = address_of(code.code_id, code.ticket)
    if address is None:
        return Verdict.NO_SUCH_CODE
    with transaction.atomic():
        row = OneTimeCode.objects.select_for_update().filter(pk=code.code_id, link=link, purpose=purpose).first()
        verdict = one_time_code.judge(_state(row), now, matches=row is not None and _matches(row, code.typed))
        if row is not None and verdict in {Verdict.RIGHT, Verdict.WRONG}:
            row.used_at = now if verdict == Verdict.RIGHT else None
            row.tries += verdict == Verdict.WRONG
            row.save(update_fields=["used_at", "tries"])
    return Confirmed(address, code.code_id) if verdict == Verdict.RIGHT else verdict


def _state(row: OneTimeCode | None) -> CodeState | None:
    return CodeState(row.made_at, row.tries, row.used_at) if row else None


def _matches(row: OneTimeCode, typed: str) -> bool:
    proof = one_time_code.verifier(vault.ring().index_key, row.pk, one_time_code.read_code(typed))
    return hmac.compare_digest(proof, bytes(row.verifier))
