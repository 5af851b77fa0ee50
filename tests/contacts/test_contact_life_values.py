"""Codes, links, hours and kinds of contacts, as a lender can check them."""

from __future__ import annotations

import inspect
import pkgutil
import typing
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from uuid import UUID

import pytest

import kaopu.contacts
from kaopu.contacts.core import invitation, one_time_code
from kaopu.contacts.core.complaint import answer_by
from kaopu.contacts.core.consent_windows import Granted, windows
from kaopu.contacts.core.contact_state import State
from kaopu.contacts.core.invitation import Link, LinkKind, LinkState, link_state
from kaopu.contacts.core.nomination import Mode, Refusal, judge_nomination
from kaopu.contacts.core.one_time_code import CodeState, Verdict, judge, next_send_at
from kaopu.contacts.core.relation_kind import KINDS, SignedGuarantee, WrittenAuthority

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(("made", "tries", "used", "matches", "verdict"), [
    (NOON,               0, None, True,  Verdict.RIGHT),
    (NOON,               0, None, False, Verdict.WRONG),
    (NOON,               4, None, True,  Verdict.RIGHT),            # the fifth try still counts
    (NOON,               5, None, True,  Verdict.TOO_MANY_TRIES),   # the right code comes too late
    (NOON - 9 * MINUTE,  0, None, True,  Verdict.RIGHT),
    (NOON - 10 * MINUTE, 0, None, True,  Verdict.TOO_LATE),
    (NOON,               0, NOON, True,  Verdict.USED),
])  # fmt: skip
def test_a_code_works_for_ten_minutes_five_tries_once(made, tries, used, matches, verdict):
    assert judge(CodeState(made, tries, used), NOON, matches=matches) == verdict


def test_codes_are_six_digits_and_bound_to_their_id():
    assert one_time_code.digits(bytes(8)) == "000000"
    assert one_time_code.digits((10**6 + 42).to_bytes(8, "big")) == "000042"
    one, other = UUID(int=1), UUID(int=2)
    assert one_time_code.verifier(b"key", one, "123456") != one_time_code.verifier(b"key", other, "123456")
    assert one_time_code.read_code(" １２３ 456 ") == "123456"


@pytest.mark.parametrize(("sent_minutes_ago", "wait_minutes"), [
    ((),                              None),
    ((0.5,),                          0.5),    # one a minute
    ((1,),                            None),
    ((5, 10),                         None),
    ((5, 10, 20),                     40),     # three an hour: until the oldest of the three is an hour old
    ((61, 62, 63, 64, 65, 66),        1374),   # six a day
    ((61, 62, 63, 64, 65, 1500),      None),
])  # fmt: skip
def test_a_link_is_no_way_to_ring_somebodys_phone(sent_minutes_ago, wait_minutes):
    sent = [NOON - minutes * MINUTE for minutes in sent_minutes_ago]
    expected = None if wait_minutes is None else NOON + wait_minutes * MINUTE
    assert next_send_at(sent, NOON) == expected


@pytest.mark.parametrize(("link", "at", "state"), [
    (Link(LinkKind.INVITATION, NOON, NOON + 7 * DAY),                     NOON,                 LinkState.OPEN),
    (Link(LinkKind.INVITATION, NOON, NOON + 7 * DAY),                     NOON + 7 * DAY,       LinkState.EXPIRED),
    (Link(LinkKind.INVITATION, NOON, NOON + 7 * DAY, used_at=NOON),       NOON,                 LinkState.USED),
    (Link(LinkKind.INVITATION, NOON, NOON + 7 * DAY, NOON, ended_at=NOON), NOON,                LinkState.ENDED),
    (None,                                                                NOON,                 LinkState.UNKNOWN),
])  # fmt: skip
def test_a_link_opens_once_for_a_while(link, at, state):
    assert link_state(link, at) == state


def test_the_check_code_is_read_as_people_say_it():
    assert invitation.check_code(bytes.fromhex("7F0000")) == "7F-072"
    for typed in ("7f204", "7F-204", " 7f 204 "):
        assert invitation.read_check_code(typed) == "7F-204"
    for typed in ("", "7F-20", "ZZ-204", "7F-2044"):
        assert invitation.read_check_code(typed) is None


@pytest.mark.parametrize(("standing", "refusal"), [
    ([], None),
    ([State.ACCEPTED, State.INVITED], None),
    ([State.ACCEPTED, State.INVITED, State.OPENED], Refusal.ENOUGH_CONTACTS),
    ([State.REFUSED, State.EXPIRED, State.REMOVED, State.WITHDRAWN], None),
])  # fmt: skip
def test_three_who_agreed_are_enough(standing, refusal):
    assert judge_nomination(standing, Mode.FORWARDED, lender_invitations=False) == refusal


def test_the_lender_sends_no_invitation_unless_switched_on():
    assert judge_nomination([], Mode.LENDER_SENT, lender_invitations=False) == Refusal.LENDER_INVITATIONS_ARE_OFF


def test_a_chosen_hour_is_part_of_the_consent():
    at = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)  # 24 November, 04:30 in Shanghai
    granted = Granted("voice", datetime(2026, 11, 24, 5, tzinfo=UTC), datetime(2026, 11, 26, 4, 30, tzinfo=UTC))
    found = windows([granted], (time(12), time(17)), "Asia/Shanghai", at)
    assert found == [
        {"channel": "voice", "from": "2026-11-24T13:00:00+08:00", "to": "2026-11-24T17:00:00+08:00"},
        {"channel": "voice", "from": "2026-11-25T12:00:00+08:00", "to": "2026-11-25T17:00:00+08:00"},
        {"channel": "voice", "from": "2026-11-26T12:00:00+08:00", "to": "2026-11-26T12:30:00+08:00"},
    ]
    assert len(windows([Granted("sms", NOON - 90 * DAY)], (time(9), time(19)), "Asia/Shanghai", at)) == 63


def test_a_complaint_is_answered_within_fifteen_days():
    assert answer_by(NOON) == date(2026, 12, 8)


def test_no_function_turns_one_kind_of_person_into_another():
    """Over every function of the room: none takes one kind and gives another."""
    seen, turned = 0, []
    for module in pkgutil.walk_packages(kaopu.contacts.__path__, "kaopu.contacts."):
        if ".core." not in module.name and ".actions." not in module.name:
            continue
        loaded = import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__ != module.name:
                continue
            text = " ".join(map(str, function.__annotations__.values()))
            takes = {
                kind.__name__
                for kind in KINDS
                for key, words in function.__annotations__.items()
                if key != "return" and kind.__name__ in str(words)
            }
            gives = {
                kind.__name__ for kind in KINDS if kind.__name__ in str(function.__annotations__.get("return", ""))
            }
            seen += bool(text)
            turned += [(module.name, name)] if takes and gives - takes else []
    assert seen > 60
    assert turned == []
    assert not any(set(one.__mro__) & (set(KINDS) - {one}) for one in KINDS)


def test_a_guarantor_has_signed_and_a_representative_is_authorised():
    with pytest.raises(ValueError, match="without its signed document"):
        SignedGuarantee(0, date(2026, 11, 23))
    with pytest.raises(ValueError, match="without its written document"):
        WrittenAuthority(0, date(2026, 11, 23), None)
    guarantor = next(kind for kind in KINDS if kind.__name__ == "Guarantor")
    assert typing.get_type_hints(guarantor, vars(import_module(guarantor.__module__)))["guarantee"] is SignedGuarantee
