"""Reaching contacts in a jurisdiction: one person turns it off at once, two turn it on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.conduct.models import JURISDICTIONS, OutreachSwitch
from kaopu.conduct.store import switched_on
from kaopu.kernel import audit, events
from kaopu.kernel.actions.propose_change import propose
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

PROPOSAL_KIND = "conduct.outreach_switch"
DAYS_TO_DECIDE = timedelta(days=14)


def propose_switch_on(jurisdiction: str, *, reason: str, actor: str, now: datetime) -> UUID:
    """Ask a second person to let contacts be reached in a jurisdiction. Raises `BadInput` where it is on already."""
    _check(jurisdiction)
    if jurisdiction in switched_on(now):
        raise BadInput(f"outreach {jurisdiction}: it is on already")
    return propose(
        kind=PROPOSAL_KIND, subject=f"outreach:{jurisdiction}",
        value={"jurisdiction": jurisdiction, "reason": reason[:120]}, proposer=actor, now=now,
        expires_at=now + DAYS_TO_DECIDE,
    )  # fmt: skip


def switch_on(value: Mapping[str, Any], *, proposer: str, approver: str, now: datetime) -> OutreachSwitch:
    """Carry out what a second person agreed to, inside the transaction that spends the agreement.

    Raises:
        BadInput: proposer and approver are one person.
    """
    if not approver or proposer == approver:
        raise BadInput("outreach: turning it on was proposed and approved by one person, expected two")
    return _write(value["jurisdiction"], on=True, by=proposer, approver=approver, reason=value["reason"], now=now)


def switch_off(jurisdiction: str, *, reason: str, actor: str, now: datetime) -> OutreachSwitch:
    """No contact is reached there any more, at once; permits that are out are refused when they are used."""
    _check(jurisdiction)
    return _write(jurisdiction, on=False, by=actor, approver="", reason=reason[:120], now=now)


def _write(jurisdiction: str, *, on: bool, by: str, approver: str, reason: str, now: datetime) -> OutreachSwitch:
    with transaction.atomic():
        row = OutreachSwitch.objects.create(
            jurisdiction=jurisdiction, on=on, at=now, by=by, approver=approver, reason=reason
        )
        act = f"conduct.outreach_{'on' if on else 'off'}"
        audit.record(
            act=act, subject=f"outreach:{jurisdiction}", actor=approver or by, at=now, details={"proposer": by}
        )
        events.emit(act, {"jurisdiction": jurisdiction}, now)
    return row


def _check(jurisdiction: str) -> None:
    if jurisdiction not in JURISDICTIONS:
        raise BadInput(f"outreach: {jurisdiction} given, expected one of {', '.join(JURISDICTIONS)}")
