"""Four eyes: another person, in time, exactly what was shown, once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from kaopu.kernel import approval
from kaopu.kernel.actions.decide_proposal import approve, reject
from kaopu.kernel.actions.expire_proposals import expire
from kaopu.kernel.actions.propose_change import propose
from kaopu.kernel.actions.use_approval import use
from kaopu.kernel.approval import Refusal
from kaopu.kernel.models import Approval, AuditRow

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
VALUE = {"debt": 7, "amount": 5_000, "payee": "王小明"}


def proposed():
    made = propose(
        kind="waiver", subject="debt:7", value=VALUE, proposer="staff:1", now=NOW, expires_at=NOW + timedelta(days=1)
    )
    return approval.read(made)


def agree(proposal, approver="staff:2", fingerprint=None, now=LATER):
    return approve(proposal.id, approver=approver, fingerprint=fingerprint or proposal.fingerprint, now=now)


@pytest.mark.django_db
def test_a_second_person_approves_and_it_is_used_once():
    proposal = proposed()
    assert proposal.value == VALUE
    assert use(proposal.id, kind="waiver", value=VALUE, now=LATER) is Refusal.NOT_APPROVED
    assert agree(proposal) is None
    assert (
        use(proposal.id, kind="waiver", value={**VALUE, "amount": 5_001}, now=LATER)
        is Refusal.DIFFERS_FROM_WHAT_WAS_PROPOSED
    )
    assert use(proposal.id, kind="refund", value=VALUE, now=LATER) is Refusal.NO_SUCH_PROPOSAL
    assert use(proposal.id, kind="waiver", value=VALUE, now=LATER) is None
    assert use(proposal.id, kind="waiver", value=VALUE, now=LATER) is Refusal.ALREADY_USED
    assert list(AuditRow.objects.values_list("act", flat=True)) == ["approval.proposed", "approval.approved"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"approver": "staff:1"}, Refusal.PROPOSER_CANNOT_DECIDE),
        ({"approver": ""}, Refusal.PROPOSER_CANNOT_DECIDE),
        ({"fingerprint": "0" * 64}, Refusal.DIFFERS_FROM_WHAT_WAS_PROPOSED),
        ({"now": NOW + timedelta(days=1)}, Refusal.EXPIRED),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(change, refusal):
    proposal = proposed()
    assert agree(proposal, **change) is refusal
    assert approval.read(proposal.id).state == "proposed"


@pytest.mark.django_db
def test_rejected_and_expired_stay_so():
    turned_down, forgotten = proposed(), proposed()
    assert reject(turned_down.id, approver="staff:2", fingerprint=turned_down.fingerprint, now=LATER) is None
    assert agree(turned_down, "staff:3") is Refusal.ALREADY_DECIDED
    assert [each.id for each in approval.waiting(LATER)] == [forgotten.id]
    assert expire(NOW + timedelta(days=2)) == 1
    assert agree(forgotten) is Refusal.EXPIRED


@pytest.mark.django_db
def test_the_database_itself_refuses_one_pair_of_eyes():
    proposal = proposed()
    with pytest.raises(DatabaseError, match="four_eyes"), transaction.atomic():
        Approval.objects.filter(pk=proposal.id).update(state="approved", decider="staff:1")


@pytest.mark.django_db
def test_what_was_proposed_is_not_readable_in_the_row():
    row = Approval.objects.get(pk=proposed().id)
    assert "王小明".encode() not in bytes(row.proposal_sealed)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins():
    for _ in range(5):
        proposal, barrier, outcomes = proposed(), threading.Barrier(2), {}

        def decide(approver, proposal=proposal, barrier=barrier, outcomes=outcomes):
            barrier.wait()
            outcomes[approver] = agree(proposal, approver)
            connections.close_all()

        threads = [threading.Thread(target=decide, args=(f"staff:{n}",)) for n in (2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winner = Approval.objects.get(pk=proposal.id).decider
        loser = "staff:2" if winner == "staff:3" else "staff:3"
        assert outcomes == {winner: None, loser: Refusal.ALREADY_DECIDED}
