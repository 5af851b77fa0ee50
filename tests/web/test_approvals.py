"""Proposals as pages: who sees what, who decides, and what happens when two decide at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import small_book
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.utils.translation import gettext_lazy

from kaopu.book.console.rights import IMPORT_BOOK
from kaopu.book.models import Product
from kaopu.kernel import approval
from kaopu.kernel.actions.propose_change import propose
from kaopu.kernel.approval import Refusal
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import proposals
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import Approval, AuditRow
from kaopu.kernel.roles import Role


@pytest.fixture
def done():
    """A kind that its `apply` writes down; analysts and administrators may decide on it."""
    carried_out: list[str] = []

    def carry_out(proposal, actor, now):
        if proposal.value.get("impossible"):
            Product.objects.create(code="half-done", name="half")
            raise BadInput("note: given twice, expected once")
        carried_out.append(f"{proposal.value['text']} by {actor}")
        return "The note is kept."

    def present(proposal):
        return proposals.Presented(
            f"Note {proposal.subject}", (proposals.Line("text", "", proposal.value["text"]),), "/debts/", "Debts"
        )

    proposals.register("test.note", words=gettext_lazy("Debts"), present=present, apply=carry_out, right=IMPORT_BOOK)
    yield carried_out
    proposals._kinds.pop("test.note")


def proposed(user, days=1, **more):
    now = system_clock().now()
    made = propose(
        kind="test.note", subject="note:1", value={"text": "read me", **more}, proposer=f"staff:{user.pk}",
        now=now - timedelta(days=2), expires_at=now + timedelta(days=days),
    )  # fmt: skip
    return approval.read(made)


def person(role):
    return get_user_model().objects.get(username=str(role))


def decide(client, proposal, act="approve", **more):
    return client.post(
        f"/approvals/{proposal.id}/decide", {"act": act, "fingerprint": proposal.fingerprint, **more}, follow=True
    )


@pytest.mark.django_db
def test_a_second_person_approves_and_the_change_is_made(sign_in, done):
    own, other = sign_in(Role.ANALYST), sign_in(Role.ADMINISTRATOR)
    proposal = proposed(person(Role.ANALYST))
    assert "Note note:1" in other.get("/approvals/").content.decode()
    page = other.get(f"/approvals/{proposal.id}/").content.decode()
    assert proposal.fingerprint in page
    assert "read me" in page
    assert 'value="approve"' in page
    response = decide(other, proposal)
    assert "The note is kept." in response.content.decode()
    assert done == [f"read me by staff:{person(Role.ADMINISTRATOR).pk}"]
    row = Approval.objects.get(pk=proposal.id)
    assert (row.state, row.used_at is not None) == ("approved", True)
    assert decide(other, proposal).status_code == 409, "what is decided stays decided"
    assert len(done) == 1
    seen = own.get(f"/approvals/{proposal.id}/").content.decode()
    assert "administrator@example.org" in seen
    assert AuditRow.objects.filter(act="approval.approved", subject=f"approval:{proposal.id}").count() == 1


@pytest.mark.django_db
def test_the_proposer_sees_it_and_cannot_decide(sign_in, done):
    client = sign_in(Role.ANALYST)
    proposal = proposed(person(Role.ANALYST))
    page = client.get(f"/approvals/{proposal.id}/").content.decode()
    assert "Another person has to decide" in page
    assert 'value="approve"' not in page
    assert decide(client, proposal).status_code == 409
    assert decide(client, proposal, act="reject", reason="later").status_code == 409
    assert done == []


@pytest.mark.django_db
def test_who_may_not_decide_does_not_read_what_was_proposed(sign_in, done):
    sign_in(Role.ANALYST)
    proposal = proposed(person(Role.ANALYST))
    agent = sign_in(Role.AGENT)
    assert "Note note:1" not in agent.get("/approvals/").content.decode()
    assert agent.get(f"/approvals/{proposal.id}/").status_code == 403
    assert decide(agent, proposal).status_code == 403
    assert done == []


@pytest.mark.django_db
def test_a_rejection_needs_a_reason_from_the_list(sign_in, done):
    sign_in(Role.ANALYST)
    proposal = proposed(person(Role.ANALYST))
    client = sign_in(Role.ADMINISTRATOR)
    refused = decide(client, proposal, act="reject", reason="because I say so")
    assert refused.status_code == 422
    assert "Choose why" in refused.content.decode()
    assert "the figures are wrong" in decide(client, proposal, act="reject", reason="figures_wrong").content.decode()
    assert Approval.objects.get(pk=proposal.id).reason == "figures_wrong"
    assert done == []


@pytest.mark.django_db
def test_what_ran_out_and_what_was_swapped_is_not_carried_out(sign_in, done):
    sign_in(Role.ANALYST)
    client = sign_in(Role.ADMINISTRATOR)
    late = proposed(person(Role.ANALYST), days=-1)
    assert "run out" in decide(client, late).content.decode()
    assert "expired" in client.get("/approvals/").content.decode()
    fresh = proposed(person(Role.ANALYST))
    response = client.post(f"/approvals/{fresh.id}/decide", {"act": "approve", "fingerprint": late.fingerprint[::-1]})
    assert response.status_code == 409
    assert done == []


@pytest.mark.django_db
def test_an_impossible_change_leaves_the_proposal_and_the_book_as_they_were(sign_in, done):
    sign_in(Role.ANALYST)
    proposal = proposed(person(Role.ANALYST), impossible=True)
    response = decide(sign_in(Role.ADMINISTRATOR), proposal)
    assert response.status_code == 422
    assert "note: given twice, expected once" in response.content.decode()
    assert Approval.objects.get(pk=proposal.id).state == "proposed"
    assert not Product.objects.filter(code="half-done").exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_approving_the_same_change_at_once_one_wins(done):
    users = [small_book.staff(role) for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.CHECKER)]
    for _ in range(5):
        done.clear()
        proposal = proposed(users[0])
        ready, outcomes = threading.Barrier(2), {}

        def click(user, proposal=proposal, ready=ready, outcomes=outcomes):
            connection.ensure_connection()
            ready.wait()
            try:
                outcomes[user.pk] = proposals.agree(
                    proposal, approver=f"staff:{user.pk}", fingerprint=proposal.fingerprint, now=system_clock().now()
                )
            finally:
                connections.close_all()

        threads = [threading.Thread(target=click, args=(user,)) for user in users[1:]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kinds = sorted(type(outcome).__name__ for outcome in outcomes.values())
        assert kinds == ["Agreed", "Refusal"], outcomes
        assert Refusal.ALREADY_DECIDED in outcomes.values()
        assert len(done) == 1
        assert AuditRow.objects.filter(act="approval.approved", subject=f"approval:{proposal.id}").count() == 1
