"""Many debts paused at once: the list that two people agreed to, exactly, whatever stops the process; and back again."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest
from django.db import connections
from filter_texts import filters
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaopu.book import store
from kaopu.book.actions import carry_out_pause as act
from kaopu.book.actions.agree_pause import agree_pause, waiting_for
from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.actions.close_book import close_book
from kaopu.book.actions.pause_selection import PauseAsked, matching, select
from kaopu.book.actions.propose_pause import propose_pause, propose_undo
from kaopu.book.actions.record_event import RecordEvent, record_event
from kaopu.book.core import debt_filter as df
from kaopu.book.core.debt_filter_text import parse
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.position import position
from kaopu.book.core.terms import Plan, Terms
from kaopu.book.models import BulkPause, BulkPauseDebt, Debt, Event, PositionRow
from kaopu.kernel.approval import Refusal
from kaopu.kernel.core.errors import BadInput
from kaopu.party.models import Party

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
TERMS = Terms(Plan.FEE_INSTALMENT, "CNY", 100_000, date(2026, 1, 15), periods=10)
DAYS = (date(2026, 3, 1), date(2026, 3, 31))
number = count(1)
pytestmark = pytest.mark.django_db(transaction=True)


def now():
    return NOW


@pytest.fixture
def debts():
    """Twelve debts, half in each portfolio, late since 15 February, closed on 20 March."""
    party = Party.objects.create(kind="person", external_id=f"P-{next(number)}", created_at=NOW)
    made = []
    for place in range(12):
        command = BookDebt(replace(TERMS, principal_minor=100_000 + place), party.pk, f"B-{next(number)}",
                           portfolio="a" if place % 2 else "b", merchant_id="m" if place % 3 == 0 else None,
                           rules={"penalty_rate_ppm": 365_000})  # fmt: skip
        made.append(Debt.objects.get(pk=book_debt(command, "test", NOW).debt_id))
    close_book(date(2026, 3, 20))
    return made


def proposed(where='portfolio = "a" and days_past_due > 0'):
    return propose_pause(select(PauseAsked(where, *DAYS)), "staff:1", NOW)


def agreed(where='portfolio = "a" and days_past_due > 0'):
    bulk = proposed(where)
    assert agree_pause(waiting_for(bulk.pk, NOW), "staff:2", NOW) is None
    return bulk


def columns(debt, day=date(2026, 4, 10)):
    return position(store.history(debt), day).extended_columns()


def test_the_preview_says_count_exposure_and_cost(debts):
    found = select(PauseAsked('portfolio = "a" and days_past_due > 0', *DAYS)).as_json()
    mine = [debt for debt in debts if debt.portfolio == "a"]
    assert found["count"] == len(mine) == 6
    owed = [position(store.history(debt), date(2026, 3, 20)).outstanding for debt in mine]
    assert found["exposure"] == sum(each.total for each in owed)
    # 31 days of March on one instalment of about 10,000, the second from the 16th on, at 0.1 % a day.
    assert found["cost"] == pytest.approx(6 * (31 * 10 + 16 * 10), abs=6 * 2)
    assert not Event.objects.filter(kind="pause").exists()


def test_two_people_apply_and_undo_restores_every_position(debts):
    before = {debt.pk: columns(debt) for debt in debts}
    listed = {row.debt_id: row.days_past_due for row in PositionRow.objects.all()}
    bulk = agreed()
    done = act.carry_out(bulk.pk, now)
    assert (done.state, done.applied, done.skipped) == ("applied", 6, 0)
    for debt in debts:
        late = columns(debt)["days_past_due"]
        assert late == before[debt.pk]["days_past_due"] - (31 if debt.portfolio == "a" else 0)
        row = PositionRow.objects.get(debt=debt)
        assert row.days_past_due == listed[debt.pk] - (20 if debt.portfolio == "a" else 0), "lists show it at once"
    assert act.carry_out(bulk.pk, now).applied == 6
    assert Event.objects.filter(kind="pause").count() == 6, "doing it again does nothing"
    propose_undo(bulk.pk, "staff:1", NOW)
    assert agree_pause(waiting_for(bulk.pk, NOW), "staff:3", NOW) is None
    back = act.carry_out(bulk.pk, now)
    assert (back.state, back.reversed) == ("undone", 6)
    assert {debt.pk: columns(debt) for debt in debts} == before
    assert {row.debt_id: row.days_past_due for row in PositionRow.objects.all()} == listed


def test_classes_by_every_rule_follow_a_pause_and_its_undoing():
    """A firm's one debt over 90 days makes its other one non-performing; paused, both are well again, listed or not."""
    firm = Party.objects.create(kind="organisation", external_id=f"P-{next(number)}", created_at=NOW)
    for start in (date(2025, 10, 1), date(2026, 3, 1)):
        command = BookDebt(replace(TERMS, start=start), firm.pk, f"F-{next(number)}", rules={"retail": False})
        book_debt(command, "test", NOW)
    close_book(date(2026, 3, 20))
    before = list(PositionRow.objects.order_by("debt_id").values_list("class_code", "class_rule"))
    assert [code for code, _rule in before] == [2, 2], "the second by contagion alone"
    bulk = propose_pause(select(PauseAsked("days_past_due > 90", date(2025, 10, 1), date(2026, 3, 31))), "staff:1", NOW)
    assert bulk.debts == 1
    assert agree_pause(waiting_for(bulk.pk, NOW), "staff:2", NOW) is None
    act.carry_out(bulk.pk, now)
    assert list(PositionRow.objects.values_list("class_code", flat=True)) == [0, 0]
    propose_undo(bulk.pk, "staff:1", NOW)
    assert agree_pause(waiting_for(bulk.pk, NOW), "staff:2", NOW) is None
    act.carry_out(bulk.pk, now)
    assert list(PositionRow.objects.order_by("debt_id").values_list("class_code", "class_rule")) == before


def test_nobody_agrees_to_their_own_proposal_and_nothing_happens_unasked(debts):
    bulk = proposed()
    assert agree_pause(waiting_for(bulk.pk, NOW), "staff:1", NOW) is Refusal.PROPOSER_CANNOT_DECIDE
    assert act.carry_out(bulk.pk, now).applied == 0
    with pytest.raises(BadInput, match="applied"):
        propose_undo(bulk.pk, "staff:1", NOW)


def test_a_list_that_grew_since_it_was_proposed_is_nothing_anybody_agreed_to(debts):
    bulk = proposed()
    stranger = next(debt for debt in debts if debt.portfolio == "b")
    BulkPauseDebt.objects.create(bulk=bulk, debt=stranger)
    with pytest.raises(BadInput, match="not the one that was proposed"):
        agree_pause(waiting_for(bulk.pk, NOW), "staff:2", NOW)
    assert waiting_for(bulk.pk, NOW) is not None, "the proposal stays as it was"


def test_of_two_who_agree_at_once_one_wins(debts):
    bulk = proposed()
    proposal, outcomes = waiting_for(bulk.pk, NOW), []

    def agree(who):
        outcomes.append(agree_pause(proposal, who, NOW))
        connections.close_all()

    people = [threading.Thread(target=agree, args=(f"staff:{n}",)) for n in (2, 3)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(outcomes, key=str) == [None, Refusal.ALREADY_DECIDED]
    assert act.carry_out(bulk.pk, now).applied == 6


def test_the_list_is_final_and_what_was_settled_since_is_left_out(debts):
    bulk = agreed()
    late = [debt for debt in debts if debt.portfolio == "a"]
    for debt, kind, amount in ((late[0], "early_settlement", 200_000), (late[1], "charge_off", 0)):
        record_event(RecordEvent(debt.pk, EventKind(kind), date(2026, 3, 1), f"k-{debt.pk}", amount), "test", NOW)
    done = act.carry_out(bulk.pk, now)
    assert (done.applied, done.skipped, done.reasons) == (4, 2, {"charged_off": 1, "settled": 1})


def test_one_stopped_between_batches_is_finished_later(debts, monkeypatch):
    bulk = agreed()
    monkeypatch.setattr(act, "AT_ONCE", 2)

    def stop(_done, _of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        act.carry_out(bulk.pk, now, stop)
    assert 0 < Event.objects.filter(kind="pause").count() < 6
    assert act.unfinished() == [bulk.pk]
    assert act.carry_out(bulk.pk, now).applied == 6
    assert act.unfinished() == []
    assert BulkPause.objects.get().state == "applied"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.data())
def test_the_database_finds_what_the_core_matches(debts, data):
    node = parse(data.draw(filters))
    run = store.current_close()
    found = set(matching(run, node).values_list("debt_id", flat=True))
    meant = set()
    for row in PositionRow.objects.filter(close_run=run).select_related("debt"):
        values = {"portfolio": row.debt.portfolio, "days_past_due": row.days_past_due,
                  "merchant_id": row.debt.merchant_id, "next_due": row.next_due}  # fmt: skip
        if df.matches(node, values):
            meant.add(row.debt_id)
    assert found == meant


def test_a_filter_that_finds_nothing_is_refused(debts):
    with pytest.raises(BadInput, match="nothing to pause"):
        proposed('portfolio = "none"')
    with pytest.raises(BadInput, match="days"):
        PauseAsked("days_past_due > 0", DAYS[1], DAYS[0])
