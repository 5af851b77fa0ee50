"""A new version of the rulebook: proposed with its difference, agreed to by another person, in force from a day."""

from __future__ import annotations

import difflib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.conduct import rulebooks
from kaopu.conduct.models import RulebookVersion
from kaopu.kernel import audit, events
from kaopu.kernel.actions.propose_change import propose
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

PROPOSAL_KIND = "conduct.rulebook"
DAYS_TO_DECIDE = timedelta(days=14)


def propose_rulebook(
    files: Mapping[str, str], *, effective_from: datetime, actor: str, now: datetime,
    impact: Mapping[str, Any] | None = None,
) -> UUID:  # fmt: skip
    """Propose these TOML files as the rulebook from an instant on; `impact` is what re-judging last month found.

    Raises:
        BadInput: the files are no rulebook (file and place named), it begins in the past, or nothing differs.
    """
    rulebooks.rulebook_of(files)
    if effective_from <= now:
        raise BadInput(f"rulebook: from {effective_from:%Y-%m-%d %H:%M}, expected an instant that is still to come")
    digest, current = rulebooks.digest_of(files), rulebooks.version_at(now)
    if digest == current.digest:
        raise BadInput("rulebook: the same text as the one in force, expected a difference")
    value = {
        "digest": digest, "files": dict(files), "effective_from": effective_from.isoformat(),
        "base": current.digest, "impact": dict(impact or {}),
    }  # fmt: skip
    return propose(
        kind=PROPOSAL_KIND, subject=f"rulebook:{digest[:12]}", value=value, proposer=actor, now=now,
        expires_at=min(now + DAYS_TO_DECIDE, effective_from),
    )  # fmt: skip


def approve_rulebook(value: Mapping[str, Any], *, proposer: str, approver: str, now: datetime) -> RulebookVersion:
    """Keep the version that was agreed to, inside the transaction that spends the agreement.

    Raises:
        BadInput: one person, another text, or the instant it was to begin at has passed.
    """
    if not approver or approver == proposer:
        raise BadInput("rulebook: it was proposed and approved by one person, expected two")
    begins = datetime.fromisoformat(value["effective_from"])
    if begins <= now:
        raise BadInput(f"rulebook: it was to begin at {begins:%Y-%m-%d %H:%M}, which has passed; propose it anew")
    if rulebooks.digest_of(value["files"]) != value["digest"]:
        raise BadInput("rulebook: its digest is not the one proposed")
    with transaction.atomic():
        row = RulebookVersion.objects.create(
            digest=value["digest"], files=value["files"], effective_from=begins, author=proposer, approver=approver,
            recorded_at=now,
        )  # fmt: skip
        audit.record(
            act="conduct.rulebook_approved", subject=f"rulebook:{row.pk}", actor=approver, at=now,
            details={"digest": row.digest, "from": begins.strftime("%Y-%m-%dT%H:%M:%SZ"), "proposer": proposer},
        )  # fmt: skip
        events.emit("conduct.rulebook_approved", {"rulebook": row.pk, "digest": row.digest}, now)
    return row


def difference(new: Mapping[str, str], old: Mapping[str, str]) -> list[str]:
    """Lines that go (-) and come (+), file by file, as a unified diff without context."""
    found: list[str] = []
    for name in sorted({*new, *old}):
        before, after = old.get(name, "").splitlines(), new.get(name, "").splitlines()
        found += difflib.unified_diff(before, after, name, name, lineterm="", n=0)
    return found
