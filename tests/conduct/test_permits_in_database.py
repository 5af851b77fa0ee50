"""Permits at work: judged on fresh facts, counted at once, used once, lapsed after 15 minutes, won by one of two."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from permit_cases import COLLECT, DAY, DEBTOR, EPISODE, HOUR, MINUTE, NOW, PERSON, RELAY, lost_since, sources

from kaopu.conduct import history, judging, rulebooks
from kaopu.conduct import sources as registry
from kaopu.conduct.actions.issue_permit import IssuedPermit, Refused, issue_permit
from kaopu.conduct.actions.record_outcome import (
    Refusal,
    record_attempt_elsewhere,
    record_inbound,
    record_not_sent,
    record_outcome,
)
from kaopu.conduct.actions.suppress import suppress
from kaopu.conduct.actions.switch_outreach import switch_off
from kaopu.conduct.actions.use_permit import UsedPermit, use_permit
from kaopu.conduct.core.parse import parse_line
from kaopu.conduct.core.permit import permit
from kaopu.conduct.models import Entry, Judgement, Permit, PermitUse

pytestmark = pytest.mark.django_db


def issue(ask=COLLECT, now=NOW, **given):
    with registry.only(**sources(**given)):
        return issue_permit(ask, actor="staff:1", now=now)


def use(permit_id, now=NOW, **given):
    with registry.only(**sources(**given)):
        return use_permit(permit_id, now=now)


def seen(now=NOW, ask=COLLECT):
    return [entry["outcome"] for entry in history.history(ask, "e1", now)]


def test_a_permit_is_a_pending_entry_until_its_outcome():
    issued = issue()
    assert isinstance(issued, IssuedPermit), issued
    assert issued.disclosure == "none"
    assert issued.lapses_at == NOW + 15 * MINUTE
    assert seen() == ["pending"]
    used = use(issued.permit_id)
    assert isinstance(used, UsedPermit)
    assert record_outcome(issued.permit_id, "no-answer", actor="gateway:1", now=NOW) is None
    assert seen() == ["no-answer"]
    record_outcome(issued.permit_id, "conversation", actor="staff:1", now=NOW)
    assert seen() == ["conversation"]
    record_outcome(issued.permit_id, "bounced", actor="gateway:1", now=NOW)  # late: frees nothing
    assert seen() == ["conversation"]
    assert Entry.objects.get().outcome == "pending"  # the row itself never changed


def test_the_pending_entry_counts_for_the_next_permit():
    assert isinstance(issue(), IssuedPermit)
    # X-DEF-13: one conversation a day; a pending call may become one.
    refused = issue(now=NOW + MINUTE)
    assert isinstance(refused, Refused)
    assert "X-DEF-13" in refused.refused_by


def test_an_unused_permit_lapses_and_leaves_no_entry():
    issued = issue()
    assert seen(NOW + 14 * MINUTE) == ["pending"]
    assert seen(NOW + 15 * MINUTE) == []
    assert Entry.objects.count() == 1  # the row stays as evidence
    assert use(issued.permit_id, NOW + 15 * MINUTE).refused_by == ("PERMIT-LAPSED",)
    assert isinstance(issue(now=NOW + 15 * MINUTE), IssuedPermit)


def test_a_permit_is_used_once():
    issued = issue()
    assert isinstance(use(issued.permit_id), UsedPermit)
    assert use(issued.permit_id).refused_by == ("PERMIT-USED",)
    assert use(uuid4()).refused_by == ("PERMIT-UNKNOWN",)
    with pytest.raises(IntegrityError), transaction.atomic():
        PermitUse.objects.create(permit_id=issued.permit_id, judgement=Judgement.objects.get(moment="issue"), at=NOW)


def test_a_used_permit_counts_from_when_it_was_used():
    # 23:55 and 00:05 of Shanghai are two days: the one that counts is when it was sent.
    late = NOW.replace(hour=13, minute=50)  # 21:50 of Shanghai, law only: until 22:00
    law = replace(COLLECT, profile="law-only")
    issued = issue(law, late)
    assert isinstance(use(issued.permit_id, late + 5 * MINUTE), UsedPermit)
    assert history.history(law, "", late + HOUR)[0]["at"] == (late + 5 * MINUTE).isoformat()


def test_a_permit_is_judged_again_when_it_is_used():
    issued = issue()
    refused = use(issued.permit_id, debtor={**DEBTOR, "disputed": True})
    assert isinstance(refused, Refused)
    assert "X-DEF-27" in refused.refused_by
    assert not PermitUse.objects.exists()
    assert isinstance(use(issued.permit_id), UsedPermit)  # the dispute was settled within the quarter of an hour


def test_a_consent_withdrawn_in_between_is_not_reached():
    lost_since(NOW)
    issued = issue(RELAY)
    assert isinstance(issued, IssuedPermit), str(issued)
    ended = [{"channel": "any", "from": "2026-01-01T00:00:00+08:00", "to": NOW.isoformat()}]
    assert use(issued.permit_id, NOW + MINUTE, person={**PERSON, "consents": ended}).refused_by == ("PIPL-CONSENT",)


def test_a_switch_turned_off_in_between_refuses():
    lost_since(NOW)
    issued = issue(RELAY)
    switch_off("CN", reason="complaints", actor="staff:3", now=NOW)
    assert use(issued.permit_id).refused_by == ("X-DEF-26",)


def test_who_is_suppressed_is_reached_by_nobody():
    lost_since(NOW)
    issued = issue(RELAY)
    suppress("person", "party:7", reason="withdrawn", actor="staff:1", now=NOW)
    assert set(use(issued.permit_id).refused_by) == {"CN-GB-05", "SUPPRESSED"}
    assert set(issue(replace(RELAY, purpose="service", content="none")).refused_by) >= {"CN-GB-05", "SUPPRESSED"}
    american = replace(RELAY, jurisdictions=("US",), profile="law-only", purpose="locate", content="none")
    assert issue(american, NOW + HOUR).refused_by == ("SUPPRESSED",)
    suppress("number", "point:1", reason="reassigned", actor="staff:1", now=NOW)
    assert issue(now=NOW + HOUR).refused_by == ("SUPPRESSED",)


@pytest.mark.parametrize(("given", "says"), [
    ({"person": None}, "no source knows the person party:1"),
    ({"debtor": None}, "no source knows the debtor party:1"),
    ({"person": {**PERSON, "timezone": None}}, "timezone"),
    ({"debtor": {k: v for k, v in DEBTOR.items() if k != "disputed"}}, "disputed"),
])  # fmt: skip
def test_what_nobody_knows_refuses_and_is_named(given, says):
    refused = issue(**given)
    assert refused.refused_by == ("FACTS",)
    assert says in str(refused)
    assert not Permit.objects.exists()


@pytest.mark.parametrize("missing", ["person", "debtor", "episode"])
def test_a_source_that_is_not_there_refuses(missing):
    lost_since(NOW)
    given = {name: source for name, source in sources().items() if name != missing}
    with registry.only(**given):
        refused = issue_permit(RELAY, actor="staff:1", now=NOW)
    assert refused.refused_by == ("FACTS",)
    assert f"no source of '{missing}' facts" in str(refused)


def test_two_sources_that_both_answer_refuse():
    with registry.only(**sources()):
        registry.register("person", lambda ask, now: dict(PERSON))
        registry.register("person", _another_source)
        refused = issue_permit(COLLECT, actor="staff:1", now=NOW)
    assert refused.refused_by == ("FACTS",)
    assert "both answer" in str(refused)


def _another_source(ask, now):
    return dict(PERSON)


def test_a_caller_cannot_lend_a_person_another_id_or_role():
    issued = issue(person={**PERSON, "id": "party:2", "role": "representative"})
    line = judging.facts_of(Judgement.objects.get(pk=issued.judgement_id))
    assert (line["person"]["id"], line["person"]["role"]) == ("party:1", "debtor")


def test_nothing_sent_is_not_counted_but_only_while_nothing_is_known():
    issued = issue()
    assert record_not_sent(issued.permit_id, actor="s", now=NOW) is Refusal.PERMIT_NOT_USED
    use(issued.permit_id)
    assert record_not_sent(issued.permit_id, actor="s", now=NOW) is None
    assert seen() == []
    record_outcome(issued.permit_id, "delivered", actor="gateway:1", now=NOW)  # it left after all
    assert seen() == ["delivered"]
    other = issue(replace(COLLECT, channel="sms"), now=NOW + MINUTE)
    use(other.permit_id, NOW + MINUTE)
    record_outcome(other.permit_id, "delivered", actor="gateway:1", now=NOW)
    assert record_not_sent(other.permit_id, actor="s", now=NOW) is Refusal.WAS_SENT
    assert record_outcome(uuid4(), "delivered", actor="s", now=NOW) is Refusal.PERMIT_UNKNOWN
    assert record_outcome(other.permit_id, "inbound", actor="s", now=NOW) is Refusal.OUTCOME_UNKNOWN


def test_history_holds_what_the_rows_of_the_rulebook_count():
    lost_since(NOW)
    record_attempt_elsewhere(
        "party:8", "voice", "point:8", "no-answer", now=NOW, at=NOW - DAY, role="contact", episode="e1"
    )
    record_attempt_elsewhere(
        "party:9", "voice", "point:9", "no-answer", now=NOW, at=NOW - DAY, role="contact", episode="e2"
    )
    record_attempt_elsewhere("party:5", "voice", "point:7", "no-answer", now=NOW, at=NOW - HOUR, role="debtor")
    record_inbound("party:7", "voice", "point:7", now=NOW - HOUR, role="contact")
    found = history.history(RELAY, "e1", NOW)
    # The debtor's, the contact's own, another contact of this episode, and another person on this number.
    assert [entry["person"] for entry in found].count("party:1") == 4
    assert {entry["person"] for entry in found} == {"party:1", "party:5", "party:7", "party:8"}


def test_six_calls_on_one_number_whoever_was_called():
    for person in range(20, 26):
        record_attempt_elsewhere(f"party:{person}", "voice", "point:1", "no-answer", now=NOW, at=NOW - HOUR)
    assert "CN-CBA-01" in issue().refused_by


def test_what_a_clock_ahead_wrote_counts_now():
    issue(now=NOW + 3 * MINUTE)
    refused = issue(now=NOW)  # this worker's clock is behind
    assert isinstance(refused, Refused)
    assert "X-DEF-13" in refused.refused_by


def test_a_judgement_is_the_same_when_it_is_taken_again():
    lost_since(NOW)
    first = issue(RELAY)
    use(first.permit_id)
    record_outcome(first.permit_id, "conversation", actor="staff:1", now=NOW)
    refused = issue(RELAY, NOW + HOUR)
    later = issue(replace(RELAY, person="party:8", number="point:8"), NOW + 2 * HOUR)
    for row in Judgement.objects.all():
        own = Permit.objects.get(pk=row.reference).pk if row.moment == "use" else None
        parsed = parse_line(json.dumps(judging.facts_of(row, own)))
        again = permit(parsed.request, parsed.facts, rulebooks.rules_of(row.rulebook), row.at)
        assert [[each.id, each.verdict, each.why] for each in again.rules] == row.rules
        assert again.allowed == row.allowed
    assert "X-DEF-02" in refused.refused_by
    assert isinstance(later, IssuedPermit)


def test_what_the_facts_hold_is_sealed():
    issue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(j)::text FROM conduct_judgement j")
        text = cursor.fetchone()[0]
    assert "days_past_due" not in text
    assert "Shanghai" not in text


def test_todays_holidays_are_official_and_unknown_years_refuse():
    national_day = NOW.replace(month=10, day=1)
    assert "X-DEF-16" in issue(now=national_day).refused_by
    assert issue(now=NOW.replace(year=2031)).refused_by == ("FACTS",)
    american = replace(COLLECT, jurisdictions=("US",))
    thanksgiving = NOW.replace(day=26, hour=16)
    new_york = {"timezone": "America/New_York"}
    assert (
        "X-DEF-16"
        in issue(american, thanksgiving, person={**PERSON, **new_york}, debtor={**DEBTOR, **new_york}).refused_by
    )


def test_the_database_itself_refuses_a_permit_without_a_judgement():
    refused = issue(debtor={**DEBTOR, "disputed": True})
    with pytest.raises(IntegrityError, match="follows a judgement"), transaction.atomic():
        Permit.objects.create(
            id=uuid4(), judgement_id=refused.judgement_id, issued_at=NOW, lapses_at=NOW + timedelta(minutes=15)
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_of_many_workers_one_gets_the_last_permit(round_):
    outcomes, start = [], threading.Barrier(4)

    def work(person):
        start.wait()
        try:
            outcomes.append(issue_permit(COLLECT, actor=f"worker:{person}", now=NOW))
        finally:
            connection.close()

    with registry.only(**sources()):
        workers = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sum(isinstance(each, IssuedPermit) for each in outcomes) == 1
    assert len(outcomes) == 4


@pytest.mark.django_db(transaction=True)
def test_two_contacts_of_one_episode_race_for_the_last_place():
    # X-DEF-05: with two others attempted in the episode a third contact is one too many. One place is taken.
    lost_since(NOW)
    record_attempt_elsewhere(
        "party:80", "voice", "point:80", "no-answer", now=NOW, at=NOW - HOUR, role="contact", episode="e1"
    )
    outcomes, start = [], threading.Barrier(2)

    def work(person):
        start.wait()
        try:
            ask = replace(RELAY, person=f"party:{person}", number=f"point:{person}")
            outcomes.append(issue_permit(ask, actor="worker:1", now=NOW))
        finally:
            connection.close()

    with registry.only(**sources(episode=EPISODE)):
        workers = [threading.Thread(target=work, args=(n,)) for n in (90, 91)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(isinstance(each, IssuedPermit) for each in outcomes) == [False, True]
