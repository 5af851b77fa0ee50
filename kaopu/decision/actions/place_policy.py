"""Where a version decides: scheduled, rolled back, retired, stopped."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from kaopu.decision.actions.register_policy import add_step
from kaopu.decision.core.assignment import WHOLE, Role
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.models import Placement, Policy, PolicySwitch, PolicyVersion
from kaopu.decision.policy_store import APPROVED, is_stopped, state_of
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

DAY = timedelta(days=1)


def schedule(
    version: PolicyVersion,
    *,
    actor: str,
    now: datetime,
    role: Role = Role.CHAMPION,
    share: int = 0,
    valid_from: date | None = None,
    valid_to: date | None = None,
    replace: bool = False,
) -> Placement:
    """Place an approved version. Days count from midnight UTC; without them those of the manifest, from now at least.

    Args:
        version: approved.
        actor: who places it.
        now: the present instant.
        role: what it does; a shadow is asked and never answers.
        share: basis points of the parties, for a challenger or the hold-out.
        valid_from: the first day; None is the later of now and the manifest's.
        valid_to: the last day; None is the manifest's.
        replace: end the one that now holds this role, open-ended, where this begins.

    Raises:
        BadInput: not approved, in the past, outside the manifest's days, shares above the whole, days that overlap.
    """
    begin, end = _days(version, now, valid_from, valid_to)
    named = f"policy {version.policy.name} {version.number}"
    try:
        with transaction.atomic():
            Policy.objects.select_for_update().get(pk=version.policy_id)
            state = state_of(version)
            if state not in APPROVED:
                raise BadInput(f"{named}: it is {state}, expected approved")
            if replace:
                _counting(version.policy, begin, role).filter(valid_until=None, valid_from__lt=begin).update(
                    valid_until=begin
                )
            if role is Role.CHALLENGER:
                _shares_fit(version.policy, begin, end, share)
            row = Placement.objects.create(
                policy=version.policy, version=version, role=role, share=share, valid_from=begin, valid_until=end,
                placed_by=actor, placed_at=now,
            )  # fmt: skip
            add_step(version, "scheduled", actor, now, {"role": role.value, "share": share, "from": begin.isoformat()})
            events.emit("decision.policy_scheduled", {"policy": version.policy_id, "version": version.number}, now)
    except IntegrityError as refused:
        if "at_a_time" in str(refused):
            raise BadInput(
                f"{named}: its days as {role.value} overlap those of another version, expected none"
            ) from None
        raise BadInput(f"{named}: role {role.value} with share {share}, expected 1 to {WHOLE} basis points for a "
                       "challenger or hold_out and 0 for the others") from None  # fmt: skip
    return row


def roll_back(policy: Policy, *, reason: str, actor: str, now: datetime) -> Placement:
    """The champion before this one decides again, at once. One person may: it was approved when it first came.

    Raises:
        BadInput: there is no champion now, or none before it that still is approved.
    """
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=policy.pk)
        current = _at(policy, now).filter(role=Role.CHAMPION).first()
        if current is None:
            raise BadInput(f"policy {policy.name}: no version is champion, expected one to roll back from")
        earlier = policy.placements.filter(role=Role.CHAMPION, valid_from__lt=current.valid_from)
        ran = (
            row
            for row in earlier.select_related("version").order_by("-valid_from")
            if row.valid_until != row.valid_from
        )
        before = next(
            (r.version for r in ran if r.version_id != current.version_id and state_of(r.version) in APPROVED), None
        )
        if before is None:
            raise BadInput(f"policy {policy.name}: no version was champion before, expected one to roll back to")
        until = current.valid_until
        _end(Placement.objects.filter(pk=current.pk), now)
        row = Placement.objects.create(
            policy=policy, version=before, role=Role.CHAMPION, share=0, valid_from=now, valid_until=until,
            placed_by=actor, placed_at=now,
        )  # fmt: skip
        add_step(before, "scheduled", actor, now, {"rolled_back_from": current.version.number, "reason": reason})
        events.emit("decision.policy_rolled_back", {"policy": policy.pk, "version": before.number}, now)
    return row


def retire(version: PolicyVersion, *, reason: str, actor: str, now: datetime) -> None:
    """End every placement of a version, now and to come; it never comes back under this number."""
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=version.policy_id)
        if state_of(version) == "retired":
            raise BadInput(f"policy {version.policy.name} {version.number}: it is retired already")
        _end(version.placements.all(), now)
        add_step(version, "retired", actor, now, {"reason": reason})
        events.emit("decision.policy_retired", {"policy": version.policy_id, "version": version.number}, now)


def stop_policy(policy: Policy | None, *, reason: str, actor: str, now: datetime) -> PolicySwitch:
    """The kill switch: every decision of this policy (None: of all) is referred from now on."""
    if is_stopped(policy):
        raise BadInput(f"policy {policy or 'all'}: it is stopped already")
    with transaction.atomic():
        audit.record(
            act="decision.policy_stopped", subject=f"policy:{policy.pk if policy else 'all'}", actor=actor, at=now
        )
        events.emit("decision.policy_stopped", {"policy": policy.pk if policy else None}, now)
        return PolicySwitch.objects.create(policy=policy, stopped=True, at=now, by=actor, reason=reason[:120])


def _days(
    version: PolicyVersion, now: datetime, valid_from: date | None, valid_to: date | None
) -> tuple[datetime, datetime | None]:
    manifest = read_policy(version.text, version.policy.name).manifest
    if manifest is None:
        raise BadInput(f"policy {version.policy.name}: the text has no manifest")
    named = f"policy {version.policy.name} {version.number}"
    first = valid_from or max(manifest.valid_from, now.date())
    last = valid_to or manifest.valid_to
    if first < manifest.valid_from or (manifest.valid_to and (last is None or last > manifest.valid_to)):
        raise BadInput(f"{named}: {first} to {last}, expected days from {manifest.valid_from} to {manifest.valid_to}")
    begin = datetime.combine(first, time(), UTC)
    if first < now.date():
        raise BadInput(f"{named}: from {first}, expected a day not in the past: what was decided was decided")
    if last is not None and last < first:
        raise BadInput(f"{named}: {first} to {last}, expected days in order")
    return max(begin, now), None if last is None else datetime.combine(last, time(), UTC) + DAY


def _at(policy: Policy, at: datetime) -> QuerySet[Placement]:
    return policy.placements.filter(valid_from__lte=at).exclude(valid_until__lte=at)


def _counting(policy: Policy, since: datetime, role: Role) -> QuerySet[Placement]:
    return policy.placements.filter(role=role).exclude(valid_until__lte=since)


def _shares_fit(policy: Policy, begin: datetime, end: datetime | None, share: int) -> None:
    rows = _counting(policy, begin, Role.CHALLENGER)
    taken = sum(row.share for row in (rows.filter(valid_from__lt=end) if end else rows))
    if taken + share > WHOLE:
        raise BadInput(f"policy {policy.name}: challengers would share {taken + share}, expected at most {WHOLE}")


def _end(rows: QuerySet[Placement], now: datetime) -> None:
    """What runs ends now; what was to come never begins."""
    for row in rows.exclude(valid_until__lte=now):
        Placement.objects.filter(pk=row.pk).update(valid_until=max(row.valid_from, now))
