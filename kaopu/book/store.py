"""Rows of the book as core values, and positions back as rows."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django.db import connection

from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow
from kaopu.book.core.reference_rate import Quote, ReferenceRates
from kaopu.book.models import (
    DEBTOR_KINDS,
    RULE_COLUMNS,
    CloseRun,
    Debt,
    Event,
    PositionRow,
    ReferenceQuote,
    ScheduleVersion,
)
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

# Writers of events hold it shared, the last step of a close holds it alone for a moment: no event falls between the
# positions of the old close and those of the new one.
POSITIONS_LOCK = 0x6B616F7001
KERNEL_RULES = tuple(name for name in RULE_COLUMNS if name in {field.name for field in fields(DebtRules)})
UNDO_SETTING = "kaopu.undo_batch"


def debt(debt_id: int) -> Debt:
    """The debt, or `BadInput`."""
    found = Debt.objects.filter(debt_id=debt_id).first()
    if found is None:
        raise BadInput(f"debt: {debt_id} given, expected the number of a debt in this book")
    return found


def lock_debt(debt_id: int) -> Debt | None:
    """The debt, locked until the transaction ends: what is decided on its history stays true until written."""
    # "No key": rows that merely refer to the debt may still be written meanwhile.
    return Debt.objects.select_for_update(no_key=True).filter(debt_id=debt_id).first()


def hold_positions(*, alone: bool = False) -> None:
    """Take the positions lock until the transaction ends, shared or alone."""
    call = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}(%s)", [POSITIONS_LOCK])


def hold_key(key: str) -> None:
    """Let one transaction at a time act under an idempotency key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def allow_undo_of(batch_id: int) -> None:
    """Let this transaction delete history of one import batch; the triggers go on refusing all else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [UNDO_SETTING, str(batch_id)])


def rules_of(row: Debt) -> DebtRules:
    """What the kernel needs to know of a debt."""
    return DebtRules(
        debt_id=row.debt_id,
        party_id=row.party_id,
        currency=row.currency,
        disbursed_on=row.disbursed_on,
        principal=row.principal,
        **{name: getattr(row, name) for name in KERNEL_RULES},
    )


def history(row: Debt) -> History:
    """The whole history of a debt: every schedule version, every event."""
    return next(iter(histories([row])))


def histories(rows: Iterable[Debt]) -> Iterable[History]:
    """The histories of several debts by two queries, in the order given."""
    debts = list(rows)
    ids = [row.debt_id for row in debts]
    instalments: dict[int, list[InstalmentRow]] = {debt_id: [] for debt_id in ids}
    for version in ScheduleVersion.objects.filter(debt_id__in=ids).order_by("debt_id", "version"):
        instalments[version.debt_id] += instalments_of(version)
    events: dict[int, list[EventRow]] = {debt_id: [] for debt_id in ids}
    columns = ("debt_id", "on", "kind", "amount", "event_id", "component", "reverses_id")
    found = Event.objects.filter(debt_id__in=ids).order_by("debt_id", "on", "event_id").values_list(*columns)
    for debt_id, on, kind, amount, event_id, component, reverses in found:
        events[debt_id].append(
            EventRow(on, EventKind(kind), amount, event_id=event_id, component=component, reverses=reverses or 0)
        )
    for row in debts:
        yield History(rules_of(row), tuple(instalments[row.debt_id]), tuple(events[row.debt_id]))


def instalments_of(version: ScheduleVersion) -> list[InstalmentRow]:
    """The rows of one schedule version."""
    columns = zip(version.seq, version.due_on, version.principal, version.interest, version.fee, strict=True)
    cause = version.cause_event_id or 0
    return [InstalmentRow(*row, version=version.version, from_on=version.from_on, cause_event=cause) for row in columns]


def reference_rates() -> ReferenceRates | None:
    """All imported reference quotes; None where there are none."""
    quotes: dict[str, list[Quote]] = {}
    for name, day, rate in ReferenceQuote.objects.order_by("name", "day").values_list("name", "day", "rate_annual"):
        quotes.setdefault(name, []).append(Quote(day, rate.normalize()))
    return ReferenceRates({name: tuple(known) for name, known in quotes.items()}) if quotes else None


def current_close() -> CloseRun | None:
    """The close that pages show."""
    return CloseRun.objects.filter(is_current=True).first()


def reversed_events(rows: Iterable[Event]) -> set[int]:
    """Ids of the events among a debt's `rows` that are taken as never having happened, reversals of reversals seen."""
    # A reversal's target has a smaller id: from the newest down, each reversal is judged before what it reverses.
    gone: set[int] = set()
    for row in sorted((row for row in rows if row.reverses_id), key=lambda row: row.event_id, reverse=True):
        if row.event_id not in gone:
            gone.add(row.reverses_id)
    return gone


def happened(row: Debt) -> list[Event]:
    """A debt's events that were not reversed, in the order in which they are taken."""
    rows = list(Event.objects.filter(debt=row).order_by("on", "event_id"))
    gone = reversed_events(rows)
    return [event for event in rows if event.event_id not in gone]


def debtor_events() -> list[Event]:
    """Every event by which a party took a debt over or joined it, and the reversals in those debts' histories."""
    told = list(Event.objects.filter(kind__in=DEBTOR_KINDS))
    debts = {event.debt_id for event in told}
    return told + list(Event.objects.filter(debt_id__in=debts, reverses__isnull=False) if debts else ())


def version_in_force(debt_id: int, on: date) -> ScheduleVersion | None:
    """The schedule version in force on a day: the highest begun whose cause is not reversed."""
    gone = reversed_events(Event.objects.filter(debt_id=debt_id, reverses__isnull=False))
    versions = ScheduleVersion.objects.filter(debt_id=debt_id).order_by("-version")
    begun = (version for version in versions if version.from_on is None or version.from_on <= on)
    return next((version for version in begun if version.cause_event_id not in gone), None)


def changed_since(watermark: int, among: list[int] | None = None) -> set[int]:
    """Debts with rows that a look with this watermark may not have seen, all or those `among` some."""
    ids: set[int] = set()
    for model in (Debt, ScheduleVersion, Event):
        rows = model.objects.filter(written_by__gte=watermark)
        if among is not None:
            rows = rows.filter(debt_id__in=among)
        ids.update(rows.values_list("debt_id", flat=True))
    return ids


def write_position(run: CloseRun, row: Debt, columns: dict[str, Any] | None) -> None:
    """Put one debt's position into the rows of a close; None takes it out (the debt does not exist at its day)."""
    known = PositionRow.objects.filter(close_run=run, debt=row)
    if columns is None:
        known.delete()
    elif not known.update(**columns):
        PositionRow.objects.create(close_run=run, debt=row, party_id=row.party_id, currency=row.currency, **columns)


def write_classes(run: CloseRun, classes: dict[int, dict[str, int]]) -> None:
    """Put the class of debts that were not replayed into their rows of a close, where it is another one."""
    rows = PositionRow.objects.filter(close_run=run, debt_id__in=classes)
    for debt_id, class_code, class_rule in rows.values_list("debt_id", "class_code", "class_rule"):
        if classes[debt_id] != {"class_code": class_code, "class_rule": class_rule}:
            PositionRow.objects.filter(close_run=run, debt_id=debt_id).update(**classes[debt_id])
