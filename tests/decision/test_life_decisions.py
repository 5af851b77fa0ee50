"""Decisions: the live version answers, doubt is a referral with its reason, everything is kept and comes out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from life_policies import GOOD, NOW, approved, text

from kaopu.decision.actions import take_decision as taking
from kaopu.decision.actions.place_policy import retire, schedule, stop_policy
from kaopu.decision.actions.replay_decisions import replay
from kaopu.decision.actions.take_decision import take_decision
from kaopu.decision.core.assignment import Role
from kaopu.decision.engines.compiled import engine_of
from kaopu.decision.models import Decision
from kaopu.decision.store import open_record
from kaopu.kernel.actions.rotate_keys import rotate
from kaopu.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db
CLOCK = FixedClock(NOW)


def put_to_work(**change):
    version = approved(text(**change))
    schedule(version, actor="staff:1", now=NOW)
    return version


def test_the_live_version_decides_and_everything_is_kept():
    version = put_to_work()
    taken = take_decision("small", GOOD, clock=CLOCK, party="P-1", caller="key:1")
    assert (taken.outcome, taken.reasons, taken.version, taken.role) == ("approve", (), 1, "champion")
    row = Decision.objects.get(pk=taken.id)
    kept = open_record(row)
    assert (row.outcome, row.digest, row.party, row.version_id) == ("approve", version.digest, "P-1", version.pk)
    assert kept["input"] == GOOD
    assert kept["trace"]["t"]["output"] == {"outcome": "approve"}
    assert row.latency_us > 0
    assert b"700" not in bytes(row.record_sealed)
    assert take_decision("small", GOOD | {"score": 500}, clock=CLOCK).reasons == ("R01",)
    assert replay(NOW) == replace(replay(NOW), replayed=2, different=())


@pytest.mark.parametrize(("given", "why"), [
    ({}, "missing:score"), ({"score": None}, "missing:score"), ({"score": "700"}, "wrong_type:score"),
    ({"score": 9000}, "out_of_range:score"), ({"score": True}, "wrong_type:score"),
])  # fmt: skip
def test_a_null_never_passes(given, why):
    put_to_work()
    taken = take_decision("small", given, clock=CLOCK)
    assert (taken.outcome, taken.reasons) == ("refer", (why,))


def test_no_policy_not_yet_valid_stopped_and_retired_are_referred_with_the_reason():
    assert take_decision("nobody", GOOD, clock=CLOCK).reasons == ("no_policy",)
    version = approved()
    assert take_decision("small", GOOD, clock=CLOCK).reasons == ("policy_not_live",)
    later = NOW + timedelta(days=3)
    schedule(version, actor="staff:1", now=NOW, valid_from=later.date())
    assert take_decision("small", GOOD, clock=CLOCK).reasons == ("policy_not_yet_valid",)
    assert take_decision("small", GOOD, clock=FixedClock(later)).outcome == "approve"
    stop_policy(version.policy, reason="fault", actor="staff:3", now=later)
    stopped = take_decision("small", GOOD, clock=FixedClock(later))
    assert (stopped.outcome, stopped.reasons, stopped.version) == ("refer", ("policy_stopped",), 0)


def test_the_switch_of_all_policies_stops_each():
    put_to_work()
    stop_policy(None, reason="fault", actor="staff:3", now=NOW)
    assert take_decision("small", GOOD, clock=CLOCK).reasons == ("policy_stopped",)


def test_a_retired_policy_is_referred():
    version = put_to_work()
    retire(version, reason="old", actor="staff:1", now=NOW + timedelta(hours=1))
    late = FixedClock(NOW + timedelta(hours=2))
    assert take_decision("small", GOOD, clock=late).reasons == ("policy_no_longer_valid",)
    assert take_decision("small", GOOD, clock=CLOCK).outcome == "approve"


def test_a_scoring_error_stops_the_review(monkeypatch):
    put_to_work()

    def fails(*_given):
        raise ZeroDivisionError

    monkeypatch.setattr(taking, "with_scores", fails)
    taken = take_decision("small", GOOD, clock=CLOCK)
    assert (taken.outcome, taken.reasons) == ("refer", ("scoring_failed:ZeroDivisionError",))
    assert Decision.objects.get().outcome == "refer"


def test_a_query_that_fails_is_a_referral_on_record(monkeypatch):
    put_to_work()

    def fails(*_given):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(taking, "with_scores", fails)
    taken = take_decision("small", GOOD, clock=CLOCK)
    assert (taken.outcome, taken.reasons) == ("refer", ("scoring_failed:DataError",))
    assert Decision.objects.get().outcome == "refer"


def test_an_altered_text_is_referred(monkeypatch):
    version = put_to_work()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE decision_policy_version SET text = replace(text, '600', '100') WHERE id = %s", [version.pk]
        )
        cursor.execute("SET session_replication_role = origin")
    engine_of.cache_clear()
    taken = take_decision("small", GOOD, clock=CLOCK)
    assert (taken.outcome, taken.reasons) == ("refer", ("scoring_failed:BadInput",))


def test_a_missing_model_is_referred_and_not_taken_from_the_caller():
    scored = {"field": "score", "type": "number", "minimum": 300, "maximum": 850, "model": "people",
              "label": {"en": "Score", "zh": "评分"}}  # fmt: skip
    day = {"field": "as_of", "type": "date", "label": {"en": "Day", "zh": "日"}}
    put_to_work(inputs=[day, scored])
    taken = take_decision("small", GOOD, clock=CLOCK)
    assert (taken.outcome, taken.reasons) == ("refer", ("model_missing:people",))


def test_challenger_hold_out_and_shadow():
    put_to_work()
    for role, share, least in ((Role.CHALLENGER, 3000, 650), (Role.HOLD_OUT, 1000, 500), (Role.SHADOW, 0, 800)):
        schedule(approved(text(least)), role=role, share=share, actor="staff:1", now=NOW)
    taken = [take_decision("small", GOOD, clock=CLOCK, party=f"P-{n}") for n in range(300)]
    counts = {role: sum(each.role == role for each in taken) for role in ("champion", "challenger", "hold_out")}
    assert sum(counts.values()) == 300
    assert 55 < counts["challenger"] < 110
    assert 12 < counts["hold_out"] < 50
    again = [take_decision("small", GOOD, clock=CLOCK, party=f"P-{n}").version for n in range(300)]
    assert again == [each.version for each in taken]
    assert {each.outcome for each in taken} == {"approve"}
    assert Decision.objects.first().shadows == [{"version": 4, "outcome": "decline", "reasons": ["R01"]}]
    assert replay(NOW).different == ()


def test_a_decision_is_never_changed_but_sealed_anew():
    put_to_work()
    taken = take_decision("small", GOOD, clock=CLOCK)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        Decision.objects.update(outcome="decline")
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        Decision.objects.all().delete()
    before = bytes(Decision.objects.get().record_sealed)
    rotate(NOW, "staff:9")
    row = Decision.objects.get(pk=taken.id)
    assert bytes(row.record_sealed) != before
    assert open_record(row)["input"] == GOOD


def test_replay_finds_a_record_that_was_forged():
    put_to_work()
    take_decision("small", GOOD | {"score": 500}, clock=CLOCK)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE decision_taken SET outcome = 'approve'")
        cursor.execute("SET session_replication_role = origin")
    found = replay(NOW)
    assert (found.replayed, [why for _, why in found.different]) == (1, ["outcome"])
