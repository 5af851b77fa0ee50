"""What can be read, and what a line is refused for: missing and malformed fields, where a rule needs them."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.conduct.core import instants
from kaopu.conduct.core.answer import answer
from kaopu.conduct.core.facts import Debtor, Facts, Person, Request
from kaopu.conduct.core.history import History
from kaopu.conduct.core.parse import parse_line
from kaopu.conduct.core.permit import permit
from kaopu.conduct.packs import load_packs
from tests.conduct.permit_lines import LOST, entry, line, text, to_contact, to_debtor


def verdict(line_text):
    return answer(line_text, load_packs())


def facts_named(value):
    """The reason of FACTS, or None where rules could be asked."""
    found = verdict(text(value))
    ids = [rule["id"] for rule in found["rules"]]
    if ids != ["FACTS"]:
        assert "FACTS" not in ids
        return None
    assert (found["allowed"], found["disclosure"], found["next_allowed_at"]) == (False, None, None)
    return found["rules"][0]["why"]


@pytest.mark.parametrize(
    "raw",
    ["", "null", "[]", '"a"', "{", '{"id":"a"', '{"id": NaN}', "[" * 100_000, b"\xff\xfe{}", '{"id":1}', '{"id":""}',
     '{"id":null}', '{"id":true}', '{"id":"a","id":"b"}', "\ufeff{}"],
)  # fmt: skip
def test_a_line_without_a_readable_id(raw):
    found = verdict(raw)
    assert (found["id"], [rule["id"] for rule in found["rules"]]) == (None, ["FACTS"])


NEEDED = ["at", "jurisdictions", "profile", "purpose", "channel", "content", "person__id", "person__role", "debtor__id"]


@pytest.mark.parametrize("name", [*NEEDED, "person", "debtor"])
@pytest.mark.parametrize("value", [..., None, 7, True, "", [], {}, "nonsense\x00"])
def test_fields_needed_by_every_line(name, value):
    if name.endswith("__id") and value == "nonsense\x00":
        return  # a text like any other
    found = verdict(text(line(**{name: value})))
    assert found["id"] == "a1"
    assert [rule["id"] for rule in found["rules"]] == ["FACTS"]
    assert name.replace("__", ".") in found["rules"][0]["why"]


@pytest.mark.parametrize("at", [
    "2026-11-23T10:00:00", "2026-11-23 10:00:00+08:00", "2026-11-23T10:00+08:00", "2026-11-23T10:00:00+0800",
    "2026-11-23T24:00:00+08:00", "2026-11-23T23:59:60+08:00", "2026-02-29T10:00:00+08:00", "2026-11-23T10:00:00+08:60",
    "2026-11-23T10:00:00+24:00", "20261123T100000+08:00", "2026-11-23T10:00:00.+08:00", "2026-11-23T10:00:00+08:00\n",
    "2026-11-23T10:00:00,5+08:00", "2026-W48-1T10:00:00+08:00", "0000-01-01T00:00:00Z", "２026-11-23T10:00:00+08:00",
    "2026-11-23T10:00:00+08:00:00", "2026-11-23T10:00:00z ",
])  # fmt: skip
def test_what_is_no_instant(at):
    assert "at " in facts_named(to_contact(at=at))


@pytest.mark.parametrize(
    ("at", "written"),
    [
        ("2026-11-22T10:00:00+08:00", "2026-11-23T09:00:00+08:00"),
        ("2026-11-22T02:00:00Z", "2026-11-23T01:00:00+00:00"),
        ("2026-11-22t02:00:00.123456789z", "2026-11-23T01:00:00+00:00"),
        ("2026-11-21T22:00:00-04:00", "2026-11-22T21:00:00-04:00"),
        ("2026-11-22T02:00:00-00:00", "2026-11-23T01:00:00+00:00"),
    ],
)
def test_the_next_instant_is_written_in_the_offset_of_the_request(at, written):
    assert verdict(text(to_contact(at=at)))["next_allowed_at"] == written


SHAPES = [
    "2026-11-23T10:00:00+08:00",
    "2026-02-29T23:59:59Z",
    "2026-11-23t10:00:00.5-00:00",
    "0000-12-31T24:00:00+24:00",
]


@given(
    shape=st.sampled_from(SHAPES),
    places=st.lists(st.integers(0, 27), max_size=2),
    letters=st.text("0259-+:.,TtZz ٣", max_size=2),
)
def test_the_short_way_reads_what_the_pattern_reads(shape, places, letters):
    candidate = shape
    for place, letter in zip(places, letters, strict=False):
        candidate = candidate[:place] + letter + candidate[place + 1 :]
    found = instants.instant(candidate)
    if instants.RFC_3339.fullmatch(candidate) is None:
        assert found is None
    else:
        assert found == readable(candidate)


def readable(text):
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:  # no such day, or the year 0000
        return None


# fmt: off
CONTACT_NEEDS = [
    ("person__timezone", [..., None, "", 8, "Mars/Base", "posix/UTC", "Asia", "../UTC", "localtime"]),
    ("debtor__timezone", [..., "Asia/Shangai"]),
    ("person__refused_at", [..., "yesterday", False]),
    ("person__opted_in", [..., None, 1, "true"]),
    ("person__consents", [..., None, {}, [None], [{"channel": "voice", "from": "2026-01-01T00:00:00Z"}],
                          [{"channel": "fax", "from": "2026-01-01T00:00:00Z", "to": None}],
                          [{"channel": "any", "from": None, "to": None}]]),
    ("person__source", [..., None, "", 3]),
    ("debtor__dead", [..., None, 0]),
    ("debtor__days_past_due", [..., None, True, 21.0, "21"]),
    ("episode", ["e1", [], {"id": "e1"}, {"id": "", "opened_at": "2026-11-20T09:00:00Z"}]),
    ("switches", [..., None, []]),
    ("switches__contact_outreach", [..., None, "CN", ["CN", "XX"], [None]]),
    ("holidays", [..., None, ["2026-2-1"], ["2026-02-30"], ["20260201"], [20260201]]),
    ("history", [..., None, {}, [None]]),
    ("number", [..., None, "", 9]),
    ("caller", [..., None, "machine"]),
    ("product", [..., None, "lease"]),
]
# fmt: on


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in CONTACT_NEEDS for value in values])
def test_a_field_that_a_rule_in_play_needs(name, value):
    why = facts_named(to_contact(**{name: value}))
    assert why is not None
    assert name.split("__")[-1] in why


@pytest.mark.parametrize("name", ["segment", "lender", "person__agreed_hours", "person__identity_factors",
                                  "person__offer_to_pay_at", "debtor__disputed", "debtor__represented"])  # fmt: skip
@pytest.mark.parametrize("value", [..., "nonsense", 3.5])
def test_a_field_that_no_rule_in_play_needs(name, value):
    assert facts_named(to_contact(**{name: value})) is None


@pytest.mark.parametrize("value", [..., None, {"from": "22:00", "to": "22:00"}, {"from": "9:00", "to": "22:00"},
                                   {"from": "21:00", "to": "24:00"}, {"to": "22:00"}, "21:00-23:00"])  # fmt: skip
def test_agreed_hours(value):
    assert (facts_named(to_debtor(person__agreed_hours=value)) is None) == (value is None)


BAD_ENTRIES = [
    *[{key: ...} for key in ("at", "person", "role", "channel", "number", "purpose", "outcome", "episode")],
    *[{key: ""} for key in ("at", "person", "role", "channel", "number", "purpose", "outcome", "episode")],
    *[{key: ["voice"]} for key in ("at", "person", "role", "channel", "number", "purpose", "outcome", "episode")],
    {"outcome": "answered"}, {"role": "friend"}, {"at": "2026-11-20T09:00:00"}, {"at": "2027-11-20"},
]  # fmt: skip


@pytest.mark.parametrize("change", BAD_ENTRIES, ids=str)
def test_one_bad_entry_spoils_the_history(change):
    bad = {**entry("2026-11-20 09:00"), **change}
    bad = {key: value for key, value in bad.items() if value is not ...}
    assert "history" in facts_named(to_contact(history=[*LOST, bad]))
    # no row in play counts anything here
    assert facts_named(to_contact(profile="law-only", jurisdictions=["US"], purpose="verify", history=[bad])) is None


def test_the_caller_of_an_entry_is_never_read():
    assert facts_named(to_contact(history=[{**one, "caller": 5} for one in LOST])) is None


def test_the_person_is_the_debtor_exactly_when_the_role_says_so():
    assert "person.id" in facts_named(to_contact(person__id="p1"))
    assert "person.id" in facts_named(to_debtor(person__id="p2"))


def test_a_name_given_twice_is_no_fact():
    raw = text(to_contact()).replace('"product": "loan"', '"product": "card", "product": "loan"')
    found = verdict(raw)
    assert [rule["id"] for rule in found["rules"]] == ["FACTS"]
    assert "product is given twice" in found["rules"][0]["why"]
    again = text(to_contact()).replace('"lender": "consumer_finance"', '"lender": 1, "lender": 2')
    assert verdict(again)["allowed"] is True


def test_a_null_where_permit_facts_allows_none_names_the_field():
    assert "person.source" in facts_named(to_contact(person__source=None))


def test_facts_built_in_python_are_checked_too():
    at = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
    request = Request("r1", at, frozenset({"CN"}), "law-only", "collect", "sms", "none")
    bare = Facts(Person("p1", "debtor", timezone="Asia/Shanghai"), Debtor("p1"), History(()))
    refused = permit(request, bare, load_packs(), at)
    assert refused.for_want_of_facts
    assert "person.source is missing" in refused.rules[0].why
    elsewhere = Request("r1", at, frozenset({"ID"}), "law-only", "collect", "sms", "none")
    assert "jurisdictions has ID" in permit(elsewhere, bare, load_packs(), at).rules[0].why


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_first_and_last_hours_of_the_calendar(at, zone):
    found = verdict(text(to_contact(at=at, person__timezone=zone, debtor__timezone=zone)))
    assert len(found["rules"]) == 19
    assert all(rule["why"] for rule in found["rules"])


def test_problems_are_said_in_chinese_too():
    parsed = parse_line(text(to_contact(person__source=None, caller="machine", history=[*LOST, {}], debtor__dead=...)))
    found = permit(parsed.request, parsed.facts, load_packs(), parsed.request.at)
    assert found.rules[0].why_in("zh") == (
        "事实缺失或有误：debtor.dead 缺失，应为布尔值（true 或 false）；history 有误：第 3 条（从 0 数起）的 at 无法读取；"
        "person.source 有误，应为文本；caller 有误，应为下列之一：human、robot"
    )


def test_output_survives_letters_that_no_encoding_has():
    found = verdict(json.dumps(to_contact(id="\ud800")))
    assert found["allowed"] is True
    assert json.dumps(found).startswith('{"id": "\\ud800"')
