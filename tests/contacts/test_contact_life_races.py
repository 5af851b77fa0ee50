"""Two at once: one number answering two invitations is one person; a withdrawal waits for what is being sent."""

from __future__ import annotations

import threading
import time

import contact_life as town
import pytest
from contact_life import DAY, MINUTE, NOW
from django.db import connections

from kaopu.conduct import store as conduct
from kaopu.contacts import store
from kaopu.contacts.actions.accept import Accepted, accept
from kaopu.contacts.actions.refuse import refuse
from kaopu.contacts.actions.withdraw import withdraw
from kaopu.contacts.core.contact_state import State
from kaopu.party.models import Party

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_outbox():
    town.clear_outbox()


def at_once(*acts):
    """Run them in threads that start together; what each answered."""
    answers, start = [None] * len(acts), threading.Barrier(len(acts))

    def run(place, act):
        try:
            start.wait()
            answers[place] = act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _coded(link, number):
    town.clear_outbox()  # two codes of one instant to one number: which came last, no file says
    return town.coded(link, number=number)


def test_one_number_that_answers_two_borrowers_at_once_is_one_person():
    for turn in range(12):
        number = f"139123400{turn:02d}"
        borrowers = [town.borrower(f"138{n}00000{turn:02d}"[:11], "王小明") for n in (10, 20)]
        links = [town.invited(who)[1] for who in borrowers]
        codes = [_coded(link, number) for link in links]
        outcomes = at_once(
            *(
                lambda link=link, code=code: accept(link, code, DAY, now=NOW)
                for link, code in zip(links, codes, strict=True)
            )
        )
        assert all(isinstance(each, Accepted) for each in outcomes), outcomes
        assert outcomes[0].party_id == outcomes[1].party_id
    assert Party.objects.filter(source="contact").count() == 12


def test_one_code_typed_twice_at_once_opens_once():
    for turn in range(8):
        _, link = town.invited(town.borrower(f"1381000{turn:04d}"))
        code = town.coded(link, number=f"1391234{turn:04d}")
        outcomes = at_once(*[lambda link=link, code=code: accept(link, code, DAY, now=NOW)] * 2)
        assert sum(isinstance(each, Accepted) for each in outcomes) == 1, outcomes


def test_yes_and_no_at_once_leave_one_of_the_two():
    for turn in range(8):
        invitation, link = town.invited(town.borrower(f"1381000{turn:04d}"))
        code = town.coded(link, number=f"1391234{turn:04d}")
        at_once(
            lambda link=link, code=code: accept(link, code, DAY, now=NOW),
            lambda contact_id=invitation.contact_id: refuse(contact_id, now=NOW),
        )
        assert store.standing(invitation.contact_id).state in {State.ACCEPTED, State.REFUSED}


def test_a_withdrawal_waits_for_the_permit_that_is_being_used():
    contact = town.agreed(town.borrower())
    person, order, held = f"person:party:{contact.party_id}", [], threading.Event()

    def sending():
        with conduct.locked([person]):  # as use_permit holds it
            held.set()
            time.sleep(0.4)
            order.append("sent")

    def tap():
        held.wait()
        withdraw(contact.contact_id, actor="contact:1", now=NOW + MINUTE)
        order.append("withdrawn")

    at_once(sending, tap)
    assert order == ["sent", "withdrawn"]
    assert store.standing(contact.contact_id).state == State.WITHDRAWN
