"""Random histories in PostgreSQL, told to the book day by day: what counts for a day may be known later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from django.db import connection, transaction

from kaopu.book.core.event_kind import EventKind
from kaopu.book.models import RULE_COLUMNS, Debt, Event, ScheduleVersion
from kaopu.party.models import Party
from tests.book.histories import START, random_history

NOW = datetime(2024, 1, 20, tzinfo=UTC)
FIRST_EVENT = 1_000  # numbers of a debt's events begin at its own thousand


class Told:
    """A book of `count` debts whose events become known up to `lag` days after the day they count for."""

    def __init__(self, seed, count, lag):
        self.draw = Random(seed)
        self.lag = lag
        self.waiting = []  # (known on, write)
        for number in range(1, count + 1):
            self._debt(number, random_history(seed * 1_000 + number, debt_id=number))
        self.waiting.sort(key=lambda pair: pair[0])

    def _debt(self, number, history):
        rules = history.rules
        party = Party.objects.create(kind="person", external_id=f"R-{number}", created_at=NOW)
        Debt.objects.create(
            debt_id=number, external_id=f"R-{number}", party=party, currency="CNY", principal=rules.principal,
            disbursed_on=rules.disbursed_on, **{name: getattr(rules, name) for name in RULE_COLUMNS if hasattr(rules, name)},
        )  # fmt: skip
        events = [each for each in history.events if each.on >= rules.disbursed_on]
        ids = {}
        for place, event in enumerate(sorted(events, key=lambda each: (each.on, each.event_id))):
            ids.setdefault(event.event_id or -place, number * FIRST_EVENT + place)
        known = {}
        for place, event in enumerate(sorted(events, key=lambda each: (each.on, each.event_id))):
            event_id = ids[event.event_id or -place]
            if event.kind is EventKind.REVERSAL and ids.get(event.reverses, event_id) >= event_id:
                continue  # of nothing, of itself, or of what comes later
            on = event.on + timedelta(days=self.draw.choice((0, 0, self.draw.randint(0, self.lag))))
            if event.kind is EventKind.REVERSAL:
                if event.reverses and ids[event.reverses] not in known:
                    continue
                on = max(on, known[ids[event.reverses]])
            known[event_id] = on
            self.waiting.append((on, self._event(number, event_id, event, ids)))
        self._schedules(number, history, ids, known)

    def _event(self, number, event_id, event, ids):
        def write():
            Event.objects.create(
                event_id=event_id, debt_id=number, on=event.on, kind=event.kind, amount=event.amount,
                component=event.component, reverses_id=ids[event.reverses] if event.reverses else None, recorded_at=NOW,
            )  # fmt: skip

        return write

    def _schedules(self, number, history, ids, known):
        for version in sorted({row.version for row in history.instalments}):
            rows = [row for row in history.instalments if row.version == version]
            cause = ids.get(rows[0].cause_event) if rows[0].cause_event else None
            if rows[0].cause_event and cause not in known:
                continue
            from_on = rows[0].from_on or (history.rules.disbursed_on if version > 1 else None)

            def write(version=version, rows=rows, cause=cause, from_on=from_on):
                ScheduleVersion.objects.create(
                    debt_id=number, version=version, from_on=from_on, cause_event_id=cause,
                    seq=[row.seq for row in rows], due_on=[row.due_on for row in rows],
                    principal=[row.principal for row in rows], interest=[row.interest for row in rows],
                    fee=[row.fee for row in rows],
                )  # fmt: skip

            self.waiting.append((max(from_on or START, known.get(cause, START)), write))

    def tell(self, day):
        """Write all that is known by the end of a day."""
        while self.waiting and self.waiting[0][0] <= day:
            self.waiting.pop(0)[1]()


def forget_postings():
    """Empty the journal, as only a test may."""
    tables = "ledger_runtotal, ledger_journalrow, ledger_postingrun, ledger_chartversion"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {tables}")


def forget_book():
    """Empty journal and book."""
    forget_postings()
    tables = "book_event, book_scheduleversion, book_debt, party_party"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {tables} CASCADE")
