"""One debt's rows, read once for a page, as history for the kernel: as known now, or as it was believed on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.book import store
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.history import EventRow, History
from kaopu.book.models import Debt, Event, ScheduleVersion

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class DebtRows:
    """The debt with its product, all schedule versions and all events, oldest first."""

    debt: Debt
    versions: tuple[ScheduleVersion, ...]
    events: tuple[Event, ...]

    def history(self) -> History:
        """All that is known now."""
        return self._history(self.events)

    def believed_on(self, day: date) -> History:
        """Only what had been recorded by the end of `day` (UTC)."""
        return self._history(tuple(event for event in self.events if known_on(event) <= day))

    def learnt_later(self, day: date) -> tuple[Event, ...]:
        """Events that count for `day` or before and were recorded after it."""
        return tuple(event for event in self.events if event.on <= day < known_on(event))

    def gone(self) -> set[int]:
        """Ids of events that a reversal undid."""
        return store.reversed_events(self.events)

    def happened(self) -> tuple[Event, ...]:
        """The events that no reversal undid."""
        gone = self.gone()
        return tuple(event for event in self.events if event.event_id not in gone)

    def in_force(self, day: date) -> ScheduleVersion | None:
        """The schedule version in force on `day`."""
        gone = {e.reverses_id for e in self.events if e.reverses_id and e.on <= day} & self.gone()
        begun = (v for v in reversed(self.versions) if v.from_on is None or v.from_on <= day)
        return next((version for version in begun if version.cause_event_id not in gone), None)

    def _history(self, events: tuple[Event, ...]) -> History:
        known = {event.event_id for event in events}
        versions = [v for v in self.versions if v.cause_event_id is None or v.cause_event_id in known]
        return History(
            store.rules_of(self.debt),
            tuple(row for version in versions for row in store.instalments_of(version)),
            tuple(
                EventRow(
                    event.on,
                    EventKind(event.kind),
                    event.amount,
                    event_id=event.event_id,
                    component=event.component,
                    reverses=event.reverses_id or 0,
                )
                for event in events
                if event.reverses_id is None or event.reverses_id in known
            ),
        )


def known_on(event: Event) -> date:
    """The day the lender knew of it. A file brings the past with it: what it holds counts as known on its own day."""
    return event.on if event.import_batch_id else event.recorded_at.date()


def read(debt_id: int) -> DebtRows | None:
    """Three queries; None for a number that no debt has."""
    debt = Debt.objects.select_related("product_version__product", "party").filter(pk=debt_id).first()
    if debt is None:
        return None
    return DebtRows(
        debt,
        tuple(ScheduleVersion.objects.filter(debt=debt).order_by("version")),
        tuple(Event.objects.filter(debt=debt).order_by("on", "event_id")),
    )
