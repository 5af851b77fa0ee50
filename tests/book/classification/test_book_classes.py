"""Classes in a real PostgreSQL: the close, rows refreshed by an event, `verify` and one debt's reasons say the same."""

from __future__ import annotations

from datetime import date

import pytest

from kaopu.book import store
from kaopu.book.actions.classify_debt import classify_debt, position_json
from kaopu.book.actions.close_book import close_book
from kaopu.book.actions.record_event import EventRecorded, RecordEvent, record_event
from kaopu.book.actions.verify_book import verify_book
from kaopu.book.core.classification_obligor import Elsewhere
from kaopu.book.core.event_kind import EventKind
from kaopu.book.models import Debt, Event, PositionRow
from kaopu.party.models import Party
from tests.book.classification.random_book import AS_OF, random_book
from tests.book.database.agreed_terms import NOW

DAY = date(2026, 11, 22)


@pytest.fixture
def parties(db):
    return [Party.objects.create(kind="organisation", external_id=f"C-{n}", created_at=NOW) for n in range(30)]


def debt(party, principal=1_000, due=date(2026, 12, 1), **rules):
    """A debt of one instalment."""
    row = Debt.objects.create(
        external_id=f"X-{Debt.objects.count()}", party=party, currency="CNY", principal=principal,
        disbursed_on=date(2026, 1, 1), **rules,
    )  # fmt: skip
    row.schedule_versions.create(seq=[1], due_on=[due], principal=[principal], interest=[0], fee=[0])
    return Debt.objects.get(pk=row.pk)


def record(row, kind, on, amount=0, **more):
    command = RecordEvent(row.debt_id, EventKind(kind), on, key=f"k-{Event.objects.count()}", amount=amount, **more)
    outcome = record_event(command, "test", NOW)
    assert isinstance(outcome, EventRecorded), outcome
    return outcome


def stored(row):
    found = PositionRow.objects.get(debt_id=row.debt_id)
    return found.class_code, found.class_rule


def check_verified():
    verdict = verify_book()
    assert verdict.replay_equal, verdict.findings


@pytest.mark.django_db(transaction=True)
class TestAnObligor:
    def test_contagion_reaches_rows_as_events_come_and_go(self, parties):
        late = debt(parties[0], 200, date(2026, 6, 1), retail=False)
        good, retail, other = debt(parties[0], retail=False), debt(parties[0]), debt(parties[1], retail=False)
        close_book(DAY)
        assert [stored(each) for each in (late, good, retail, other)] == [(2, 2), (1, 241), (0, 0), (0, 0)]
        check_verified()
        joined = record(late, "joining", date(2026, 7, 1), payload={"party_id": parties[1].pk})
        assert [stored(each) for each in (late, good, other)] == [(2, 2), (1, 241), (2, 240)]
        check_verified()
        close_book(DAY)
        assert stored(other) == (2, 240)
        record(late, "payment", date(2026, 11, 1), 200)
        assert [stored(each) for each in (late, good, other)] == [(0, 0), (0, 0), (0, 0)]
        check_verified()
        assert joined.event_id

    def test_one_debt_gives_its_reasons_and_says_what_is_not_known(self, parties):
        late, good = debt(parties[0], 500, date(2026, 6, 1)), debt(parties[0], retail=False)
        answer = position_json(good, DAY)
        assert (answer["class"], [rule["code"] for rule in answer["class_rules"]]) == ("substandard", [240, 241, 0])
        assert answer["class_reason"].startswith("500 of 1500 minor units (33.33 %) of the debt of obligor")
        assert answer["class_reason"] == answer["class_rules"][0]["sentence"]
        assert "is not known" in answer["class_notes"][0]
        plain = position_json(late, DAY)
        assert [rule["code"] for rule in plain["class_rules"]] == [2]
        assert plain["class_notes"] == []

    def test_other_lenders_are_told(self, parties):
        good = debt(parties[0], retail=False)
        told = {(parties[0].pk, "CNY"): Elsewhere(1_000, 401)}
        found = classify_debt(good, DAY, told)
        assert (found.class_, found.binding.code, found.notes) == ("substandard", 250, ())


@pytest.mark.django_db(transaction=True)
def test_the_close_of_a_random_book_is_what_each_debt_says(parties):
    """Joint debtors, observations, restructurings and sales, through Parquet and back."""
    for known in random_book(11, debts=60):
        rules = known.history.rules
        row = Debt.objects.create(
            external_id=f"R-{rules.debt_id}", party=parties[rules.party_id - 1], currency=rules.currency,
            principal=rules.principal, disbursed_on=rules.disbursed_on, upgrade=known.upgrade, retail=known.retail,
        )  # fmt: skip
        rows = known.history.instalments
        row.schedule_versions.create(
            **{
                name: [getattr(each, name) for each in rows]
                for name in ("seq", "due_on", "principal", "interest", "fee")
            }
        )
        party_of = {event.event_id: event.party_id for event in known.debtors if event.party_id}
        made = {}
        for event in sorted(known.history.events, key=lambda each: each.event_id):
            party = party_of.get(event.event_id)
            made[event.event_id] = Event.objects.create(
                debt=row, on=event.on, kind=event.kind.value, amount=event.amount, reverses=made.get(event.reverses),
                payload={"party_id": parties[party - 1].pk} if party else None,
            )  # fmt: skip
    close_book(AS_OF)
    check_verified()
    beyond = 0
    for row in Debt.objects.order_by("debt_id"):
        told = classify_debt(row, AS_OF)
        assert stored(row) == (told.class_code, told.binding.code), row.debt_id
        beyond += told.binding.code >= 200
    assert beyond >= 10
    assert store.current_close().totals["by_class"]["substandard"]["debts"] == (
        PositionRow.objects.filter(class_code=2).count()
    )
