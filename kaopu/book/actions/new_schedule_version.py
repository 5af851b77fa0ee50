"""The schedule version that an event would bring, planned from the one in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.book import store
from kaopu.book.actions.event_request import Refusal
from kaopu.book.core import new_version, terms_json
from kaopu.book.core.new_version import Agreed, Effect
from kaopu.book.core.schedule import Row
from kaopu.book.models import Event, ScheduleVersion
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kaopu.book.models import Debt

MOVE_INSTALMENTS = ("extension", "acceleration")


@dataclass(frozen=True, slots=True)
class NewVersion:
    """Rows of a whole schedule version, and the terms (as JSON) they were built from."""

    rows: tuple[Row, ...]
    terms: dict[str, Any]
    seq_offset: int


def agreed_on(debt: Debt, on: date, principal_not_due: int) -> Agreed | Refusal:
    """The version in force, if a new one can be planned on it: nothing after it, nothing paid ahead, nothing moved.

    `principal_not_due`: what the position says is still to fall due after the day.
    """
    gone = store.reversed_events(Event.objects.filter(debt=debt, reverses__isnull=False))
    later = ScheduleVersion.objects.filter(debt=debt, from_on__gt=on)
    if any(row.cause_event_id not in gone for row in later):
        return Refusal.LATER_SCHEDULE_VERSION
    moved = Event.objects.filter(debt=debt, kind__in=MOVE_INSTALMENTS).values_list("event_id", flat=True)
    if any(event_id not in gone for event_id in moved):
        return Refusal.INSTALMENTS_MOVED
    version = store.version_in_force(debt.debt_id, on)
    if version is None or version.terms is None:
        return Refusal.TERMS_NOT_KNOWN
    agreed = Agreed(
        terms=terms_json.from_json(version.terms),
        rows=tuple(Row(*row, total=0, outstanding=0) for row in _columns(version)),
        from_on=version.from_on,
        seq_offset=version.seq_offset,
        rates=store.reference_rates(),
    )
    if agreed.not_yet_due(on) != principal_not_due:
        return Refusal.INSTALMENTS_PAID_AHEAD
    return agreed


def plan_prepayment(agreed: Agreed, on: date, money: int, payload: Mapping[str, Any]) -> NewVersion:
    """The version after `money`, what is left once all due is settled, repays principal."""
    try:
        effect = Effect(payload.get("effect"))
    except ValueError:
        raise BadInput(f"payload effect: {payload.get('effect')!r} given, expected shorten or lower") from None
    accrued_is_paid = payload.get("accrued_is_paid", False)
    if not isinstance(accrued_is_paid, bool):
        raise BadInput(f"payload accrued_is_paid: {accrued_is_paid!r} given, expected true or false")
    rows = new_version.after_prepayment(agreed, on, money, effect, accrued_is_paid=accrued_is_paid)
    return NewVersion(rows, terms_json.to_json(agreed.terms), agreed.seq_offset)


def plan_restructuring(agreed: Agreed, on: date, payload: Mapping[str, Any]) -> NewVersion:
    """The version that re-plans the principal not yet due by the new terms of the payload."""
    terms = terms_json.from_json({**payload["terms"], "start": on.isoformat(), "currency": agreed.terms.currency})
    rows, offset = new_version.after_restructuring(agreed, on, terms)
    return NewVersion(rows, terms_json.to_json(terms), offset)


def _columns(version: ScheduleVersion) -> zip[tuple[Any, ...]]:
    return zip(version.seq, version.due_on, version.principal, version.interest, version.fee, strict=True)
