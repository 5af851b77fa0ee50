"""The table of a contact's life: what can follow what, and that a no is final but for ten minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaopu.contacts.core import contact_state as core
from kaopu.contacts.core.contact_state import Act, Happened, State, WhyNot, after, replay

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def life(*acts, start=NOON, step=MINUTE):
    return replay([Happened(act, start + step * n) for n, act in enumerate(acts)])


INVITED = (Act.NOMINATED, Act.INVITED)
AGREED = (*INVITED, Act.OPENED, Act.ACCEPTED)


@pytest.mark.parametrize(("acts", "state"), [
    ((Act.NOMINATED,),                                  State.NOMINATED),
    (INVITED,                                           State.INVITED),
    ((*INVITED, Act.INVITED),                           State.INVITED),       # a second link, the first one ends
    ((*INVITED, Act.OPENED),                            State.OPENED),
    (AGREED,                                            State.ACCEPTED),
    ((*AGREED, Act.VERIFIED),                           State.VERIFIED),
    ((*AGREED, Act.RECHECKED),                          State.ACCEPTED),
    ((*AGREED, Act.VERIFIED, Act.RECHECKED),            State.VERIFIED),
    ((*INVITED, Act.REFUSED),                           State.REFUSED),
    ((*INVITED, Act.OPENED, Act.DID_NOT_KNOW),          State.DOES_NOT_KNOW),
    ((*AGREED, Act.WITHDREW),                           State.WITHDRAWN),
    ((*AGREED, Act.VERIFIED, Act.WITHDREW, Act.UNDONE), State.VERIFIED),      # back to where it was
    ((*INVITED, Act.OPENED, Act.REFUSED, Act.UNDONE),   State.OPENED),
    ((*INVITED, Act.EXPIRED),                           State.EXPIRED),
    ((*INVITED, Act.EXPIRED, Act.INVITED),              State.INVITED),       # not answering is no refusal
    ((*AGREED, Act.REMOVED),                            State.REMOVED),
])  # fmt: skip
def test_where_a_contact_stands(acts, state):
    assert life(*acts).state == state


@pytest.mark.parametrize(("acts", "act"), [
    ((),                          Act.INVITED),       # nobody is invited whom nobody named
    (INVITED,                     Act.ACCEPTED),      # agreed without having opened
    ((*INVITED, Act.OPENED),      Act.VERIFIED),      # a second way before the first
    ((*INVITED, Act.REFUSED),     Act.INVITED),       # never asked again
    ((*INVITED, Act.REFUSED),     Act.ACCEPTED),
    ((*INVITED, Act.DID_NOT_KNOW), Act.INVITED),
    ((*AGREED, Act.WITHDREW),     Act.INVITED),
    ((*AGREED, Act.WITHDREW),     Act.RECHECKED),
    ((*AGREED, Act.WITHDREW),     Act.REMOVED),       # what the person said stays said
    ((*AGREED, Act.REMOVED),      Act.INVITED),
    (AGREED,                      Act.INVITED),
    (AGREED,                      Act.REFUSED),       # who agreed withdraws
    (AGREED,                      Act.UNDONE),
    ((*AGREED, Act.REMOVED),      Act.UNDONE),
])  # fmt: skip
def test_what_cannot_happen(acts, act):
    standing = life(*acts) if acts else core.NOTHING
    assert after(standing, act, NOON + 60 * MINUTE) == WhyNot.NOT_FROM_HERE


def test_a_no_can_be_undone_for_ten_minutes_and_erased_only_then():
    refused = life(*INVITED, Act.OPENED, Act.REFUSED)
    said_at = NOON + 3 * MINUTE
    last = said_at + 10 * MINUTE - timedelta(microseconds=1)
    assert after(refused, Act.UNDONE, last).state == State.OPENED
    assert after(refused, Act.ERASED, last) == WhyNot.NOT_FROM_HERE
    assert after(refused, Act.UNDONE, said_at + 10 * MINUTE) == WhyNot.UNDO_TIME_IS_OVER
    erased = after(refused, Act.ERASED, said_at + 10 * MINUTE)
    assert (erased.state, erased.is_erased) == (State.REFUSED, True)
    assert after(erased, Act.UNDONE, said_at + 10 * MINUTE) == WhyNot.ERASED_ALREADY


def test_a_recheck_is_due_half_a_year_after_the_last_confirmation():
    standing = life(*AGREED)
    agreed_at = NOON + 3 * MINUTE
    assert standing.shown(agreed_at + timedelta(days=180) - MINUTE) == State.ACCEPTED
    assert standing.shown(agreed_at + timedelta(days=180)) == State.RECHECK_DUE
    again = after(standing, Act.RECHECKED, agreed_at + timedelta(days=200))
    assert again.shown(agreed_at + timedelta(days=379)) == State.ACCEPTED


@settings(deadline=None)  # a busy machine is no failure
@given(acts=st.lists(st.sampled_from(Act), max_size=30), steps=st.lists(st.integers(0, 30), min_size=30, max_size=30))
def test_whoever_said_no_is_never_again_waiting_or_agreed_after_ten_minutes(acts, steps):
    standing, at, said_no_at = core.NOTHING, NOON, None
    for act, step in zip(acts, steps, strict=False):
        at += step * MINUTE
        outcome = after(standing, act, at)
        if isinstance(outcome, WhyNot):
            continue
        standing = outcome
        if said_no_at is not None and at >= said_no_at + core.UNDO_LASTS:
            assert standing.said_no
        if act != Act.ERASED:
            said_no_at = at if standing.said_no else None
