"""Rows of permit-facts.md, each by a call that is allowed but for one thing."""

from __future__ import annotations

import pytest

from kaopu.conduct.core.answer import answer
from kaopu.conduct.packs import load_packs
from tests.conduct.permit_lines import LOST, entry, line, text, to_contact, to_debtor


def judged(value):
    return answer(text(value), load_packs())


def refusing(value):
    return [rule["id"] for rule in judged(value)["rules"] if rule["verdict"] == "refuse"]


def applying(value):
    return [rule["id"] for rule in judged(value)["rules"]]


def test_the_example_of_the_reference():
    found = judged(line())
    assert [rule["id"] for rule in found["rules"] if rule["verdict"] == "refuse"] == [
        "CN-GB-02",
        "X-DEF-07",
        "X-DEF-08",
    ]
    assert (found["id"], found["allowed"], found["disclosure"]) == ("a1", False, None)


def test_every_rule_is_listed_in_the_order_of_the_table():
    assert applying(to_contact()) == [
        "ROLE", "CN-GB-02", "CN-GB-05", "CN-CBA-01", "PIPL-CONSENT", "SOURCE", "X-DEF-26", "X-DEF-01", "X-DEF-02",
        "X-DEF-03", "X-DEF-04", "X-DEF-05", "X-DEF-06", "X-DEF-07", "X-DEF-08", "X-DEF-09", "EPISODE", "X-DEF-23",
        "CN-CARD-01",
    ]  # fmt: skip
    assert applying(to_debtor(profile="law-only", jurisdictions=["IN", "US"])) == [
        "ROLE", "US-F-07", "IN-RA-01", "US-F-05", "US-F-06", "US-F-10",
    ]  # fmt: skip


def test_what_is_allowed_grants_its_content():
    assert judged(to_contact(content="relay"))["disclosure"] == "relay"
    assert judged(to_contact())["allowed"] is True
    assert judged(to_debtor())["allowed"] is True
    assert judged(to_debtor())["next_allowed_at"] is None


TODAY = "2026-11-23 09:00"
EARLIER = "2026-11-23 08:30"
# fmt: off
CASES = [
    # of a contact
    (to_contact(person__refused_at="2026-11-23T10:00:00+08:00"), ["CN-GB-05"]),
    (to_contact(person__refused_at="2026-11-23T10:00:01+08:00"), []),
    (to_contact(person__consents=[]), ["PIPL-CONSENT"]),
    (to_contact(person__consents=[{"channel": "any", "from": "2026-11-23T10:00:00+08:00", "to": None}]), []),
    (to_contact(person__consents=[{"channel": "voice", "from": "2026-01-01T00:00:00Z",
                                   "to": "2026-11-23T10:00:00+08:00"}]), ["PIPL-CONSENT"]),
    (to_contact(person__source="bought"), ["SOURCE"]),
    (to_contact(switches__contact_outreach=[]), ["X-DEF-26"]),
    (to_contact(jurisdictions=["CN", "US"]), ["X-DEF-26"]),
    (to_contact(person__opted_in=False), ["X-DEF-01"]),
    (to_contact(caller="robot"), ["X-DEF-23"]),
    (to_contact(product="card"), ["CN-CARD-01"]),
    (to_contact(content="payment"), ["ROLE"]),
    (to_contact(debtor__days_past_due=6), ["X-DEF-09"]),
    (to_contact(episode=None), ["EPISODE"]),
    (to_contact(episode=...), ["EPISODE"]),
    (to_contact(holidays=["2026-11-23"]), ["X-DEF-07"]),
    (to_contact(debtor__timezone="Europe/London"), ["X-DEF-07"]),
    (to_contact(jurisdictions=["IN"], switches__contact_outreach=["IN"]), ["IN-DL-01"]),
    (to_contact(jurisdictions=["US"], switches__contact_outreach=["US"], purpose="relay"), ["US-F-01"]),
    (to_contact(history=[*LOST, entry(TODAY, person="p7", role="contact", episode="e1", outcome="conversation")]),
     ["X-DEF-02"]),
    (to_contact(history=[*LOST, entry(TODAY, person="p7", episode="e2")]), ["X-DEF-06"]),
    (to_contact(history=[*LOST, entry(TODAY, person="p7", episode=None)]), []),
    (to_contact(history=[*LOST, entry(EARLIER, person="p7"), entry(TODAY, person="p7")]), ["X-DEF-03"]),
    (to_contact(history=[*LOST, *[entry(TODAY, person=who, role="contact") for who in ("p8", "p9")]]), ["X-DEF-05"]),
    # a permit whose outcome is not known counts as everything, and is no evidence
    (to_contact(history=[*LOST, entry(TODAY, person="p7", outcome="pending")]), ["X-DEF-02"]),
    (to_contact(history=[*LOST[:2], {**LOST[2], "outcome": "pending"}]), ["CN-GB-02", "X-DEF-08"]),
    # of the debtor
    (to_debtor(at="2026-11-23T07:59:59+08:00"), ["CN-GB-08", "X-DEF-16"]),
    (to_debtor(at="2026-11-23T08:00:00+08:00"), []),
    (to_debtor(at="2026-11-23T19:00:00+08:00"), ["X-DEF-16"]),
    (to_debtor(at="2026-11-23T22:30:00+08:00", person__agreed_hours={"from": "21:00", "to": "23:00"}), ["X-DEF-16"]),
    (to_debtor(history=[entry(TODAY, "conversation")]), ["X-DEF-13"]),
    (to_debtor(history=[entry(TODAY)] * 3), ["X-DEF-14"]),
    (to_debtor(history=[entry(TODAY, channel="sms")] * 6), ["CN-CBA-01"]),
    (to_debtor(history=[entry(TODAY, person="p8")] * 6), ["CN-CBA-01"]),
    (to_debtor(history=[entry("2026-11-17 09:00", "delivered", channel="sms")] * 3), ["X-DEF-15"]),
    (to_debtor(history=[entry("2026-11-16 09:00", "delivered", channel="sms")] * 3), []),
    (to_debtor(history=[entry("2026-10-25 09:00", "delivered", channel="sms")] * 10), ["X-DEF-25"]),
    (to_debtor(content="debt"), ["X-DEF-17"]),
    (to_debtor(content="debt", person__identity_factors=2), []),
    (to_debtor(debtor__complaint_open=True), ["X-DEF-27"]),
    (to_debtor(channel="visit", history=[entry(TODAY, channel="visit")]), ["CN-GB-13"]),
    # of what a request calls itself
    (to_debtor(purpose="service", debtor__days_past_due=0), ["X-DEF-28"]),
    (to_debtor(purpose="service", debtor__days_past_due=0, history=[entry(TODAY, "inbound")]), []),
    (to_debtor(purpose="service", history=[entry(EARLIER, "inbound"), entry(TODAY), entry(TODAY)]), ["X-DEF-28"]),
    (to_debtor(purpose="verify", debtor__dead=True), ["X-DEF-30"]),
    (to_debtor(purpose="verify", debtor__dead=True, debtor__days_past_due=0), []),
    (to_contact(purpose="verify", person__opted_in=False), ["X-DEF-29"]),
    (to_contact(purpose="verify", channel="sms", person__opted_in=False), []),
    (to_contact(purpose="verify", history=[entry(TODAY, person="p7", purpose="verify")] * 2), ["X-DEF-29"]),
    (to_contact(purpose="pay-help"), ["CN-GB-06"]),
    (to_contact(purpose="pay-help", person__offer_to_pay_at="2026-10-25T00:00:00+08:00", content="payment"), []),
    (to_contact(purpose="pay-help", person__offer_to_pay_at="2026-10-24T23:59:59+08:00"), ["X-DEF-31"]),
]
# fmt: on


@pytest.mark.parametrize(("value", "expected"), CASES, ids=range(len(CASES)))
def test_one_thing_changed(value, expected):
    assert refusing(value) == expected


RUN = [entry("2026-11-22 09:00"), entry("2026-11-22 10:00"), entry("2026-11-22 11:00")]


@pytest.mark.parametrize(
    ("history", "lost"),
    [
        (RUN, True),  # three in a run, the third yesterday
        (RUN[:2], False),
        ([*RUN[:2], entry("2026-11-23 09:00")], False),  # the third is of today
        ([*RUN, entry("2026-11-23 09:00")], True),
        ([*RUN, entry("2026-11-23 09:00", "notice")], False),  # not unbroken
        ([*RUN, entry("2026-11-23 09:00", "notice", channel="sms")], True),
        ([*RUN, entry("2026-11-23 09:00", "inbound", channel="app")], False),  # heard of since
        ([*RUN, entry("2026-11-22 11:00", "notice")], False),  # of one instant: failures are taken first
        ([entry("2026-11-23 09:00", "invalid")], True),  # the only number is dead
        ([entry("2026-11-23 09:00", "invalid"), entry("2026-11-20 09:00", number=None)], False),
        ([entry("2026-11-23 09:00", "invalid"), entry("2026-11-23 09:30", "conversation", channel="app")], False),
        ([entry(f"2026-11-2{day} 09:00", "bounced", channel="email") for day in (0, 1, 2)], True),  # three days
        ([entry(f"2026-11-{day} 09:00", "bounced", channel="email") for day in (19, 20, 21)], False),
        ([entry(f"2026-11-2{day} 09:00", "bounced", channel="email") for day in (0, 1, 2)]
         + [entry("2026-11-23 09:00", "delivered", channel="email")], True),
        ([entry(f"2026-11-2{day} 09:00", "bounced", channel="email") for day in (0, 1, 2)]
         + [entry("2026-11-21 09:30", "delivered", channel="email")], False),
    ],
)  # fmt: skip
def test_lost(history, lost):
    assert ("CN-GB-02" not in refusing(to_contact(history=history))) == lost
