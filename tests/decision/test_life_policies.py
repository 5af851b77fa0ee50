"""The life of a policy: order of states, two people, days that never overlap, back again, stop and go on."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from life_policies import GOOD, NOW, approved, policy_tested, proposal_of, text

from kaopu.decision.actions.approve_policy import approve_policy
from kaopu.decision.actions.load_shipped import load_shipped
from kaopu.decision.actions.place_policy import retire, roll_back, schedule, stop_policy
from kaopu.decision.actions.propose_policy import propose_policy, propose_resume
from kaopu.decision.actions.register_policy import record_backtest, register_policy
from kaopu.decision.actions.take_decision import take_decision
from kaopu.decision.core.assignment import Role
from kaopu.decision.models import Placement, PolicyStep, PolicySwitch, PolicyVersion
from kaopu.decision.policy_store import history, live_state, standings, state_of
from kaopu.kernel import approval
from kaopu.kernel.clock import FixedClock
from kaopu.kernel.console import proposals
from kaopu.kernel.core.errors import BadInput

LATER = NOW + timedelta(days=10)


@pytest.mark.django_db
def test_a_policy_goes_through_its_states_and_each_is_kept():
    version = approved()
    schedule(version, actor="staff:1", now=NOW)
    states = [each["state"] for each in history(version)]
    assert states == ["draft", "checked", "back-tested", "proposed", "approved", "scheduled"]
    assert live_state(version, NOW) == "live"
    retire(version, reason="old", actor="staff:1", now=LATER)
    assert live_state(version, LATER) == "retired"
    with pytest.raises(BadInput, match="retired, expected approved"):
        schedule(version, actor="staff:1", now=LATER)


@pytest.mark.django_db
def test_no_state_is_skipped():
    found = register_policy(text(), "small.json", actor="staff:1", now=NOW)
    with pytest.raises(BadInput, match="expected back-tested"):
        propose_policy(found.version, actor="staff:1", now=NOW)
    with pytest.raises(BadInput, match="expected approved"):
        schedule(found.version, actor="staff:1", now=NOW)
    with pytest.raises(BadInput, match="waiver"):
        record_backtest(found.version, actor="staff:1", now=NOW, waiver=" ")
    again = register_policy(text(), "small.json", actor="staff:7", now=NOW)
    assert (again.version.pk, again.version.author) == (found.version.pk, "staff:1")


@pytest.mark.django_db
def test_a_policy_with_findings_stays_a_draft():
    found = register_policy(text(reasons={}), "small.json", actor="staff:1", now=NOW)
    assert (found.state, found.report.ok) == ("draft", False)
    with pytest.raises(BadInput, match="it is draft, expected checked"):
        record_backtest(found.version, actor="staff:1", now=NOW, waiver="no data")


@pytest.mark.django_db
def test_a_policy_is_not_approved_by_its_author_nor_by_who_proposed_it():
    import kaopu.decision.console.urls  # noqa: F401 - makes the kind known

    version = policy_tested()
    proposal = approval.read(propose_policy(version, actor="staff:5", now=NOW))
    with pytest.raises(BadInput, match="wrote or proposed it"):
        proposals.agree(proposal, approver="staff:1", fingerprint=proposal.fingerprint, now=NOW)
    refused = proposals.agree(proposal, approver="staff:5", fingerprint=proposal.fingerprint, now=NOW)
    assert refused == approval.Refusal.PROPOSER_CANNOT_DECIDE
    assert state_of(version) == "proposed"
    with pytest.raises(BadInput, match="wrote or proposed it"):
        approve_policy(proposal.value, proposer="staff:5", approver="staff:5", now=NOW)
    assert "small" in proposals.kind_of(proposal).present(proposal).title


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("proposed_twice", [False, True])
def test_of_two_who_approve_at_once_one_wins(proposed_twice):
    import kaopu.decision.console.urls  # noqa: F401 - makes the kind known

    version = policy_tested()
    first = proposal_of(version)
    asked = [first, proposal_of(version) if proposed_twice else first]
    gate, outcomes = threading.Barrier(2), []

    def agree(proposal, approver):
        gate.wait()
        try:
            outcomes.append(proposals.agree(proposal, approver=approver, fingerprint=proposal.fingerprint, now=NOW))
        except BadInput as refused:
            outcomes.append(refused)
        finally:
            connection.close()

    people = [
        threading.Thread(target=agree, args=(one, who)) for one, who in zip(asked, ("staff:2", "staff:3"), strict=True)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sum(isinstance(each, proposals.Agreed) for each in outcomes) == 1
    assert PolicyStep.objects.filter(version=version, state="approved").count() == 1


@pytest.mark.django_db
def test_days_that_overlap_are_refused_by_the_database_itself():
    first, second = approved(), approved(text(650))
    schedule(first, actor="staff:1", now=NOW, valid_to=date(2026, 12, 31))
    with pytest.raises(BadInput, match="overlap"):
        schedule(second, actor="staff:1", now=NOW, valid_from=date(2026, 12, 31))
    with pytest.raises(IntegrityError, match="at_a_time"), transaction.atomic():
        Placement.objects.create(
            policy=first.policy, version=second, role="champion", valid_from=NOW, placed_by="x", placed_at=NOW
        )
    schedule(second, actor="staff:1", now=NOW, valid_from=date(2027, 1, 1))
    last, first_day = (take_decision("small", GOOD, clock=FixedClock(at)).version
                       for at in (NOW.replace(month=12, day=31, hour=23), NOW.replace(year=2027, month=1, day=1, hour=0)))  # fmt: skip
    assert (last, first_day) == (1, 2)


@pytest.mark.django_db
def test_days_of_the_past_and_outside_the_manifest_are_refused():
    version = approved(text(valid_from="2026-11-01", valid_to="2026-12-31"))
    for first, last in ((date(2026, 11, 20), None), (date(2026, 10, 1), None), (None, date(2027, 1, 1))):
        with pytest.raises(BadInput, match="expected"):
            schedule(version, actor="staff:1", now=NOW, valid_from=first, valid_to=last)
    assert schedule(version, actor="staff:1", now=NOW).valid_until.date() == date(2027, 1, 1)


@pytest.mark.django_db
def test_shares_of_challengers_never_pass_the_whole():
    schedule(approved(), actor="staff:1", now=NOW)
    schedule(approved(text(610)), role=Role.CHALLENGER, share=6000, actor="staff:1", now=NOW)
    with pytest.raises(BadInput, match="11000"):
        schedule(approved(text(620)), role=Role.CHALLENGER, share=5000, actor="staff:1", now=NOW)
    with pytest.raises(BadInput, match="basis points"):
        schedule(approved(text(630)), role=Role.HOLD_OUT, actor="staff:1", now=NOW)


@pytest.mark.django_db
def test_rolling_back_brings_the_version_before():
    first, second = approved(), approved(text(800))
    schedule(first, actor="staff:1", now=NOW)
    with pytest.raises(BadInput, match="roll back to"):
        roll_back(first.policy, reason="fault", actor="staff:3", now=NOW + timedelta(hours=1))
    schedule(second, actor="staff:1", now=NOW, valid_from=LATER.date(), replace=True)
    assert take_decision("small", GOOD, clock=FixedClock(LATER)).version == 2
    roll_back(first.policy, reason="fault", actor="staff:3", now=LATER)
    taken = take_decision("small", GOOD, clock=FixedClock(LATER))
    assert (taken.version, taken.outcome) == (1, "approve")
    assert [each["state"] for each in standings(LATER)] == ["approved", "live"]


@pytest.mark.django_db
def test_one_person_stops_and_two_let_it_go_on():
    import kaopu.decision.console.urls  # noqa: F401 - makes the kind known

    version = approved()
    schedule(version, actor="staff:1", now=NOW)
    with pytest.raises(BadInput, match="not stopped"):
        propose_resume(version.policy, reason="mended", actor="staff:3", now=NOW)
    stop_policy(version.policy, reason="fault", actor="staff:3", now=NOW)
    proposal = approval.read(propose_resume(version.policy, reason="mended", actor="staff:3", now=NOW))
    alone = proposals.agree(proposal, approver="staff:3", fingerprint=proposal.fingerprint, now=NOW)
    assert isinstance(alone, approval.Refusal)
    assert take_decision("small", GOOD, clock=FixedClock(NOW)).reasons == ("policy_stopped",)
    done = proposals.agree(proposal, approver="staff:2", fingerprint=proposal.fingerprint, now=NOW)
    assert isinstance(done, proposals.Agreed)
    assert take_decision("small", GOOD, clock=FixedClock(NOW)).outcome == "approve"
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        PolicySwitch.objects.create(
            policy=version.policy, stopped=False, at=NOW, by="staff:3", agreed_by="staff:3", reason="x"
        )


@pytest.mark.django_db
def test_the_shipped_policies_decide_after_the_first_start():
    loaded = load_shipped("terminal:1", NOW)
    assert loaded >= 5
    assert load_shipped("terminal:1", NOW) == 0
    good = PolicyVersion.objects.get(policy__name="application-review")
    from kaopu.decision.core.policy.policy_file import read_policy

    case = read_policy(good.text, "application-review").tests[0]
    taken = take_decision("application-review", case.input, clock=FixedClock(NOW), party="P-1")
    assert (taken.outcome, taken.version) == (case.output["outcome"], 1)
