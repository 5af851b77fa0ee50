"""Queries that turn rows of policies and decisions into core values and back."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from kaopu.decision.core.assignment import Placed, Role
from kaopu.decision.models import Decision, Placement
from kaopu.kernel import vault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

TABLE, COLUMN = "decision_taken", "record_sealed"
STANDING = """
SELECT policy.id, switch.stopped, version.id, version.number, version.digest, placement.role, placement.share
FROM decision_policy policy
LEFT JOIN LATERAL (
    SELECT bool_or(last.stopped) AS stopped FROM (
        (SELECT stopped FROM decision_policy_switch WHERE policy_id = policy.id AND at <= %(at)s
         ORDER BY id DESC LIMIT 1)
        UNION ALL
        (SELECT stopped FROM decision_policy_switch WHERE policy_id IS NULL AND at <= %(at)s ORDER BY id DESC LIMIT 1)
    ) last
) switch ON true
LEFT JOIN decision_policy_placement placement ON placement.policy_id = policy.id
    AND placement.valid_from <= %(at)s AND (placement.valid_until IS NULL OR placement.valid_until > %(at)s)
LEFT JOIN decision_policy_version version ON version.id = placement.version_id
WHERE policy.name = %(name)s ORDER BY placement.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy at an instant. `policy_id` None: nobody knows the name."""

    policy_id: int | None
    stopped: bool
    placed: tuple[Placed, ...]


def standing(name: str, at: datetime) -> Standing:
    """What decides under a name at an instant, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"name": name, "at": at})
        rows = cursor.fetchall()
    if not rows:
        return Standing(None, stopped=False, placed=())
    placed = tuple(Placed(row[2], row[3], row[4], Role(row[5]), row[6]) for row in rows if row[2] is not None)
    return Standing(rows[0][0], bool(rows[0][1]), placed)


def why_nobody(policy_id: int, at: datetime) -> str:
    """Why a known policy has no champion at an instant."""
    days = Placement.objects.filter(policy_id=policy_id, role=Role.CHAMPION)
    if days.filter(valid_from__gt=at).exists() and not days.filter(valid_from__lte=at).exists():
        return "policy_not_yet_valid"
    return "policy_no_longer_valid" if days.exists() else "policy_not_live"


def seal_record(identifier: UUID, record: Mapping[str, Any]) -> bytes:
    """Input, output and trace under the vault, packed before: what is sealed no database makes smaller."""
    packed = zlib.compress(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass"), level=1)
    return vault.ring().seal(b64encode(packed).decode("ascii"), TABLE, COLUMN, identifier)


def open_record(row: Decision) -> dict[str, Any]:
    """What was sealed: `input`, `output`, `trace`, `shadows`."""
    packed = b64decode(vault.ring().open(bytes(row.record_sealed), TABLE, COLUMN, row.pk))
    opened: dict[str, Any] = json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))
    return opened
